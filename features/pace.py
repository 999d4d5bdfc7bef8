"""When requests come: in bursts, like clockwork, later than others' after delivery, around weekends.

What belongs here: the moments of a shopper's requests against each other and against what is usual. What does
not: RMAs per month (``velocity``), the product's return window (``timing``).

Requests of one moment are one visit. How long after delivery people ask differs by category, and for a claim
of loss, damage or warranty by the claim; it is compared on a logarithmic scale with those of the days before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.excess import standardised
from features.learning import Gathered, Learner, Part
from features.params import FeatureParams
from features.shop import Shop
from features.stages import Cases
from features.windows import Timeline, timeline, view

LOG_UNITS = 1_000
"""Units in a natural logarithm: sums of logarithms are whole numbers of these."""
SHRINK = 20
"""Requests after which a category's own usual delay counts as much as the shop's."""
DEFECT = "defect|fault|broken|quality"
"""What a reason that tells of a defect has in its name."""
EVENING = 2
"""RMAs that somebody with several parcels to send back asks for in one go besides this one."""

_ALL = "_all"
_SUMS = ("n", "delay", "square", "straddles")


@dataclass(frozen=True, slots=True)
class PaceTables:
    """Of RMA lines with a known delivery, by day: how many (``n``), their delays, and those around a weekend.

    ``delay`` sums the logarithms of days in ``LOG_UNITS``, ``square`` their squares, ``straddles`` what came for a
    weekend and was asked back after it; by peers (category or claim) and of the whole shop.
    """

    peers: Timeline
    shop: Timeline


def _gather(part: Part) -> Gathered:
    """Return how long after delivery people asked, by day."""
    return {"daily": _delays(part.home.rma_lines).group_by("peers", "day").agg(pl.col(_SUMS).sum())}


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:  # noqa: ARG001 - as every learner
    """Learn how long after delivery people ask."""
    daily = gathered["daily"]
    whole = daily.group_by("day").agg(pl.col(_SUMS).sum()).with_columns(pl.lit(value=True).alias(_ALL))
    return partial(
        _tell_pace, tables=PaceTables(timeline(daily, ["peers"], "day", _SUMS), timeline(whole, [_ALL], "day", _SUMS))
    )


LEARNER = Learner(_gather, _learn)


def _tell_pace(cases: Cases, tables: PaceTables) -> pl.DataFrame:
    """Return the features of the family ``pace``; they are those of the request at every stage."""
    rows = cases.rows.select("rma_id", "stage")
    own = cases.part.rma_lines.join(rows.select("rma_id").unique(), on="rma_id", how="semi")
    requests = cases.rows.select("rma_id", "customer_id", "requested_at").unique("rma_id").sort("rma_id")
    told = pl.concat([requests, _rhythm(requests)], how="horizontal")
    delays = _delays(own)
    for part in (_late(delays, tables), _weekends(delays, tables), _explained(own, cases.part)):
        told = told.join(part, on="rma_id", how="left", maintain_order="left")
    return rows.join(told.drop("customer_id", "requested_at"), on="rma_id", how="left", maintain_order="left")


def _delays(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the RMAs' first lines whose delivery was known at the request, with what ``PaceTables`` sums."""
    claim = pl.when(pl.col("claim_type") != "return").then("claim_type")
    known = rma_lines.filter("is_own", "is_matched", pl.col("delivered_at") <= pl.col("requested_at"))
    days = (pl.col("requested_at") - pl.col("delivered_at")).dt.total_seconds() / 86_400
    # Wednesday is 3, Sunday 7; asked from the Sunday to the Tuesday that follow.
    came, asked = pl.col("delivered_at").dt.weekday(), pl.col("requested_at").dt.weekday()
    straddles = came.is_between(3, 5) & ((asked == 7) | (asked <= 2)) & (pl.col("days") < 7)  # noqa: PLR2004 - a week
    return (
        known.with_columns(days=days)
        .select(
            *("rma_id", "day", "requested_at"),
            pl.col("rma_customer_id").alias("customer_id"),
            peers=pl.coalesce(claim, "category"),
            n=pl.lit(1, pl.Int64),
            delay=((pl.col("days") + 0.5).log() * LOG_UNITS).round().cast(pl.Int64),
            straddles=straddles.cast(pl.Int64),
        )
        .with_columns(square=pl.col("delay") ** 2)
    )


def _late(delays: pl.DataFrame, tables: PaceTables) -> pl.DataFrame:
    """Return by how many standard deviations each RMA came later than its peers, the most over its lines."""
    asked = delays.with_columns(pl.lit(value=True).alias(_ALL))
    peers, shop = view(tables.peers, asked, "day"), view(tables.shop, asked, "day")
    sums = [
        seen.total(name).fill_null(0).alias(f"{owner}_{name}")
        for name in _SUMS
        for owner, seen in (("p", peers), ("s", shop))
    ]
    known = pl.concat([delays.select("rma_id", "delay"), pl.DataFrame(sums)], how="horizontal")
    usual = pl.col("s_delay") / pl.col("s_n")
    variance = pl.col("s_square") / pl.col("s_n") - usual * usual
    of_peers = (pl.col("p_delay") + SHRINK * usual) / (pl.col("p_n") + SHRINK)
    late = pl.when(pl.col("s_n") > SHRINK, variance > 0).then((pl.col("delay") - of_peers) / variance.sqrt())
    return known.group_by("rma_id").agg(late.max().alias("late_against_peers"))


def _weekends(delays: pl.DataFrame, tables: PaceTables) -> pl.DataFrame:
    """Return the excess above 1 of RMAs around weekends, this one included, over the shop's share.

    0 where this is none: one weekend proves nothing.
    """
    visits = delays.group_by("rma_id", "customer_id", "requested_at", "day").agg(
        n=pl.lit(1, pl.Int64), straddles=pl.col("straddles").max()
    )
    asked = visits.with_columns(pl.lit(value=True).alias(_ALL))
    past = view(timeline(visits, ["customer_id"], "requested_at", ["n", "straddles"]), asked, "requested_at")
    shop = view(tables.shop, asked, "day")
    counts = pl.DataFrame(
        {
            "rma_id": visits["rma_id"],
            "now": visits["straddles"],
            "all": past.total("n") + 1,
            "straddles": past.total("straddles") + visits["straddles"],
            "share": shop.total("straddles") / shop.total("n"),
        }
    )
    expected = pl.col("all") * pl.col("share")
    excess = standardised(pl.col("straddles") - expected, expected * (1 - pl.col("share")))
    beyond = pl.when(pl.col("now") == 1).then((excess - 1).clip(0)).otherwise(excess * 0)
    told = pl.when(pl.col("share").is_not_nan()).then(beyond)
    return counts.select("rma_id", weekend_excess=told)


def _explained(own: pl.DataFrame, shop: Shop) -> pl.DataFrame:
    """Return whether a gift or a defect in its warranty explains a late RMA; null where neither is told."""
    orders = shop.orders.select("order_id", "is_gift", placed_at="ordered_at").unique("order_id")
    warranties = shop.products.select("sku", "warranty_days")
    lines = own.filter("is_own").join(orders, on="order_id", how="left").join(warranties, on="sku", how="left")
    by_order = pl.when(pl.col("placed_at") < pl.col("requested_at")).then("is_gift")
    reason = pl.col("reason_code").str.to_lowercase()
    is_defect = (pl.col("claim_type") == "warranty") | reason.str.contains(DEFECT)
    # Without a warranty or a purchase, no warranty explains anything, and nothing is told either.
    since = pl.coalesce(pl.when(pl.col("delivered_at") <= pl.col("requested_at")).then("delivered_at"), "ordered_at")
    in_warranty = (pl.col("requested_at") - since).dt.total_days() <= pl.col("warranty_days")
    told = pl.max_horizontal(by_order, reason.str.contains("gift"), pl.when("is_matched").then(is_defect & in_warranty))
    return lines.group_by("rma_id").agg(told.max().cast(pl.Float64).alias("late_explained"))


def _rhythm(requests: pl.DataFrame) -> pl.DataFrame:
    """Return how the shopper's visits follow each other up to each request, in the requests' order."""
    visits = requests.select("customer_id", "requested_at").unique().drop_nulls().sort("customer_id", "requested_at")
    gap = (pl.col("requested_at") - pl.col("requested_at").shift(1)).over("customer_id").dt.total_seconds()
    gaps = visits.with_columns(g0=gap).with_columns(
        pl.col("g0").shift(back).over("customer_id").alias(f"g{back}") for back in (1, 2)
    )
    three = pl.concat_list("g0", "g1", "g2")
    mean, spread = three.list.mean(), three.list.max() - three.list.min()
    is_timed = pl.col("requested_at").dt.time() != pl.time(0, 0, 0)
    told = is_timed & pl.col("g2").is_not_null()
    regular = gaps.select(
        "customer_id", "requested_at", regular_spacing=pl.when(told).then((mean / (spread + mean / 100)).log10())
    )
    clock = visits.with_columns(clock=_clock(), visits=pl.lit(1))
    asked = requests.with_columns(clock=_clock())
    clocks = timeline(clock, ["customer_id", "clock"], "requested_at", ["visits"])
    same = view(clocks, asked, "requested_at", {"1d": 1})
    # Parts of one request may be stored whole hours apart.
    on_other_days = same.total("visits") - same.total("visits", "1d")
    day = view(
        timeline(requests.with_columns(rmas=pl.lit(1)), ["customer_id"], "requested_at", ["rmas"]),
        requests,
        "requested_at",
        {"1d": 1},
    )
    return requests.join(regular, on=["customer_id", "requested_at"], how="left", maintain_order="left").select(
        "regular_spacing",
        on_other_days.cast(pl.Float64).alias("same_clock_visits"),
        ((day.total("rmas", "1d") - EVENING).clip(0)).cast(pl.Float64).alias("burst_rmas_1d"),
    )


def _clock() -> pl.Expr:
    """Return the second of the hour of a request; null on a full minute: those may be rounded."""
    second = pl.col("requested_at").dt.minute().cast(pl.Int64) * 60 + pl.col("requested_at").dt.second()
    return pl.when(pl.col("requested_at").dt.second() > 0).then(second)
