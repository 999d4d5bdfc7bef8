"""What other shoppers say of the same goods: a reason that many give lately, or that nobody gives.

What belongs here: reasons and returns of a SKU, of its style and of its lot (supplier and month of delivery) by other
shoppers, up to the day before. What does not: the shopper's own reasons (``reason``).

A bad lot shows in many shoppers: of ``o`` others who lately gave this reason for the same goods, ``e`` would have
without a cause in common, so ``1 - (e + 2) / (o + 2)`` of the reasons have one. Every shopper counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.contracts import Stage
from features.learning import Gathered, Learner, Part
from features.params import FeatureParams
from features.shop import Shop
from features.stages import Cases
from features.windows import Timeline, timeline, view

RECENT = {"recent": 60}
"""How many days before this one are lately."""

DEFECT_WORDS = "defect|damage|broken|fault|quality|not_as_described|not as described|warranty|wrong|missing|doa"
"""Reasons with one of these words say that something is wrong with the goods."""

LEAST_OTHERS = 2
"""One other shopper may be chance."""

LEVEL_LINES = {"category": 50.0, "style": 20.0, "sku": 20.0}
"""Weight of the wider level's share of a reason in the narrower one's, in shoppers."""

ALL = "_all"


@dataclass(frozen=True, slots=True)
class LotTables:
    """How many shoppers had returned what (``goods``: a level and its key), with which reason, day by day.

    ``reasons`` by goods and reason, ``returns`` by goods; ``own_*`` the same for each shopper.
    """

    reasons: Timeline
    returns: Timeline
    own_reasons: Timeline
    own_returns: Timeline


def _gather(part: Part) -> Gathered:
    """Return since when each shopper returned which goods, and for which reason."""
    given = _goods(part.home.rma_lines, part.around)
    return {
        "reasons": given.group_by("shopper", "goods", "reason_code").agg(pl.col("day").min(), n=pl.lit(1)),
        "returns": given.group_by("shopper", "goods").agg(pl.col("day").min(), n=pl.lit(1)),
    }


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:  # noqa: ARG001 - as every learner
    """Learn what all shoppers returned and why."""
    reasons, returns = gathered["reasons"], gathered["returns"]
    tables = LotTables(
        timeline(reasons, ["goods", "reason_code"], "day", ["n"]),
        timeline(returns, ["goods"], "day", ["n"]),
        timeline(reasons, ["goods", "reason_code", "shopper"], "day", ["n"]),
        timeline(returns, ["goods", "shopper"], "day", ["n"]),
    )
    return partial(_tell_lot, tables=tables)


LEARNER = Learner(_gather, _learn)


def _goods(lines: pl.DataFrame, shop: Shop) -> pl.DataFrame:
    """Return one row for each RMA line that gives a reason and each level of its goods.

    ``shop`` holds the products, and at least the orders that the lines name.
    """
    made = shop.products.select("sku", "supplier_id", product_style="style_id")
    named = lines.drop_nulls("reason_code").join(made, on="sku", how="left")
    bought = shop.order_lines.join(named.select("order_id", "sku").unique(), on=["order_id", "sku"], how="semi")
    styles = bought.group_by("order_id", "sku").agg(pl.col("style_id").min())
    styled = named.join(styles, on=["order_id", "sku"], how="left")
    style = pl.coalesce("product_style", pl.when("is_matched").then("style_id"))
    delivered = pl.when(pl.col("delivered_at") <= pl.col("requested_at")).then("delivered_at")
    came = pl.when("is_matched").then(pl.coalesce(delivered, "ordered_at")).dt.strftime("%Y-%m")
    levels = styled.select(
        *("rma_id", "rma_line_id", "day", "requested_at", "reason_code"),
        *(name for name in ("stage", "stage_at") if name in lines.columns),
        shopper=pl.coalesce("rma_customer_id", "rma_id"),
        shop=pl.lit(""),
        category=pl.col("category"),
        style=style,
        sku=pl.col("sku"),
        lot=pl.concat_str("supplier_id", came, separator=" "),
    )
    names = ["shop", "category", "style", "sku", "lot"]
    index = [name for name in levels.columns if name not in names]
    long = levels.unpivot(names, index=index, variable_name="level", value_name="key").drop_nulls("key")
    # Hashes, because numbers are counted and joined far faster than long texts.
    goods = pl.concat_str("level", "key", separator=":").hash()
    return long.with_columns(goods=goods, shopper=pl.col("shopper").hash())


def _tell_lot(cases: Cases, tables: LotTables) -> pl.DataFrame:
    """Return what others had said of the same goods by the request, one row an RMA and stage."""
    asked = _goods(cases.lines.filter(stage=Stage.REQUEST), cases.part)
    counted = asked.with_columns(_counts(asked, tables))
    line = ["rma_id", "stage", "rma_line_id", "requested_at", "reason_code"]
    by_line = counted.group_by(line).agg(
        *(
            pl.col(f"{count}_{window}").filter(pl.col("level") == level).max().alias(f"{level}_{count}_{window}")
            for level in ("shop", "category", "style", "sku", "lot")
            for count in ("reasons", "returns")
            for window in ("ever", "recent")
        )
    )
    share = _share()
    shared = pl.max_horizontal(_attributable(level) for level in ("style", "sku", "lot")).fill_null(0.0)
    is_defect = pl.col("reason_code").str.to_lowercase().str.contains(DEFECT_WORDS)
    usual = pl.col("shop_reasons_ever") / pl.col("shop_returns_ever")
    told = by_line.with_columns(
        reason_shared=shared,
        bad_lot=pl.when(is_defect).then(shared).otherwise(0.0),
        reason_unlike_peers=pl.when(pl.col("shop_reasons_ever") > 0).then(usual / share),
    )
    by_rma = told.group_by("rma_id").agg(pl.col("reason_shared", "bad_lot", "reason_unlike_peers").max())
    return cases.rows.select("rma_id", "stage").join(by_rma, on="rma_id", how="left", maintain_order="left")


def _counts(asked: pl.DataFrame, tables: LotTables) -> list[pl.Series]:
    """Return how many other shoppers gave the reason for the goods, and any reason, ever and lately."""
    pairs = {"reasons": (tables.reasons, tables.own_reasons), "returns": (tables.returns, tables.own_returns)}
    columns = []
    for name, (everybody, own) in pairs.items():
        seen, mine = (view(events, asked, "day", RECENT) for events in (everybody, own))
        columns += [
            (seen.total("n", window) - mine.total("n", window)).alias(f"{name}_{window}")
            for window in ("ever", "recent")
        ]
    return columns


def _attributable(level: str) -> pl.Expr:
    """Return which part of the reason's others of late has a cause in common; 0 where they are too few."""
    share = (pl.col("shop_reasons_ever") + 0.5) / (pl.col("shop_returns_ever") + 1)
    others, expected = pl.col(f"{level}_reasons_recent"), pl.col(f"{level}_returns_recent") * share
    part = 1 - (expected + 2) / (others + 2)
    return pl.when(others >= LEAST_OTHERS).then(part.clip(0, 1)).otherwise(0.0)


def _share() -> pl.Expr:
    """Return the reason's share among the goods' returns by others, each level pulled towards the wider one."""
    share = pl.col("shop_reasons_ever") / pl.col("shop_returns_ever")
    for level, weight in LEVEL_LINES.items():
        reasons, returns = (pl.col(f"{level}_{count}_ever").fill_null(0) for count in ("reasons", "returns"))
        share = (reasons + weight * share) / (returns + weight)
    return share
