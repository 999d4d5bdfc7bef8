"""What is usual of a figure among peers so far, and how far a value stands off it.

What belongs here: mean and spread of a figure by group and day over the whole shop, shrunken. What does not: which
figures there are.

Figures are bounded before they are learned from, so that one absurd value moves little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from features.windows import Timeline, timeline, view

UNITS = 10_000
"""Sums of figures are whole numbers of so many units in 1."""
GROUP_WEIGHT = 20.0
"""The shop's figures weigh so many events in a group's."""
LEAST_SPREAD = 0.02

_ALL = "_all"
_SUMS = ["n", "x", "xx"]


@dataclass(frozen=True, slots=True)
class Norms:
    """Daily running sums of a figure, by group (``by``) and of the whole shop."""

    by: tuple[str, ...]
    least_events: float
    groups: Timeline
    shop: Timeline


def learn_norms(events: pl.DataFrame, by: Sequence[str], bound: float, least_events: float) -> Norms:
    """Return what is usual of the column ``x`` (``known_at``, groups), taken as at most ``bound`` off 0.

    Before ``least_events`` of the shop nothing is called usual.
    """
    return norms_of(daily_sums(events, by, bound), by, least_events)


def daily_sums(events: pl.DataFrame, by: Sequence[str], bound: float) -> pl.DataFrame:
    """Return the sums that norms are made of, by day and group; ``learn_norms`` says of what."""
    units = (pl.col("x").clip(-bound, bound) * UNITS).round().cast(pl.Int64)
    known = events.drop_nulls(["known_at", "x"]).select(
        *by, pl.col("known_at").dt.date().alias("day"), pl.lit(value=True).alias(_ALL), n=pl.lit(1), x=units
    )
    return known.with_columns(xx=pl.col("x") * pl.col("x")).group_by(*by, "day", _ALL).agg(pl.col(_SUMS).sum())


def norms_of(daily: pl.DataFrame, by: Sequence[str], least_events: float) -> Norms:
    """Return what ``daily_sums`` of a whole shop say is usual, whether a day stands in one row or several."""
    groups, shop = (timeline(daily, keys, "day", _SUMS) for keys in (list(by), [_ALL]))
    return Norms(tuple(by), least_events, groups, shop)


def with_standing(rows: pl.DataFrame, norms: Norms) -> pl.DataFrame:
    """Add ``z`` to rows of ``day``, ``x`` and groups: standard deviations off what was usual up to the day before.

    Null where ``x`` is, or the shop had told of too few.
    """
    asked = rows.select("day", *norms.by).unique()
    whole = asked.with_columns(pl.lit(value=True).alias(_ALL))
    seen = {"shop": view(norms.shop, whole, "day"), "group": view(norms.groups, asked, "day")}
    sums = asked.with_columns(
        (seen[who].total(name).fill_null(0) / (1 if name == "n" else UNITS if name == "x" else UNITS**2)).alias(
            f"{who}_{name}"
        )
        for who in seen
        for name in _SUMS
    )
    shop_mean = pl.col("shop_x") / pl.col("shop_n")
    shop_square = pl.col("shop_xx") / pl.col("shop_n")
    weight = pl.col("group_n") + GROUP_WEIGHT
    usual = sums.select(
        "day",
        *norms.by,
        (pl.col("shop_n") >= norms.least_events).alias("_is_told"),
        _mean=(pl.col("group_x") + shop_mean * GROUP_WEIGHT) / weight,
        _square=(pl.col("group_xx") + shop_square * GROUP_WEIGHT) / weight,
    )
    spread = (pl.col("_square") - pl.col("_mean") ** 2).clip(lower_bound=LEAST_SPREAD**2).sqrt()
    return (
        rows.join(usual, on=["day", *norms.by], how="left", nulls_equal=True, maintain_order="left")
        .with_columns(z=pl.when("_is_told").then((pl.col("x") - pl.col("_mean")) / spread))
        .drop("_is_told", "_mean", "_square")
    )


def beyond(value: pl.Expr, least: float) -> pl.Expr:
    """Return a value above what is nothing unusual, else 0; null stays null."""
    return pl.when(value > least).then(value).when(value.is_not_null()).then(0.0)
