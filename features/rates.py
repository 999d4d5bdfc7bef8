"""The shop's own rates day by day: small tables over all shoppers, asked as of the day before.

What belongs here: how often shoppers, reasons and claims come back in the shop as a whole, as far as that was known
at the end of a day. What does not: anything about one shopper, or about goods (``expectation``).

A rate asked on a day holds what happened up to the end of the day before (days are UTC). Returned lines
are RMA lines of any kind, whether or not a purchase was found: what they became was not known then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from features.learning import Gathered, Part
from features.params import FeatureParams
from features.windows import Timeline, earliest, money_units, timeline, view

CLAIMS = ("item_not_received", "missing_item", "damaged_in_transit")
"""The claim types that say the parcel, not the product, went wrong."""

_ALL = "_all"

POPULATION = ("bought", "returned", "reasoned", "claims", "spent", "asked")


@dataclass(frozen=True, slots=True)
class GlobalTables:
    """What features need to know of the whole shop, in daily running totals.

    ``population`` counts ``bought`` order lines, ``returned`` RMA lines, those that gave a reason (``reasoned``) and
    those that made a claim (``claims``), and what was ``spent`` on the one and ``asked`` back for the other;
    ``reasons`` the RMA ``lines`` that gave each reason; ``shoppers`` holds the moments for the spread of shoppers'
    rates. The two dates are when the exports' first order was placed and when an RMA first said what it claims; null
    where none does.
    """

    population: Timeline
    reasons: Timeline
    shoppers: Timeline
    first_order_at: datetime | None
    first_claim_at: datetime | None


def global_tables(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> GlobalTables:
    """Return the shop's daily running totals from all its order lines and RMA lines (core frames)."""
    return learn_tables(_gathered(order_lines, rma_lines))


def gather_tables(part: Part) -> Gathered:
    """Return what was bought and returned by day, and on which days by which shopper."""
    return _gathered(part.home.order_lines, part.home.rma_lines)


def _gathered(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> Gathered:
    """Return what ``learn_tables`` learns from."""
    claims = rma_lines.filter(pl.col("claim_type").is_not_null())
    return {
        "population": _daily(order_lines, rma_lines),
        "reasons": _reason_days(rma_lines),
        "shoppers": _shopper_days(order_lines, rma_lines),
        "orders": order_lines.select(pl.col("ordered_at").min()),
        "claims": claims.select(pl.col("requested_at").min()),
    }


def learn_tables(gathered: Gathered) -> GlobalTables:
    """Return the whole shop's daily running totals."""
    return GlobalTables(
        population=timeline(gathered["population"], [_ALL], "day", POPULATION),
        reasons=timeline(gathered["reasons"], ["reason_code"], "day", ["lines"]),
        shoppers=timeline(_shopper_moments(gathered["shoppers"]), [_ALL], "day", ["n", "r", "nn", "rr"]),
        first_order_at=earliest(gathered["orders"], "ordered_at"),
        first_claim_at=earliest(gathered["claims"], "requested_at"),
    )


def population_counts(queries: pl.DataFrame, tables: GlobalTables) -> pl.DataFrame:
    """Return what the shop's ``population`` counted before each query's ``day``; amounts in ``MONEY_UNITS``."""
    seen = view(tables.population, _of_all(queries), "day")
    return pl.DataFrame([seen.total(measure) for measure in POPULATION])


def reason_counts(queries: pl.DataFrame, tables: GlobalTables) -> pl.Series:
    """Return how many RMA lines had given each query's ``reason_code`` before its ``day``."""
    return view(tables.reasons, queries, "day").total("lines")


def shopper_prior(queries: pl.DataFrame, tables: GlobalTables, params: FeatureParams) -> pl.DataFrame:
    """Return the beta prior of a shopper's return rate before each query's ``day``: its ``mean`` and ``weight``.

    Moments of the beta-binomial over shoppers with ``n`` bought and ``r`` returned lines (never more than
    bought): with ``m1 = sum r / sum n`` and ``m2 = sum r(r-1) / sum n(n-1)``, the weight (alpha + beta) is
    ``(m1 - m2) / (m2 - m1**2)``. Where nobody bought twice, or shoppers differ less than chance alone
    would have them differ, ``prior_lines`` stands in.
    """
    seen = view(tables.shoppers, _of_all(queries), "day")
    sums = pl.DataFrame([seen.total(measure) for measure in ("n", "r", "nn", "rr")])
    m1, m2 = pl.col("r") / pl.col("n"), pl.col("rr") / pl.col("nn")
    spread = m2 - m1 * m1
    is_told = (pl.col("nn") > 0) & (spread > 0)
    estimate = ((m1 - m2) / spread).clip(params.min_prior_lines, params.max_prior_lines)
    return sums.select(
        mean=pl.when(pl.col("n") > 0).then(m1).otherwise(params.initial_return_rate),
        weight=pl.when(is_told).then(estimate).otherwise(params.prior_lines),
    )


def shrunken(returned: pl.Expr, bought: pl.Expr, usual: pl.Expr, weight: pl.Expr | float) -> pl.Expr:
    """Return a rate of returned over bought lines pulled towards the usual one, never outside 0 to 1."""
    return ((returned + usual * weight) / (bought + weight)).clip(0, 1)


def _daily(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row a day and kind of event: lines bought and returned, with a reason, with a claim, and amounts."""
    bought = order_lines.select(day=pl.col("ordered_at").dt.date(), spent=money_units("line_amount"))
    returned = rma_lines.select(
        day=pl.col("requested_at").dt.date(),
        reasoned=pl.col("reason_code").is_not_null().cast(pl.Int64),
        claims=pl.col("claim_type").is_in(CLAIMS).fill_null(value=False).cast(pl.Int64),
        asked=money_units("requested_amount"),
    )
    counts = [
        bought.group_by("day").agg(pl.col("spent").sum(), bought=pl.len().cast(pl.Int64)),
        returned.group_by("day").agg(pl.col("reasoned", "claims", "asked").sum(), returned=pl.len().cast(pl.Int64)),
    ]
    return _of_all(pl.concat(counts, how="diagonal"))


def _reason_days(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return how many RMA ``lines`` gave each reason on each day."""
    days = rma_lines.select("reason_code", pl.col("requested_at").dt.date().alias("day"))
    return days.group_by("reason_code", "day").agg(lines=pl.len().cast(pl.Int64))


def _shopper_days(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return how many lines each shopper (a number) bought and returned on each day."""
    lines = [
        of.select(
            shopper="customer_id",
            day=pl.col(at).dt.date(),
            bought=pl.lit(1 - is_returned, pl.Int32),
            returned=pl.lit(is_returned, pl.Int32),
        )
        for is_returned, (of, at) in enumerate(((order_lines, "ordered_at"), (rma_lines, "requested_at")))
    ]
    # Hashes, because numbers are counted far faster than names.
    return _by_day(pl.concat(lines).drop_nulls().with_columns(pl.col("shopper").hash()))


def _by_day(shopper_days: pl.DataFrame) -> pl.DataFrame:
    """Return one row a shopper and day, in no order."""
    return shopper_days.group_by("shopper", "day").agg(pl.col("bought", "returned").sum())


def _shopper_moments(shopper_days: pl.DataFrame) -> pl.DataFrame:
    """Return by how much each day changed the sums of n, r, n(n-1) and r(r-1) over all known shoppers."""
    days = _by_day(shopper_days).sort("shopper", "day")
    is_first = pl.col("shopper").is_first_distinct()
    # Shoppers stand one after the other: what one had bought is a total of all, less that of all before.
    totals = days.with_columns(pl.col("bought", "returned").cast(pl.Int64).cum_sum(), is_first=is_first)
    start = pl.when("is_first").then(pl.col("bought", "returned").shift(1, fill_value=0)).forward_fill()
    counts = totals.with_columns(start.name.suffix("_before")).select(
        "day",
        "is_first",
        n=pl.col("bought") - pl.col("bought_before"),
        returned=pl.col("returned") - pl.col("returned_before"),
    )
    moments = counts.with_columns(r=pl.min_horizontal("n", "returned")).with_columns(
        nn=pl.col("n") * (pl.col("n") - 1), rr=pl.col("r") * (pl.col("r") - 1)
    )
    # A shopper's new total replaces the one of the day before it in the sums over all shoppers.
    before = pl.when("is_first").then(0).otherwise(pl.col("n", "r", "nn", "rr").shift(1))
    changes = moments.select("day", pl.col("n", "r", "nn", "rr") - before)
    return _of_all(changes.group_by("day").agg(pl.col("n", "r", "nn", "rr").sum()))


def _of_all(frame: pl.DataFrame) -> pl.DataFrame:
    """Give every row the one owner that stands for the whole shop."""
    return frame.with_columns(pl.lit(value=True).alias(_ALL))
