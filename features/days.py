"""Features of the RMAs that were requested on some days, without those of all others.

What belongs here: which RMAs those are, and putting their rows in place of earlier ones. What does not: any feature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from features.assemble import learn, prepare
from features.buckets import features_of_bucket, owned_rmas
from features.params import FeatureParams
from features.shop import Shop


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


def features_of_days(shop: Shop, params: FeatureParams, days: DayRange) -> pl.DataFrame:
    """Return the rows of ``build_features`` whose RMAs were requested in a range of days, and those alone."""
    prepared = prepare(shop)
    rmas = owned_rmas(prepared.rma_lines.filter(days.holds("requested_at")))
    return features_of_bucket(prepared, learn(prepared, params), params, rmas)
