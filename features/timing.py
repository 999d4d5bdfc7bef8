"""When the RMA was requested: after the order, after delivery, within the product's return window.

What belongs here: spans from the matched purchase to the request. What does not: the shopper's pace over
several RMAs (``velocity``).

A delivery counts when it had happened by the request; before, the span runs from the order. A warranty
claim is measured against the product's warranty, every other line against its return window.
"""

from __future__ import annotations

import polars as pl


def add_timing(requests: pl.DataFrame, own_lines: pl.DataFrame) -> pl.DataFrame:
    """Add the features of the family ``timing``.

    ``own_lines`` are the RMAs' lines at the request, with ``is_matched`` and the product's windows.
    """
    spans = own_lines.filter("is_matched").select(
        "rma_id",
        hours=(pl.col("requested_at") - pl.col("ordered_at")).dt.total_hours(fractional=True),
        days=_days_since(_delivered()),
        used_days=_days_since(pl.coalesce(_delivered(), "ordered_at")),
        window=pl.when(pl.col("claim_type") == "warranty")
        .then(pl.col("warranty_days"))
        .otherwise(pl.col("return_window_days")),
    )
    used, window = pl.col("used_days"), pl.col("window")
    facts = spans.group_by("rma_id").agg(
        hours_since_order=pl.col("hours").min(),
        days_since_delivery=pl.col("days").max(),
        # A window of no days at all has no share that could be used.
        window_used_share=pl.when(window > 0).then(used / window).clip(upper_bound=1).max(),
        days_past_window=(used - window).clip(lower_bound=0).max(),
    )
    return requests.join(facts, on="rma_id", how="left", maintain_order="left")


def _delivered() -> pl.Expr:
    """Return when the matched purchase was delivered, null where that was not known at the request."""
    return pl.when(pl.col("delivered_at") <= pl.col("requested_at")).then("delivered_at")


def _days_since(moment: pl.Expr) -> pl.Expr:
    """Return the days from a moment to the request."""
    return (pl.col("requested_at") - moment).dt.total_days(fractional=True)
