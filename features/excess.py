"""How far returned lines, and their value, exceed what the shopper's basket predicts.

What belongs here: the expected returns of an order line, their sum over a basket, and the excess over
it. What does not: how likely goods are to come back (``expectation``).

The returns of a basket are a sum of unlike coin tosses (Poisson-binomial): each order line comes back
with the rate ``p`` of its goods as it was known the day before the purchase, times the share ``g`` of returns that
come within its age (1 for the orders that the RMA
returns from), so the sum has the mean ``sum p g`` and the variance ``sum p g (1 - p g)``. By value every line
counts with its price ``a``: the mean is ``sum p g a``, the variance at most ``sum p g a**2``.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import polars as pl

from features.expectation import AGES, Baselines, ripe_sum, ripeness, with_rates
from features.params import FeatureParams
from features.shopper import EXPECTED, History
from features.windows import CHANCE_UNITS, MONEY_UNITS, View, chance_units, money_units

EXCESS_WINDOWS = ("90d", "365d")


CENTS = 100
"""Units of money in a price whose square is summed."""

MOST_CENTS = 10**8
"""A price above a million counts as a million, so that sums of squares stay whole numbers."""


def with_expected(order_lines: pl.DataFrame, known: Baselines, params: FeatureParams) -> pl.DataFrame:
    """Add to each described order line what is expected of its return, were it due.

    ``expected`` (p) and ``variance`` (p(1-p)) in ``CHANCE_UNITS``; ``value`` (p a) in ``MONEY_UNITS`` and
    ``value_variance`` (p a**2) in square ``CENTS``; a line without a price has no value.
    """
    rated = with_rates(order_lines.with_columns(day=pl.col("ordered_at").dt.date()), known, params)
    chance = pl.col("item_rate")
    price = money_units("line_amount").fill_null(0)
    cents = (price / (MONEY_UNITS // CENTS)).clip(0, MOST_CENTS)
    return rated.with_columns(
        expected=chance_units(chance),
        variance=chance_units(chance * (1 - chance)),
        value=(chance * price).round().cast(pl.Int64),
        value_variance=(chance * cents * cents).round().cast(pl.Int64),
    )


def decided(requests: pl.DataFrame, own_lines: pl.DataFrame, order_lines: pl.DataFrame) -> pl.DataFrame:
    """Return for each request what was expected of the orders that it returns from, by the age of the purchase.

    ``order_lines`` carry what ``with_expected`` adds. Who returns from an order has decided on all of it: it has no
    more time to come back. Columns ``measure_age`` for each of ``AGES``, 0 where there is none.
    """
    touched = own_lines.filter("is_matched").select("rma_id", "order_id", customer_id="rma_customer_id").unique()
    bought = order_lines.select("order_id", "customer_id", "ordered_at", *EXPECTED)
    lines = touched.join(bought, on=["order_id", "customer_id"]).join(
        requests.select("rma_id", "requested_at"), on="rma_id"
    )
    age = pl.col("requested_at") - pl.col("ordered_at")
    is_past = pl.col("ordered_at") < pl.col("requested_at")
    spans = pairwise((timedelta(0), *(timedelta(days=days) for days in AGES.values())))
    sums = [
        pl.col(measure).filter(is_past, age > low, age <= high).sum().alias(f"{measure}_{name}")
        for name, (low, high) in zip(AGES, spans, strict=True)
        for measure in EXPECTED
    ]
    found = requests.select("rma_id").join(
        lines.group_by("rma_id").agg(sums), on="rma_id", how="left", maintain_order="left"
    )
    return found.drop("rma_id").fill_null(0)


def add_excess(
    requests: pl.DataFrame, past: History, known: Baselines, now: pl.DataFrame, prior_lines: pl.Series
) -> pl.DataFrame:
    """Add the features of the family ``excess``; needs ``rma_lines``, ``rma_amount`` and the shopper's windows.

    ``now`` is what ``decided`` returns; ``prior_lines`` the weight of what shoppers have in common, in order lines
    (``rates.shopper_prior``): with ``n`` lines bought, shoppers who honestly differ vary ``(w + n) / (w + 1)`` times
    as much as chance alone would have them (beta-binomial).
    """
    ripe = ripeness(requests, known)
    sums = [column for window in EXCESS_WINDOWS for column in _expected(past.purchases, window, ripe, now)]
    with_this = [
        (pl.col(f"lines_returned_{window}") + pl.col("rma_lines")).alias(f"lines_returned_with_this_{window}")
        for window in EXCESS_WINDOWS
    ]
    counted = requests.with_columns(*sums, *with_this, *_expected_value(past.purchases, ripe, now))
    counted = counted.with_columns(prior_lines.alias("_prior_lines"))
    counted = counted.with_columns(_of_unlike(window) for window in EXCESS_WINDOWS)
    told = counted.with_columns(*(_excess(window) for window in EXCESS_WINDOWS), _value_excess())
    return told.drop("_variance_90d", "_variance_365d", "_value_variance", "_prior_lines")


def _of_unlike(window: str) -> pl.Expr:
    """Return the variance of a window's returned lines among shoppers who honestly differ."""
    weight = pl.col("_prior_lines")
    factor = (weight + pl.col(f"lines_bought_{window}")) / (weight + 1)
    return (pl.col(f"_variance_{window}") * factor.clip(lower_bound=1)).alias(f"_variance_{window}")


def _totals(purchases: View, measure: str, window: str) -> dict[str, pl.Series]:
    """Return a measure's totals by age and over a window."""
    return {age: purchases.total(measure, age) for age in AGES} | {"all": purchases.total(measure, window)}


def _expected(purchases: View, window: str, ripe: pl.DataFrame, now: pl.DataFrame) -> list[pl.Series]:
    """Return the mean and the variance of the lines to be returned of a window's purchases."""
    chance, variance = _totals(purchases, "expected", window), _totals(purchases, "variance", window)
    mean = ripe_sum(chance, ripe) + _unripe(now, "expected", ripe)
    squares = {age: chance[age] - variance[age] for age in chance}
    ripe_squares = ripe.select(pl.all() ** 2)
    due_now = now.with_columns(
        (pl.col(f"expected_{age}") - pl.col(f"variance_{age}")).alias(f"square_{age}") for age in AGES
    )
    spread = mean - ripe_sum(squares, ripe_squares) - _unripe(due_now, "square", ripe_squares)
    return [
        (mean / CHANCE_UNITS).alias(f"expected_lines_returned_{window}"),
        (spread / CHANCE_UNITS).clip(lower_bound=0).alias(f"_variance_{window}"),
    ]


def _unripe(now: pl.DataFrame, measure: str, ripe: pl.DataFrame) -> pl.Series:
    """Return what the decided orders lack to be due whole."""
    missing = pl.zeros(len(ripe), dtype=pl.Float64, eager=True)
    for age in AGES:
        missing = missing + now[f"{measure}_{age}"] * (1 - ripe[age])
    return missing


def _expected_value(purchases: View, ripe: pl.DataFrame, now: pl.DataFrame) -> list[pl.Series]:
    """Return the mean and the variance of the value to be returned of a year's purchases."""
    mean = (ripe_sum(_totals(purchases, "value", "365d"), ripe) + _unripe(now, "value", ripe)) / MONEY_UNITS
    squares = ripe_sum(_totals(purchases, "value_variance", "365d"), ripe) + _unripe(now, "value_variance", ripe)
    variance = squares / CENTS**2
    return [mean.alias("expected_amount_returned_365d"), variance.alias("_value_variance")]


def _value_excess() -> pl.Expr:
    """Return how many standard deviations the returned value lies above the expected one.

    A deviation counts as the price of the shopper's usual line at least; null without any price.
    """
    returned = pl.col("returned_amount_365d") + pl.col("rma_amount")
    usual = pl.col("spend_365d") / pl.col("lines_bought_365d")
    least = pl.max_horizontal(pl.col("_value_variance").sqrt(), usual)
    excess = (returned - pl.col("expected_amount_returned_365d")) / least
    return pl.when(pl.col("spend_365d") > 0).then(excess).alias("excess_amount_returned_365d")


def _excess(window: str) -> pl.Expr:
    """Return how many standard deviations (at least 1 line) the returned lines lie above the expected ones."""
    excess = pl.col(f"lines_returned_with_this_{window}") - pl.col(f"expected_lines_returned_{window}")
    return standardised(excess, pl.col(f"_variance_{window}")).alias(f"excess_lines_returned_{window}")


def standardised(excess: pl.Expr, variance: pl.Expr) -> pl.Expr:
    """Return an excess over its standard deviation, which counts as at least 1: small numbers prove little."""
    return excess / variance.sqrt().clip(lower_bound=1)
