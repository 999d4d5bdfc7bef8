"""How likely a purchase is to come back: what the shop knew of such goods the day before.

What belongs here: return rates of a SKU within its style, within its price band, within its category, within the shop,
and how long returns take. What does not: what a shopper's basket adds up to (``excess``).

* A rate is of returned lines over **due** lines: a purchase of yesterday has not had the time to come back, so it
  counts by the share of returns that came within its age (``ripeness``), as the shop's returns have told so far.
* Every level is pulled towards the wider one. Of 27,513 lines of a real fashion shop (the last 30 % in time), the
  levels lose 0.667 of log loss a line, SKUs within brands alone 0.675; sizes add hardly anything to that, and so a
  size or colour of a style is pulled towards its style harder than a style towards its price band.
* Several sizes of one style in one order are a choice at home: such lines come back at least as often as those
  before them. (To expect all but one back loses 0.673: many keep two, or send back all.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from features.learning import Gathered, Part
from features.params import FeatureParams
from features.rates import shrunken
from features.windows import Timeline, timeline, view

AGES = {"7d": 7, "14d": 14, "28d": 28, "56d": 56}
"""Ages of purchases that tell how ripe they are; older ones are due whole."""

LEVELS = ("shop", "category", "band", "style", "sku")
"""From the widest to the narrowest."""

RIPE_LINES = 20.0
"""Weight of the belief that a purchase is due at once, in returned lines."""

BRACKET_LINES = 50.0
"""Weight of a line's own rate in that of lines bought in several sizes, in order lines."""

ALL = "_all"
_SUMS = pl.col("bought", "returned").sum()


@dataclass(frozen=True, slots=True)
class Baselines:
    """The shop's daily running totals of lines ``bought`` and ``returned``.

    ``goods`` by level and its key, ``brackets`` of lines in several sizes. ``ages`` counts returned lines with a
    purchase, and of them those that came within the middle of each of ``AGES`` and the one before it.
    """

    goods: Timeline
    brackets: Timeline
    ages: Timeline


def described_orders(order_lines: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Add to order lines ``style`` (the product's, else the line's own), ``band`` and ``in_bracket``.

    A price band spans a factor of the root of two, within a category. A bracket is an order's lines of one style in
    several SKUs or sizes.
    """
    known = products.select("sku", _style="style_id").unique("sku")
    styled = order_lines.join(known, on="sku", how="left", maintain_order="left")
    lines = styled.with_columns(
        style=pl.coalesce("_style", "style_id"), band=_band(pl.col("line_amount"), pl.col("quantity"))
    )
    keys = ["order_id", "style"]
    variant = pl.concat_str("sku", pl.col("size").fill_null(""), separator=" ")
    variants = (variant.min() != variant.max()).alias("_variants")
    counted = lines.join(
        lines.drop_nulls(keys).group_by(keys).agg(variants), on=keys, how="left", maintain_order="left"
    )
    in_bracket = pl.col("_variants").fill_null(value=False)
    return counted.with_columns(in_bracket=in_bracket).drop("_style", "_variants")


def described_rmas(rma_lines: pl.DataFrame, order_lines: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Add the same to RMA lines (with ``assemble.request_lines``); the order lines are described.

    Without a purchase by the request there is no bracket, the style is the product's and the band that of what is
    asked back.
    """
    purchase = order_lines.select("order_id", "sku", _bought="style", in_bracket="in_bracket")
    bought = purchase.sort("order_id", "sku", "_bought", "in_bracket").unique(["order_id", "sku"], keep="first")
    known = products.select("sku", _style="style_id").unique("sku")
    lines = rma_lines.join(known, on="sku", how="left", maintain_order="left").join(
        bought, on=["order_id", "sku"], how="left", maintain_order="left"
    )
    return lines.with_columns(
        style=pl.coalesce("_style", pl.when("is_matched").then("_bought")),
        band=pl.coalesce(
            pl.when("is_matched").then(_band(pl.col("paid_amount"), pl.col("matched_quantity"))),
            _band(pl.col("requested_amount"), pl.col("quantity")),
        ),
        in_bracket=(pl.col("is_matched") & pl.col("in_bracket")).fill_null(value=False),
    ).drop("_style", "_bought")


def _band(amount: pl.Expr, quantity: pl.Expr) -> pl.Expr:
    """Return the price band of a unit within its category; null without a price."""
    unit = amount.cast(pl.Float64) / quantity
    step = pl.when(unit > 0).then((unit.log(2) * 2).floor().cast(pl.Int64))
    return pl.concat_str(pl.col("category").fill_null(""), step, separator=" ")


def baselines(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> Baselines:
    """Return the daily totals of a whole shop, from its order lines and RMA lines, described."""
    return learn_goods(_gathered(order_lines, rma_lines))


def gather_goods(part: Part) -> Gathered:
    """Return how many lines of which goods were bought and returned on each day, and how long returns took."""
    return _gathered(part.home.order_lines, part.home.rma_lines)


def _gathered(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> Gathered:
    """Return what ``learn_goods`` learns from."""
    events = pl.concat(
        [
            _of_day(order_lines, "ordered_at").with_columns(bought=pl.lit(1), returned=pl.lit(0)),
            _of_day(rma_lines, "requested_at").with_columns(bought=pl.lit(0), returned=pl.lit(1)),
        ]
    )
    daily = [events.with_columns(_goods(level)).group_by("goods", "day").agg(_SUMS) for level in LEVELS]
    brackets = events.filter("in_bracket").group_by("day").agg(_SUMS)
    return {
        "daily": pl.concat(daily).drop_nulls("goods"),
        "brackets": brackets.with_columns(pl.lit(value=True).alias(ALL)),
        "delays": _delays(rma_lines),
    }


def learn_goods(gathered: Gathered) -> Baselines:
    """Return the whole shop's daily running totals."""
    return Baselines(
        timeline(gathered["daily"].group_by("goods", "day").agg(_SUMS), ["goods"], "day", ["bought", "returned"]),
        timeline(gathered["brackets"], [ALL], "day", ["bought", "returned"]),
        timeline(gathered["delays"], [ALL], "day", ["returned", *AGES]),
    )


def with_rates(lines: pl.DataFrame, known: Baselines, params: FeatureParams) -> pl.DataFrame:
    """Add ``item_rate`` and ``category_rate`` (0 to 1, never null) to described lines with their ``day``.

    Rates hold what happened up to the end of the day before. Rows keep their order.
    """
    rate = pl.lit(params.initial_return_rate)
    found = lines.with_columns(_bracket_counts(lines, known))
    for level in LEVELS:
        found = _with_counts(found, level, known)
        returned, due = pl.col("_returned"), pl.col("_due")
        if level == "shop":
            told = pl.when(due > 0).then((returned / due).clip(0, 1)).otherwise(rate)
        else:
            told = shrunken(returned, due, pl.col("_rate"), _prior_lines(level, params))
        found = found.with_columns(_rate=told)
        if level == "category":
            found = found.with_columns(category_rate="_rate")
    bracket = shrunken(pl.col("_bracket_returned"), pl.col("_bracket_due"), pl.col("_rate"), BRACKET_LINES)
    item = pl.when("in_bracket").then(pl.max_horizontal("_rate", bracket)).otherwise("_rate")
    return found.with_columns(item_rate=item).drop("_rate", "_returned", "_due", "_bracket_returned", "_bracket_due")


def ripeness(days: pl.DataFrame, known: Baselines) -> pl.DataFrame:
    """Return for each row's ``day`` which share of returns came within each of ``AGES``, about its middle.

    Up to the day before; 1 before any return told how long it took.
    """
    seen = view(known.ages, days.with_columns(pl.lit(value=True).alias(ALL)), "day")
    counts = pl.DataFrame([seen.total("returned"), *(seen.total(age) for age in AGES)])
    return counts.select(((pl.col(age) + RIPE_LINES) / (pl.col("returned") + RIPE_LINES)).alias(age) for age in AGES)


def ripe_sum(sums: Mapping[str, pl.Series], ripe: pl.DataFrame) -> pl.Series:
    """Return a sum over purchases of any age, each weighed by how ripe it is.

    ``sums`` holds the totals over the windows of ``AGES`` and, as ``all``, over the whole look-back.
    """
    total = sums["all"] - sums[list(AGES)[-1]]
    earlier = pl.zeros(len(ripe), dtype=pl.Int64, eager=True)
    for age in AGES:
        total = total + (sums[age] - earlier) * ripe[age]
        earlier = sums[age]
    return total


def _prior_lines(level: str, params: FeatureParams) -> pl.Expr:
    """Return the weight of the wider level's rate in a level's, in order lines; a SKU of no style is an item itself."""
    item = pl.lit(params.item_prior_lines)
    is_variant = pl.col("style").is_not_null() if level == "sku" else pl.lit(value=False)
    return pl.when(is_variant).then(params.variant_prior_lines).otherwise(item)


def _goods(level: str) -> pl.Expr:
    """Return what a line counts for at a level, as a number; null where that is not known."""
    key = pl.lit("") if level == "shop" else pl.col(level)
    # Hashes, because numbers are counted and joined far faster than long texts.
    goods = pl.concat_str(pl.lit(level), key, separator=":")
    return pl.when(goods.is_not_null()).then(goods.hash()).alias("goods")


def _of_day(lines: pl.DataFrame, at: str) -> pl.DataFrame:
    """Return the described columns of lines with the day of a moment."""
    return lines.select("sku", "category", "style", "band", "in_bracket", day=pl.col(at).dt.date()).drop_nulls("day")


def _delays(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return how many lines with a purchase came back on each day, and of them those within each age's middle."""
    days = (pl.col("requested_at") - pl.col("ordered_at")).dt.total_days(fractional=True)
    middles = [(low + high) / 2 for low, high in pairwise((0, *AGES.values()))]
    matched = rma_lines.filter("is_matched").with_columns(
        *((days <= middle).cast(pl.Int64).alias(age) for age, middle in zip(AGES, middles, strict=True)),
        day=pl.col("requested_at").dt.date(),
    )
    counts = matched.group_by("day").agg(pl.col(*AGES).sum(), returned=pl.len().cast(pl.Int64))
    return counts.with_columns(pl.lit(value=True).alias(ALL))


def _with_counts(lines: pl.DataFrame, level: str, known: Baselines) -> pl.DataFrame:
    """Replace ``_returned`` and ``_due`` by those of the lines' goods at a level; 0 where the goods are not known."""
    keyed = lines.drop("_returned", "_due", strict=False).with_columns(_goods(level))
    asked = keyed.select("goods", "day").unique()
    counted = asked.with_columns(_counted(known.goods, asked, known))
    joined = keyed.join(counted, on=["goods", "day"], how="left", maintain_order="left").drop("goods")
    return joined.with_columns(pl.col("_returned", "_due").fill_null(0))


def _counted(totals: Timeline, asked: pl.DataFrame, known: Baselines) -> list[pl.Series]:
    """Return the returned and the due lines before each row's day."""
    seen = view(totals, asked, "day", AGES)
    sums = {age: seen.total("bought", age) for age in AGES} | {"all": seen.total("bought")}
    return [
        seen.total("returned").alias("_returned"),
        ripe_sum(sums, ripeness(asked, known)).cast(pl.Float64).alias("_due"),
    ]


def _bracket_counts(lines: pl.DataFrame, known: Baselines) -> list[pl.Series]:
    """Return the returned and the due lines of brackets before each line's day."""
    returned, due = _counted(known.brackets, lines.select("day", pl.lit(value=True).alias(ALL)), known)
    return [returned.fill_null(0).alias("_bracket_returned"), due.fill_null(0).alias("_bracket_due")]
