"""Features of the RMAs that were requested on some days, without those of all others.

What belongs here: which shoppers' rows such RMAs need. What does not: any feature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from features.assemble import core_frame, features_of, request_lines
from features.params import FeatureParams
from features.rates import global_tables


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days of request, from the first to the last, both included."""

    first: date
    last: date

    def holds(self, column: str) -> pl.Expr:
        """Return whether a moment lies on one of the days."""
        return pl.col(column).dt.date().is_between(self.first, self.last)


def replace_days(table: pl.DataFrame, rows: pl.DataFrame, days: DayRange) -> pl.DataFrame:
    """Return a table of RMAs with its rows of some days replaced, in order of ``rma_id`` and ``stage``."""
    kept = table.filter(~days.holds("requested_at")).join(rows, on=["rma_id", "stage"], how="anti")
    return pl.concat([kept, rows]).sort("rma_id", "stage")


def features_of_days(
    order_lines: pl.DataFrame, rma_lines: pl.DataFrame, products: pl.DataFrame, params: FeatureParams, days: DayRange
) -> pl.DataFrame:
    """Return the rows of ``build_features`` that were requested in a range of days, and those alone."""
    bought, asked = core_frame("order_lines", order_lines), request_lines(core_frame("rma_lines", rma_lines))
    rmas = asked.filter("is_own", days.holds("requested_at")).select("rma_id", "rma_customer_id").unique()
    shoppers = rmas["rma_customer_id"].drop_nulls().unique().implode()
    needed = asked.filter(
        pl.col("rma_id").is_in(rmas["rma_id"].implode())
        | pl.col("customer_id").is_in(shoppers)
        | pl.col("rma_customer_id").is_in(shoppers)
    )
    tables = global_tables(bought, asked)
    features = features_of(bought, needed, core_frame("products", products), tables, params)
    return features.filter(days.holds("requested_at"))
