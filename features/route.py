"""Trouble on a route: how much of its claims and lost parcels is explained by the route itself.

What belongs here: the rates of an area (outbound) and of a carrier (inbound) against the whole shop's. What does not:
anything about one shopper, who is left out of the rates of the own route.

A clumsy carrier hurts everyone on the route. Of the signs on a route with rate ``r`` in a shop with rate ``s``, the
share ``1 - s / r`` would not have come elsewhere; that share of the evidence is explained. The route's rate leans on
the shop's as if ``PRIOR_SIGNS`` more had been seen, so that one neighbour's claim explains little; each shopper counts
once a month, so that no one explains themselves by repeating.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.contacts import contacted
from features.learning import Gathered, Learner, Part
from features.params import FeatureParams
from features.rates import CLAIMS
from features.stages import Cases
from features.windows import Timeline, View, timeline, view

PRIOR_SIGNS = 2.0
CONTACT_CLEARS = 0.5
"""Who asks support where the parcel is, before claiming it, is half explained."""
ELSEWHERE_CLEARS = 0.5
"""Who is billed elsewhere than the parcel went has half explained that it is not there: the address is an old one."""
AREA_LETTERS = 2
"""So many first letters of a postcode name an area."""
_WINDOW = {"recent": 90}
_MEASURES = ["events", "signs"]
_KEY = ["rma_id", "stage"]


@dataclass(frozen=True, slots=True)
class RouteTable:
    """Events and signs of routes by day: of each route, of each shopper on it, and of the whole shop."""

    routes: Timeline
    shoppers: Timeline
    shop: Timeline


def _gather(part: Part) -> Gathered:
    """Return by day and shopper the orders and claims of each area, and what came and did not by each carrier."""
    return {**_daily("areas", _outbound(part)), **_daily("carriers", _inbound(part.home.rma_lines))}


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:  # noqa: ARG001 - a learner takes both
    """Learn the claims by area, and the parcels without receipt by carrier."""
    return partial(_tell_route, areas=_table(gathered, "areas"), carriers=_table(gathered, "carriers"))


LEARNER = Learner(_gather, _learn)


def _area(postcode: str) -> pl.Expr:
    return pl.col(postcode).str.strip_chars().str.to_uppercase().str.slice(0, AREA_LETTERS)


def _outbound(part: Part) -> pl.DataFrame:
    """Return orders as events and claims about delivery as signs, with the area that they went to."""
    placed, orders = (
        of.orders.select("order_id", "ordered_at", pl.col("customer_id").alias("_buyer"), route=_area("ship_postcode"))
        for of in (part.home, part.around)
    )
    claims = part.home.rma_lines.filter(pl.col("claim_type").is_in(CLAIMS)).join(orders, on="order_id")
    said = claims.filter(pl.col("ordered_at_right") <= pl.col("requested_at"))
    return pl.concat(
        [
            placed.select("route", pl.col("_buyer").alias("customer_id"), pl.col("ordered_at").alias("at"), events=1),
            said.select("route", "customer_id", pl.col("requested_at").alias("at"), signs=1),
        ],
        how="diagonal",
    )


def _inbound(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines that the dock told of as events, those that it has no receipt of as signs, with their carrier.

    Line by line, because what was known of one line dates nothing of another.
    """
    told = rma_lines.filter(pl.col("dock_received").is_not_null())
    return told.select(
        pl.col("carrier").alias("route"),
        "customer_id",
        pl.col("parcel_known_at").alias("at"),
        signs=(~pl.col("dock_received")).cast(pl.Int32),
        events=pl.lit(1),
    )


def _daily(kind: str, events: pl.DataFrame) -> Gathered:
    """Return the daily events of a kind of route, and the first day of each month on which a shopper showed a sign."""
    dated = events.drop_nulls(["route", "at"]).with_columns(
        day=pl.col("at").dt.date(), customer_id=pl.col("customer_id").fill_null("")
    )
    happened = dated.filter(pl.col("events") > 0).group_by("route", "customer_id", "day").agg(events=pl.len())
    shown = dated.filter(pl.col("signs") > 0).with_columns(month=pl.col("day").dt.truncate("1mo"))
    return {f"{kind}_events": happened, f"{kind}_signs": _firsts(shown)}


def _firsts(shown: pl.DataFrame) -> pl.DataFrame:
    """Return when each shopper first showed a sign on each route in each month."""
    return shown.group_by("route", "customer_id", "month").agg(pl.col("day").min(), signs=pl.lit(1))


def _table(gathered: Gathered, kind: str) -> RouteTable:
    """Return the daily totals of a kind of route; of a shopper's signs in a month only the first counts."""
    # an RMA may have lines of shoppers who are at home elsewhere
    first = _firsts(gathered[f"{kind}_signs"]).drop("month")
    daily = pl.concat([gathered[f"{kind}_events"], first], how="diagonal").with_columns(_all=pl.lit(value=True))
    return RouteTable(
        timeline(daily, ["route"], "day", _MEASURES),
        timeline(daily, ["route", "customer_id"], "day", _MEASURES),
        timeline(daily, ["_all"], "day", _MEASURES),
    )


def _tell_route(cases: Cases, areas: RouteTable, carriers: RouteTable) -> pl.DataFrame:
    """Return each RMA's route trouble: the larger of where its order went and who carried its parcel."""
    orders = cases.part.orders.select("order_id", pl.col("ordered_at").alias("_at"), route=_area("ship_postcode"))
    lines = cases.lines.join(orders, on="order_id", how="left", maintain_order="left").with_columns(
        route=pl.when(pl.col("_at") <= pl.col("requested_at")).then("route")
    )
    asked = lines.select(*_KEY, "customer_id", "day", "route", carrier=pl.col("carrier"))
    out = asked.with_columns(trouble=_trouble(asked, areas))
    back = asked.with_columns(route="carrier")
    both = pl.concat([out, back.with_columns(trouble=_trouble(back, carriers))])
    routes = both.group_by(_KEY).agg(route_trouble=pl.col("trouble").max())
    told = cases.rows.select(_KEY).join(routes, on=_KEY, how="left", maintain_order="left")
    joined = told.join(contacted(cases, "contacted_before"), on=_KEY, how="left", maintain_order="left")
    elsewhere = joined.join(_sent_elsewhere(cases), on=_KEY, how="left", maintain_order="left")
    by_route, by_contact = 1 - pl.col("route_trouble").fill_null(0), 1 - CONTACT_CLEARS * pl.col("contacted_before")
    by_move = 1 - ELSEWHERE_CLEARS * pl.col("sent_elsewhere").fill_null(0)
    return elsewhere.with_columns(delivery_trouble=1 - by_route * by_contact * by_move).drop("sent_elsewhere")


def _sent_elsewhere(cases: Cases) -> pl.DataFrame:
    """Return whether an order of the RMA went where its shopper was billed before, and is billed elsewhere (0 or 1).

    An order that goes to a place where the shopper never was billed is a gift, or somebody else's. Null where no order
    of the shopper's own tells.
    """
    placed = cases.part.orders.drop_nulls(["customer_id", "ship_postcode", "bill_postcode"]).select(
        *("order_id", "customer_id", "ship_postcode", "ordered_at"),
        is_home=pl.col("ship_postcode") == pl.col("bill_postcode"),
    )
    home = placed.filter("is_home").group_by("customer_id", "ship_postcode").agg(home_at=pl.col("ordered_at").min())
    known = placed.join(home, on=["customer_id", "ship_postcode"], how="left")
    was_home = (pl.col("home_at") < pl.col("ordered_at")).fill_null(value=False)
    orders = known.with_columns(left=(was_home & ~pl.col("is_home")).cast(pl.Float64))
    named = cases.lines.select(*_KEY, "order_id", "requested_at", customer_id="rma_customer_id")
    told = named.join(orders, on=["order_id", "customer_id"]).filter(pl.col("ordered_at") <= pl.col("requested_at"))
    return told.group_by(_KEY).agg(sent_elsewhere=pl.col("left").max())


def _trouble(asked: pl.DataFrame, table: RouteTable) -> pl.Series:
    """Return the share of a route's signs that the route explains (0 to 1), by others in the last 90 days."""
    queries = asked.with_columns(pl.col("customer_id").fill_null(""), _all=pl.lit(value=True))
    route, own, shop = (view(of, queries, "day", _WINDOW) for of in (table.routes, table.shoppers, table.shop))
    counts = queries.select(
        route=pl.col("route"),
        signs=_others(route, own, "signs"),
        events=_others(route, own, "events"),
        usual=shop.total("signs") / shop.total("events"),
    )
    rate = (pl.col("signs") + PRIOR_SIGNS) / (pl.col("events") + PRIOR_SIGNS / pl.col("usual"))
    is_told = pl.col("route").is_not_null() & (pl.col("usual") > 0) & pl.col("usual").is_finite()
    return counts.select(pl.when(is_told).then((1 - pl.col("usual") / rate).clip(0, 1))).to_series()


def _others(route: View, own: View, measure: str) -> pl.Series:
    return route.total(measure, "recent") - own.total(measure, "recent")
