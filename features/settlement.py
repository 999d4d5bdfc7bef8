"""How an RMA was settled, against the rules: above the price, without the goods, after the window, cancelled, opened.

What belongs here: the RMA's own outcome and its purchase. What does not: other RMAs of the purchase (``doubles``), how
the money went (``tender``).
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import polars as pl

from features.learning import Gathered, Learner, Part
from features.params import FeatureParams
from features.policy import LEAST_RATIO
from features.stages import Cases
from features.windows import earliest

DEFECT = "defect|fault|broken|damag|malfunction|not_work"
"""Reason codes that tell of a defect."""
_KEY = ["rma_id", "stage"]


def _gather(part: Part) -> Gathered:
    """Return when the first parcel was received."""
    return {"receipts": part.home.rma_lines.select(pl.col("received_at").min())}


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:  # noqa: ARG001 - a learner takes both
    """Learn since when the exports tell of receipts."""
    return partial(_tell_settlement, first_receipt_at=earliest(gathered["receipts"], "received_at"))


LEARNER = Learner(_gather, _learn)


def _tell_settlement(cases: Cases, first_receipt_at: datetime | None) -> pl.DataFrame:
    """Return how each RMA's settlement fits the rules, as of its stage."""
    lines = cases.purchased
    is_refunded = (pl.col("refund_amount") > 0).fill_null(value=False)
    is_whole = is_refunded & (pl.col("quantity") <= pl.col("matched_quantity")) & (pl.col("paid_amount") > 0)
    refund, paid = (pl.col(name).cast(pl.Float64).filter(is_whole).sum() for name in ("refund_amount", "paid_amount"))
    came = pl.col("received_at").is_not_null() | pl.col("dock_received") | (pl.col("received_quantity") > 0)
    is_missing = is_refunded & pl.col("is_mailed") & pl.col("is_return") & ~came.fill_null(value=False)
    tells_receipts = pl.col("stage_at") > pl.lit(first_receipt_at, dtype=pl.Datetime("us"))
    is_cancelled = is_refunded & pl.col("order_status").str.to_lowercase().str.starts_with("cancel")
    return lines.group_by(_KEY).agg(
        refund_above_paid_ratio=pl.when(is_whole.any()).then((refund / paid).clip(lower_bound=LEAST_RATIO)),
        refunded_unreturned=pl.when(tells_receipts.first()).then(_share(is_missing.fill_null(value=False))),
        refunded_cancelled_order=pl.when(pl.col("order_status").is_not_null().any()).then(_share(is_cancelled)),
        refunded_days_past_window=_days_past().filter(is_refunded & pl.col("is_return")).max().clip(lower_bound=0),
        opened_unopened_only=_share(pl.col("is_opened") & pl.col("unopened_only") & pl.col("is_return")),
    )


def _share(of_lines: pl.Expr) -> pl.Expr:
    """Return the share of the RMA's lines; lines that do not tell count as not; null where none tells."""
    return pl.when(of_lines.is_not_null().any()).then(of_lines.fill_null(value=False).mean())


def _days_past() -> pl.Expr:
    """Return by how many days the request missed the window, from delivery, else the order.

    A defect has the warranty's time, whether it is claimed as one or as a return.
    """
    since = pl.col("requested_at") - pl.coalesce("proven_at", "delivered_at", "ordered_at")
    is_defect = (pl.col("claim_type") == "warranty") | pl.col("reason_code").str.to_lowercase().str.contains(DEFECT)
    days = pl.when(is_defect).then("warranty_days").otherwise("return_window_days")
    return since.dt.total_seconds() / 86_400 - days
