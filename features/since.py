"""Which RMAs' features are others than an earlier build told, where nothing differs that was known before a moment.

What belongs here: which rows an earlier build leaves standing. What does not: any feature, and finding the moment.

A row tells what was known as of its ``stage_at``, and nothing of the future: so a row of before the moment stands,
as long as its RMA still has that stage, told as of the same moment.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from features.learning import Gathered, Part
from features.rebuy import rebuys_of
from features.stages import case_rows

ROW = ["rma_id", "stage"]


def gather_rows(part: Part) -> Gathered:
    """Return as of which moment each RMA at home is told at each stage."""
    rows = case_rows(part.home.rma_lines, part.around.chargebacks, rebuys_of(part))
    return {"rows": rows.select(*ROW, "stage_at")}


def touched_rmas(now: pl.DataFrame, earlier: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """Return the RMAs (``rma_id``) of the shop of which some row is not one that stands, in no order.

    ``now`` holds the rows (``rma_id``, ``stage``, ``stage_at``) of the shop as it is now (``gather_rows``), ``earlier``
    those of a build from a shop that differed in nothing that was known before ``moment``.
    """
    standing = now.filter(pl.col("stage_at") < moment).join(earlier, on=[*ROW, "stage_at"], how="semi")
    names = pl.concat([rows.join(standing, on=ROW, how="anti").select("rma_id") for rows in (now, earlier)]).unique()
    return names.join(now, on="rma_id", how="semi")


def standing_rmas(now: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
    """Return the shop's RMAs (``rma_id``) that are not among the touched ones."""
    return now.select("rma_id").unique().join(touched, on="rma_id", how="anti")
