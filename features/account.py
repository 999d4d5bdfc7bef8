"""What one account changes about itself: new cards, devices, addresses, billing places; an order unlike its others.

What belongs here: identifiers of the shopper's own orders over time. What does not: accounts that share them
(``identity``, ``identifiers``).

An account's first card (device, address, …) is no change; every further one is, when it was first seen, and is
compared with what the account's orders predict: who orders more has more. Somebody who moves house or sends
gifts changes the address and keeps the card and the device; somebody whose card was replaced changes nothing
else. Who orders for strangers with their cards changes one of them again and again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.excess import standardised
from features.learning import Gathered, Learner, Part
from features.params import FeatureParams
from features.sightings import OWN, order_sightings
from features.stages import Cases
from features.windows import Timeline, View, timeline, view

RECENT = {"90d": 90}
ORDINARY = 1.0
"""The excess that one new card, one new device, one move explains."""
COUNTED = {"payment": "cards", "device": "devices", "address": "addresses", "name": "names", "bill": "billing_places"}
"""The kinds that are counted, and what their features are called after."""
MOVE_EXPLAINS = 0.5
"""Who lives elsewhere since, and orders from the same device, has half explained another card."""
TOLD_EXPLAINS = 0.8
"""Who told the shop so has nearly explained it; who took an account over may tell so, too, from a device of theirs."""
CHANGES = "address|adress|relocat|moved|moving|umzug|new_card|card_replaced|bank_details"
"""Topics of contacts by which a shopper tells of a move, or of a new card."""
ON_ORDER = ("email", "phone", "payment", "device", "address")
"""What makes an order unlike the account's others; a name may be a gift's, and IP addresses change by themselves."""

_ALL = "_all"
_MEASURES = tuple(f"{count}_{name}" for name in COUNTED.values() for count in ("orders", "new"))


@dataclass(frozen=True, slots=True)
class AccountTables:
    """Of the whole shop's accounts by day: ``orders_*`` that told a kind, and ``new_*`` further values of it."""

    shop: Timeline


def _gather(part: Part) -> Gathered:
    """Return by day how often accounts ordered, and began to use a further value of each kind."""
    daily = _events(part.home.orders).group_by(day=pl.col("at").dt.date()).agg(pl.col(_MEASURES).sum())
    return {"daily": daily.with_columns(pl.lit(value=True).alias(_ALL))}


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:  # noqa: ARG001 - as every learner
    """Learn how often accounts begin to use a further card, device, address, recipient or billing place."""
    return partial(_tell_account, tables=AccountTables(timeline(gathered["daily"], [_ALL], "day", _MEASURES)))


LEARNER = Learner(_gather, _learn)


def _tell_account(cases: Cases, tables: AccountTables) -> pl.DataFrame:
    """Return the features of the family ``account``."""
    rows = cases.rows.select("rma_id", "stage", "stage_at", "day", "customer_id", pl.lit(value=True).alias(_ALL))
    own = _events(cases.part.orders.join(rows.select("customer_id").unique(), on="customer_id", how="semi"))
    past = view(timeline(own, ["customer_id"], "at", _MEASURES), rows, "stage_at", RECENT)
    shop = view(tables.shop, rows, "day")
    told = rows.select("rma_id", "stage").with_columns(
        column for name in COUNTED.values() for column in _new(past, shop, name).get_columns()
    )
    joined = told.join(_unlike(cases), on=["rma_id", "stage"], how="left", maintain_order="left")
    means = pl.concat_list("new_cards_90d", "new_devices_90d").list.drop_nulls()
    kept = pl.when(means.list.len() > 0).then((means.list.sum() == 0).cast(pl.Float64))
    card = (pl.coalesce("new_cards_90d", "new_devices_90d") == 0).cast(pl.Float64)
    heard = joined.with_columns(_changes_told(rows, cases.part.support_contacts))
    return heard.with_columns(_moved_like(), kept_card_and_device=kept, kept_card=card).drop("_told")


def _moved_like() -> pl.Expr:
    """Return how much speaks for a move or a new card of the shopper's own; null where nothing could.

    Moved is who began to order to one further address, or told the shop of the change; who began to order from a
    further device as well may be somebody else.
    """
    is_known = pl.col("new_addresses_90d").is_not_null()
    may_be_another = pl.col("new_devices_90d") > 0
    moved = (pl.col("new_addresses_90d") == 1) & (pl.col("new_devices_90d") == 0)
    told = (pl.col("_told") > 0) & may_be_another.fill_null(value=False).not_()
    share = pl.when(told).then(TOLD_EXPLAINS).when(moved).then(MOVE_EXPLAINS).when(is_known).then(0.0)
    return share.alias("moved_like")


def _changes_told(rows: pl.DataFrame, contacts: pl.DataFrame) -> pl.Series:
    """Return how often the shopper told support of a move or a new card in the year before each row's moment."""
    about = contacts.filter(pl.col("topic").str.to_lowercase().str.contains(CHANGES))
    told = about.select("customer_id", "contacted_at", n=pl.lit(1))
    seen = view(timeline(told, ["customer_id"], "contacted_at", ["n"]), rows, "stage_at", {"365d": 365})
    return seen.total("n", "365d").alias("_told")


def _events(orders: pl.DataFrame) -> pl.DataFrame:
    """Return when accounts ordered and began to use a further value: ``customer_id``, ``at`` and ``_MEASURES``."""
    counted = {kind: OWN[kind] for kind in COUNTED}
    seen = order_sightings(orders, counted)
    further = seen.filter(pl.col("seen_at") > pl.col("seen_at").min().over("customer_id", "kind"))
    # Who moves house takes the bill along: a further billing place is one that its order does not go to.
    is_home = (pl.col("bill_postcode") == pl.col("ship_postcode")).fill_null(value=False)
    at_home = orders.filter(is_home).select("customer_id", kind=pl.lit("bill"), value=OWN["bill"], seen_at="ordered_at")
    further = further.join(at_home.unique(), on=["customer_id", "kind", "value", "seen_at"], how="anti")
    new = further.select(
        "customer_id",
        at="seen_at",
        **{f"new_{name}": (pl.col("kind") == kind).cast(pl.Int64) for kind, name in COUNTED.items()},
    )
    told = {f"orders_{name}": counted[kind].is_not_null().cast(pl.Int64) for kind, name in COUNTED.items()}
    placed = orders.select("customer_id", at="ordered_at", **told)
    both = pl.concat([placed, new], how="diagonal").drop_nulls(["customer_id", "at"])
    return both.with_columns(pl.col(_MEASURES).fill_null(0))


def _new(past: View, shop: View, name: str) -> pl.DataFrame:
    """Return how many further values of a kind the account began to use in 90 days, and the excess over its orders'.

    Null before the account's first order that tells the kind.
    """
    counts = pl.DataFrame(
        {
            "is_told": (past.total(f"orders_{name}") > 0).fill_null(value=False),
            "new": past.total(f"new_{name}", "90d"),
            "orders": past.total(f"orders_{name}", "90d"),
            "all_orders": shop.total(f"orders_{name}"),
            "all_new": shop.total(f"new_{name}"),
        }
    )
    expected = pl.col("orders") * pl.col("all_new") / pl.col("all_orders")
    excess = standardised(pl.col("new") - expected, expected) - ORDINARY
    beyond = pl.when(pl.col("all_orders") > 0).then(excess.clip(0))
    return counts.select(
        pl.when("is_told").then(pl.col("new").cast(pl.Float64)).alias(f"new_{name}_90d"),
        pl.when("is_told").then(beyond).alias(f"new_{name}_excess"),
    )


def _unlike(cases: Cases) -> pl.DataFrame:
    """Return how many identifiers of an RMA's order were new to its account, the most over its orders.

    Null where the order is not told or another shopper's, or the account had no earlier order.
    """
    values = {kind: OWN[kind] for kind in ON_ORDER}
    orders = cases.part.orders.select(
        "order_id", "customer_id", "ordered_at", *(value.alias(kind) for kind, value in values.items())
    )
    first_at = pl.col("seen_at").min().over("customer_id", "kind")
    seen = order_sightings(cases.part.orders, values).with_columns(first_at=first_at)
    long = orders.unpivot(ON_ORDER, index=["order_id", "customer_id", "ordered_at"], variable_name="kind").drop_nulls()
    had = pl.col("first_at") < pl.col("ordered_at")
    is_new = had & (pl.col("seen_at") == pl.col("ordered_at"))
    by_order = (
        long.join(seen, on=["customer_id", "kind", "value"])
        .group_by("order_id", "customer_id", "ordered_at")
        .agg(unlike=pl.when(had.any()).then(is_new.sum().cast(pl.Float64)))
    )
    named = cases.lines.select(
        "rma_id", "stage", "stage_at", "order_id", pl.col("rma_customer_id").alias("customer_id")
    ).unique()
    placed = named.join(by_order, on=["order_id", "customer_id"]).filter(pl.col("ordered_at") < pl.col("stage_at"))
    return placed.group_by("rma_id", "stage").agg(pl.col("unlike").max().alias("order_new_identifiers"))
