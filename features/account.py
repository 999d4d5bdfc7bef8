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
from features.params import FeatureParams
from features.shop import Shop
from features.sightings import OWN, order_sightings
from features.stages import Cases
from features.windows import Timeline, timeline, view

RECENT = {"90d": 90}
ORDINARY = 1.0
"""The excess that one new card, one new device, one move explains."""
COUNTED = {"payment": "cards", "device": "devices", "address": "addresses", "name": "names", "bill": "billing_places"}
"""The kinds that are counted, and what their features are called after."""
ON_ORDER = ("email", "phone", "payment", "device", "address")
"""What makes an order unlike the account's others; a name may be a gift's, and IP addresses change by themselves."""


@dataclass(frozen=True, slots=True)
class AccountTables:
    """Of the whole shop's accounts by day and kind: ``orders`` that told the kind, and ``new`` further values."""

    kinds: Timeline


def learn_account(shop: Shop, params: FeatureParams) -> partial[pl.DataFrame]:  # noqa: ARG001 - as every learner
    """Learn how often accounts begin to use a further card, device, address, recipient or billing place."""
    events = _events(shop.orders).with_columns(day=pl.col("at").dt.date())
    daily = events.group_by("kind", "day").agg(pl.col("orders", "new").sum())
    return partial(_tell_account, tables=AccountTables(timeline(daily, ["kind"], "day", ["orders", "new"])))


def _tell_account(cases: Cases, tables: AccountTables) -> pl.DataFrame:
    """Return the features of the family ``account``."""
    rows = cases.rows.select("rma_id", "stage", "stage_at", "day", "customer_id")
    own = _events(cases.part.orders.join(rows.select("customer_id").unique(), on="customer_id", how="semi"))
    told = rows.with_columns(
        column for kind, name in COUNTED.items() for column in _new(rows, own, tables, kind, name).get_columns()
    )
    joined = told.join(_unlike(cases), on=["rma_id", "stage"], how="left", maintain_order="left")
    means = pl.concat_list("new_cards_90d", "new_devices_90d").list.drop_nulls()
    kept = pl.when(means.list.len() > 0).then((means.list.sum() == 0).cast(pl.Float64))
    return joined.with_columns(kept_card_and_device=kept).drop("stage_at", "day", "customer_id")


def _events(orders: pl.DataFrame) -> pl.DataFrame:
    """Return when accounts ordered (``orders``) and began to use a further value (``new``), by account and kind."""
    counted = {kind: OWN[kind] for kind in COUNTED}
    seen = order_sightings(orders, counted)
    further = seen.filter(pl.col("seen_at") > pl.col("seen_at").min().over("customer_id", "kind"))
    placed = [
        orders.filter(value.is_not_null()).select("customer_id", pl.lit(kind).alias("kind"), at="ordered_at")
        for kind, value in counted.items()
    ]
    new = further.select("customer_id", "kind", at="seen_at", new=pl.lit(1), orders=pl.lit(0))
    return pl.concat([pl.concat(placed).drop_nulls().with_columns(new=pl.lit(0), orders=pl.lit(1)), new])


def _new(rows: pl.DataFrame, own: pl.DataFrame, tables: AccountTables, kind: str, name: str) -> pl.DataFrame:
    """Return how many further values of a kind the account began to use in 90 days, and the excess over its orders'.

    Null before the account's first order that tells the kind.
    """
    asked = rows.with_columns(kind=pl.lit(kind))
    past = view(timeline(own, ["customer_id", "kind"], "at", ["orders", "new"]), asked, "stage_at", RECENT)
    shop = view(tables.kinds, asked, "day")
    counts = pl.DataFrame(
        {
            "is_told": (past.total("orders") > 0).fill_null(value=False),
            "new": past.total("new", "90d"),
            "orders": past.total("orders", "90d"),
            "all_orders": shop.total("orders"),
            "all_new": shop.total("new"),
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
