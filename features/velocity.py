"""How fast the shopper's RMAs follow each other, against the shopper's own pace.

What belongs here: RMAs per span of time. What does not: lines and amounts in windows (``shopper``).
"""

from __future__ import annotations

import polars as pl

from features.windows import timeline, view

VELOCITY_WINDOWS = {"7d": 7, "30d": 30, "365d": 365}
RECENT_DAYS = 30
BEFORE_DAYS = 335
"""The days before the recent ones, back to a year, that tell the shopper's own pace."""


TOLD_DAYS = 90
"""The days since the first order from which on a shopper has a pace of their own."""


def add_velocity(requests: pl.DataFrame) -> pl.DataFrame:
    """Add the features of the family ``velocity`` to one row an RMA; needs ``days_since_first_order``."""
    events = timeline(requests.with_columns(rmas=pl.lit(1)), ["customer_id"], "requested_at", ["rmas"])
    seen = view(events, requests, "requested_at", VELOCITY_WINDOWS)
    counts = [
        seen.total("rmas", window).cast(pl.Float64).alias(name)
        for window, name in (("7d", "rmas_7d"), ("30d", "rmas_30d"), ("365d", "_rmas_365d"))
    ]
    since = (requests["requested_at"] - seen.last()).dt.total_days(fractional=True)
    counted = requests.with_columns(*counts, since.alias("days_since_last_rma"))
    return counted.with_columns(rma_acceleration=_acceleration()).drop("_rmas_365d")


def _acceleration() -> pl.Expr:
    """Return the recent RMAs, this one included, over those that the earlier pace predicts, half an RMA on both.

    The pace is told by the days from the first order on; less than 60 of them before the recent ones are
    no pace, because a new shopper's second month always looks fast.
    """
    told_days = (pl.col("days_since_first_order") - RECENT_DAYS).clip(upper_bound=BEFORE_DAYS)
    predicted = (pl.col("_rmas_365d") - pl.col("rmas_30d")) / told_days * RECENT_DAYS
    ratio = (pl.col("rmas_30d") + 1 + 0.5) / (predicted + 0.5)
    return pl.when(pl.col("days_since_first_order") > TOLD_DAYS).then(ratio)
