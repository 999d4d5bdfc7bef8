"""Sums of RMA lines under the filters: from the daily sums of a set, or from its lines where it has none.

What belongs here: which published table answers which question at which size. What does not: what a page makes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dashboards.view import View

LINES, COMPONENTS = "report_daily_lines", "report_daily_components"
MEASURES = ("requested_amount", "refunds", "gross_cost", "recoveries", "cost")
DIMENSIONS = ("carrier", "claim_type", "condition_grade", "country", "reason", "return_method", "status")
"""What daily sums are split by, beside channel and category."""
SHARED = ("channel", "category", "currency")
NOT_GIVEN = "(not given)"


def daily(view: View, dimension: str = "all") -> pl.LazyFrame:
    """Return sums of the lines that the filters leave, to be summed up further, split by a column of the lines.

    ``value`` (of the column; ``(all)`` for ``all``, ``(not given)`` for none), ``requested_on``, ``n_lines`` and the
    measures. A column that is in no daily sums is read from the lines.
    """
    if view.has(LINES) and dimension in {"all", *DIMENSIONS, *SHARED}:
        return _summed(view, dimension)
    value = pl.lit("(all)") if dimension == "all" else pl.col(dimension).fill_null(NOT_GIVEN)
    day = pl.col("requested_at").dt.date().alias("requested_on")
    return view.lines().select(value.alias("value"), day, pl.lit(1, pl.Int64).alias("n_lines"), *MEASURES)


def _summed(view: View, dimension: str) -> pl.LazyFrame:
    """Return the daily sums of a dimension, or of all lines with one of the columns that each sum has."""
    kept = "all" if dimension in SHARED else dimension
    value = pl.col(dimension).fill_null(NOT_GIVEN).alias("value") if dimension in SHARED else pl.col("value")
    rows = view.filters.days(view.published.scan(LINES).filter(pl.col("dimension") == kept))
    return rows.select(value, "requested_on", "n_lines", *MEASURES)


def components(view: View) -> pl.DataFrame:
    """Return each component's ``amount``, and how much of it exports gave and the cost model estimated."""
    parts = ("amount", "actual_amount", "rate_amount")
    if view.has(COMPONENTS):
        rows = view.filters.days(view.published.scan(COMPONENTS))
        return rows.group_by("component").agg(pl.col(name).sum() for name in parts).collect()
    costs = view.published.scan("return_costs")
    if view.filters.is_narrow:
        costs = costs.join(view.lines().select("rma_id", "rma_line_id"), on=["rma_id", "rma_line_id"], how="semi")
    kind = [
        pl.col("amount").filter(pl.col("basis") == basis).sum().alias(f"{basis}_amount") for basis in ("actual", "rate")
    ]
    return costs.group_by("component").agg(pl.col("amount").sum(), *kind).collect()
