"""How far returned lines exceed what the shopper's basket predicts.

What belongs here: the expected returns of an order line, their sum over a basket, and the excess over
it. What does not: how an item's rate comes about (``rates``).

The returns of a basket are a sum of unlike coin tosses (Poisson-binomial): each order line comes back
with its item's rate ``p`` as it was known the day before the purchase, so the sum has the mean
``sum p`` and the variance ``sum p(1-p)``.
"""

from __future__ import annotations

import polars as pl

from features.params import FeatureParams
from features.rates import GlobalTables, with_rates
from features.shopper import History
from features.windows import CHANCE_UNITS, chance_units

EXCESS_WINDOWS = ("90d", "365d")


def with_expected(order_lines: pl.DataFrame, tables: GlobalTables, params: FeatureParams) -> pl.DataFrame:
    """Add to each order line ``expected`` (p) and ``variance`` (p(1-p)) of its return, in ``CHANCE_UNITS``."""
    rated = with_rates(order_lines.with_columns(day=pl.col("ordered_at").dt.date()), tables, params)
    chance = pl.col("item_rate")
    return rated.with_columns(expected=chance_units(chance), variance=chance_units(chance * (1 - chance)))


def add_excess(requests: pl.DataFrame, past: History) -> pl.DataFrame:
    """Add the features of the family ``excess``; needs ``rma_lines`` and ``lines_returned_*`` of each RMA."""
    sums = [
        (past.purchases.total(measure, window) / CHANCE_UNITS).alias(f"{name}_{window}")
        for window in EXCESS_WINDOWS
        for measure, name in (("expected", "expected_lines_returned"), ("variance", "_variance"))
    ]
    with_this = [
        (pl.col(f"lines_returned_{window}") + pl.col("rma_lines")).alias(f"lines_returned_with_this_{window}")
        for window in EXCESS_WINDOWS
    ]
    counted = requests.with_columns(*sums, *with_this)
    return counted.with_columns(_excess(window) for window in EXCESS_WINDOWS).drop("_variance_90d", "_variance_365d")


def _excess(window: str) -> pl.Expr:
    """Return how many standard deviations (at least 1 line) the returned lines lie above the expected ones."""
    excess = pl.col(f"lines_returned_with_this_{window}") - pl.col(f"expected_lines_returned_{window}")
    return standardised(excess, pl.col(f"_variance_{window}")).alias(f"excess_lines_returned_{window}")


def standardised(excess: pl.Expr, variance: pl.Expr) -> pl.Expr:
    """Return an excess over its standard deviation, which counts as at least 1: small numbers prove little."""
    return excess / variance.sqrt().clip(lower_bound=1)
