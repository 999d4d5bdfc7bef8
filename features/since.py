"""Which RMAs' features are others than an earlier build told, where nothing differs that was known before a moment.

What belongs here: which rows an earlier build leaves standing. What does not: any feature, and finding the moment.

A row tells what was known as of its ``stage_at``, and nothing of the future: so a row of before the moment stands,
as long as its RMA still has that stage, told as of the same moment.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from features.buckets import owned_rmas
from features.rebuy import rebuys
from features.shop import Shop
from features.stages import case_rows

ROW = ["rma_id", "stage"]


def touched_rmas(prepared: Shop, earlier: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """Return the RMAs (``rma_id``, ``rma_customer_id``) of which some row is not one that stands, in no order.

    ``prepared`` is the shop as it is now (with ``assemble.prepare``), ``earlier`` the rows (``rma_id``, ``stage``,
    ``stage_at``) of a build from a shop that differed in nothing that was known before ``moment``.
    """
    now = case_rows(prepared.rma_lines, prepared.chargebacks, rebuys(prepared)).select(*ROW, "stage_at")
    standing = now.filter(pl.col("stage_at") < moment).join(earlier, on=[*ROW, "stage_at"], how="semi")
    names = pl.concat([rows.join(standing, on=ROW, how="anti").select("rma_id") for rows in (now, earlier)]).unique()
    return owned_rmas(prepared.rma_lines).join(names, on="rma_id", how="semi")


def standing_rmas(prepared: Shop, touched: pl.DataFrame) -> pl.DataFrame:
    """Return the names (``rma_id``) of the shop's RMAs that are not among the touched ones."""
    return prepared.rma_lines.select("rma_id").unique().join(touched, on="rma_id", how="anti")
