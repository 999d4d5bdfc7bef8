"""The shop's own rates day by day: small tables over all shoppers, asked as of the day before.

What belongs here: how often items, categories, shoppers, reasons and claims come back in the shop as a
whole, as far as that was known at the end of a day. What does not: anything about one shopper.

A rate asked on a day holds what happened up to the end of the day before (days are UTC). Returned lines
are RMA lines of any kind, whether or not a purchase was found: what they became was not known then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from features.params import FeatureParams
from features.windows import Timeline, timeline, view

CLAIMS = ("item_not_received", "missing_item", "damaged_in_transit")
"""The claim types that say the parcel, not the product, went wrong."""

_ALL = "_all"


@dataclass(frozen=True, slots=True)
class GlobalTables:
    """What features need to know of the whole shop, in daily running totals.

    ``items`` (by SKU), ``categories`` and ``population`` count ``bought`` order lines and ``returned``
    RMA lines; ``population`` also RMA lines that gave a reason (``reasoned``) and that made a claim
    (``claims``); ``reasons`` the RMA ``lines`` that gave each reason; ``shoppers`` holds the moments for
    the spread of shoppers' rates. The two dates are when the exports' first order was placed and when an
    RMA first said what it claims; null where none does.
    """

    items: Timeline
    categories: Timeline
    population: Timeline
    reasons: Timeline
    shoppers: Timeline
    first_order_at: datetime | None
    first_claim_at: datetime | None


def global_tables(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> GlobalTables:
    """Return the shop's daily running totals from all its order lines and RMA lines (core frames)."""
    daily = _daily(order_lines, rma_lines)
    claiming = rma_lines.filter(pl.col("claim_type").is_not_null())
    return GlobalTables(
        items=timeline(daily, ["sku"], "day", ["bought", "returned"]),
        categories=timeline(daily, ["category"], "day", ["bought", "returned"]),
        population=timeline(daily, [_ALL], "day", ["bought", "returned", "reasoned", "claims"]),
        reasons=timeline(_reason_days(rma_lines), ["reason_code"], "day", ["lines"]),
        shoppers=timeline(_shopper_moments(order_lines, rma_lines), [_ALL], "day", ["n", "r", "nn", "rr"]),
        first_order_at=_earliest(order_lines, "ordered_at"),
        first_claim_at=_earliest(claiming, "requested_at"),
    )


def with_rates(lines: pl.DataFrame, tables: GlobalTables, params: FeatureParams) -> pl.DataFrame:
    """Add ``item_rate`` and ``category_rate`` (0 to 1, never null) to rows of ``sku``, ``category`` and ``day``.

    The item's rate is shrunken towards its category's, the category's towards the whole shop's; a line
    without a category is shrunken towards the shop's rate at once. Rows keep their order.
    """
    asked = lines.select("sku", "category", "day").unique()
    rated = asked.with_columns(_rates(asked, tables, params))
    return lines.join(rated, on=["sku", "category", "day"], how="left", nulls_equal=True, maintain_order="left")


def population_counts(queries: pl.DataFrame, tables: GlobalTables) -> pl.DataFrame:
    """Return the shop's ``bought``, ``returned``, ``reasoned`` and ``claims`` before each query's ``day``."""
    seen = view(tables.population, _of_all(queries), "day")
    return pl.DataFrame([seen.total(measure) for measure in ("bought", "returned", "reasoned", "claims")])


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


def _rates(asked: pl.DataFrame, tables: GlobalTables, params: FeatureParams) -> list[pl.Series]:
    """Return the columns ``item_rate`` and ``category_rate`` of rows of sku, category and day."""
    item, category = view(tables.items, asked, "day"), view(tables.categories, asked, "day")
    shop = population_counts(asked, tables)
    counts = pl.DataFrame(
        {
            "item_bought": item.total("bought"),
            "item_returned": item.total("returned"),
            # Nothing is known of a missing category: no lines, so that the shop's rate takes its place.
            "category_bought": category.total("bought").fill_null(0),
            "category_returned": category.total("returned").fill_null(0),
            "bought": shop["bought"],
            "returned": shop["returned"],
        }
    )
    share = (pl.col("returned") / pl.col("bought")).clip(0, 1)
    usual = pl.when(pl.col("bought") > 0).then(share).otherwise(params.initial_return_rate)
    weight = params.item_prior_lines
    rated = counts.with_columns(
        category_rate=shrunken(pl.col("category_returned"), pl.col("category_bought"), usual, weight)
    ).with_columns(item_rate=shrunken(pl.col("item_returned"), pl.col("item_bought"), pl.col("category_rate"), weight))
    return rated.select("item_rate", "category_rate").get_columns()


def _daily(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row a SKU, category and day: lines bought and returned, with a reason, with a claim."""
    keys = ["sku", "category", "day"]
    bought = order_lines.select("sku", "category", pl.col("ordered_at").dt.date().alias("day"))
    returned = rma_lines.select(
        "sku",
        "category",
        pl.col("requested_at").dt.date().alias("day"),
        reasoned=pl.col("reason_code").is_not_null().cast(pl.Int64),
        claims=pl.col("claim_type").is_in(CLAIMS).fill_null(value=False).cast(pl.Int64),
    )
    counts = [
        bought.group_by(keys).agg(bought=pl.len().cast(pl.Int64)),
        returned.group_by(keys).agg(pl.col("reasoned", "claims").sum(), returned=pl.len().cast(pl.Int64)),
    ]
    return _of_all(pl.concat(counts, how="diagonal"))


def _reason_days(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return how many RMA ``lines`` gave each reason on each day."""
    days = rma_lines.select("reason_code", pl.col("requested_at").dt.date().alias("day"))
    return days.group_by("reason_code", "day").agg(lines=pl.len().cast(pl.Int64))


def _shopper_moments(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return by how much each day changed the sums of n, r, n(n-1) and r(r-1) over all known shoppers."""
    daily = _shopper_days(order_lines, rma_lines)
    is_first = pl.col("customer_id").ne_missing(pl.col("customer_id").shift(1))
    totals = daily.with_columns(is_first=is_first).with_columns(
        n=_running(pl.col("bought")), returned=_running(pl.col("returned"))
    )
    counts = totals.with_columns(r=pl.min_horizontal("n", "returned")).with_columns(
        nn=pl.col("n") * (pl.col("n") - 1), rr=pl.col("r") * (pl.col("r") - 1)
    )
    # A shopper's new total replaces the one of the day before it in the sums over all shoppers.
    before = pl.when("is_first").then(0).otherwise(pl.col("n", "r", "nn", "rr").shift(1))
    changes = counts.select("day", pl.col("n", "r", "nn", "rr") - before)
    return _of_all(changes.group_by("day").agg(pl.col("n", "r", "nn", "rr").sum()))


def _shopper_days(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row a known shopper and day, in that order: lines bought and returned on it."""
    keys = ["customer_id", "day"]
    bought = order_lines.select("customer_id", pl.col("ordered_at").dt.date().alias("day"), bought=pl.lit(1))
    returned = rma_lines.select("customer_id", pl.col("requested_at").dt.date().alias("day"), returned=pl.lit(1))
    both = pl.concat([bought, returned], how="diagonal").drop_nulls(keys)
    return both.group_by(keys).agg(pl.col("bought", "returned").cast(pl.Int64).sum()).sort(keys)


def _running(count: pl.Expr) -> pl.Expr:
    """Return a count's running total within the shopper, over rows in order of shopper with ``is_first`` marks.

    One running total over all, less where the shopper began: exact in whole numbers, and far cheaper than
    a window for each of millions of shoppers.
    """
    total = count.cum_sum()
    return total - pl.when("is_first").then(total - count).forward_fill()


def _of_all(frame: pl.DataFrame) -> pl.DataFrame:
    """Give every row the one owner that stands for the whole shop."""
    return frame.with_columns(pl.lit(value=True).alias(_ALL))


def _earliest(frame: pl.DataFrame, at: str) -> datetime | None:
    """Return the earliest moment of a column; None where there is none."""
    earliest = frame[at].min()
    return earliest if isinstance(earliest, datetime) else None
