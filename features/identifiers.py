"""Who else used the identifiers of the RMA's own orders and of its refund.

What belongs here: how many other accounts an order's mailbox, telephone, device, card, address and IP address had,
whose card was refunded, and what was refused at the address before. What does not: accounts linked by several
of them (``identity``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from features.excess import standardised
from features.learning import Part
from features.sightings import ADDRESS, LINKING
from features.stages import REFUSED, Cases
from features.windows import Timeline, timeline, view

HUB_ACCOUNTS = 8
"""With so many other accounts at an address, half of it looks like a place for many."""


@dataclass(frozen=True, slots=True)
class IdentifierTables:
    """What the whole shop tells of identifiers.

    ``degrees``: the accounts of each shared identifier, by kind; ``cards`` those of a card by account. ``doors``: RMA
    lines asked back and lines or orders refused or charged back at each address, ``own`` the same by account as
    well, ``shop`` of all.
    """

    degrees: Mapping[str, Timeline]
    cards: Timeline
    doors: Timeline
    own: Timeline
    shop: Timeline


def identifier_tables(doors: pl.DataFrame, seen: pl.DataFrame) -> IdentifierTables:
    """Return the tables of what happened at the whole shop's doors (``doors_of``), and of its ``rings.Links.seen``."""
    shared = seen.with_columns(accounts=pl.lit(1))
    by_kind = {kind: shared.filter(pl.col("kind") == kind) for kind in LINKING}
    counts = ["asked", "refused"]
    return IdentifierTables(
        degrees={kind: timeline(rows, ["value"], "seen_at", ["accounts"]) for kind, rows in by_kind.items()},
        cards=timeline(by_kind["payment"], ["value", "customer_id"], "seen_at", ["accounts"]),
        doors=timeline(doors, ["door"], "at", counts),
        own=timeline(doors, ["door", "customer_id"], "at", counts),
        shop=timeline(doors.with_columns(all=pl.lit(1)), ["all"], "at", counts),
    )


def order_identifiers(cases: Cases, tables: IdentifierTables) -> pl.DataFrame:
    """Return one row an RMA and stage with an order placed before it: the most over its orders.

    ``*_accounts``: other accounts on the order's identifiers. ``address_refusals``: refusals of other accounts at its
    address over what their RMA lines predict.
    """
    asked = _orders_of(cases)
    degrees = [_others(asked, kind, tables.degrees[kind]) for kind in LINKING]
    counts = asked.select("rma_id", "stage", *degrees, _refusals(asked, tables))
    most = counts.group_by("rma_id", "stage").agg(pl.all().max())
    others = pl.col("address_accounts")
    return most.with_columns(address_hub=others / (others + HUB_ACCOUNTS))


def refund_cards(cases: Cases, tables: IdentifierTables) -> pl.DataFrame:
    """Return for each RMA and stage that was refunded to a card how many other accounts had used the card.

    0 for a card that the shopper had paid with by the request: a family may share one.
    """
    to = cases.lines.select(
        "rma_id",
        "stage",
        "stage_at",
        pl.col("rma_customer_id").alias("customer_id"),
        "requested_at",
        pl.col("refund_payment_fingerprint_hash").alias("value"),
    )
    paid = cases.part.orders.group_by("customer_id", pl.col("payment_fingerprint_hash").alias("value")).agg(
        pl.col("ordered_at").min().alias("_own_at")
    )
    cards = to.drop_nulls().unique().join(paid, on=["customer_id", "value"], how="left", maintain_order="left")
    is_own = (pl.col("_own_at") <= pl.col("requested_at")).fill_null(value=False)
    all_of = view(tables.degrees["payment"], cards, "stage_at").total("accounts")
    others = (all_of - view(tables.cards, cards, "stage_at").total("accounts")).cast(pl.Float64)
    strange = pl.when(is_own).then(0.0).otherwise(others)
    counted = cards.select("rma_id", "stage", strange.alias("refund_card_accounts"))
    return counted.group_by("rma_id", "stage").agg(pl.col("refund_card_accounts").max())


def _orders_of(cases: Cases) -> pl.DataFrame:
    """Return the orders of known accounts that each row's lines name, placed before the row's moment."""
    values = [value.alias(kind) for kind, value in LINKING.items()]
    orders = cases.part.orders.select("order_id", "customer_id", "ordered_at", *values).drop_nulls("customer_id")
    named = cases.lines.select("rma_id", "stage", "stage_at", "order_id").drop_nulls("order_id").unique()
    return named.join(orders, on="order_id").filter(pl.col("ordered_at") < pl.col("stage_at"))


def _others(asked: pl.DataFrame, kind: str, degrees: Timeline) -> pl.Series:
    """Return how many accounts but the order's own had used its identifier; null where the order has none."""
    accounts = view(degrees, asked.select("stage_at", value=kind), "stage_at").total("accounts")
    return (accounts.cast(pl.Float64) - 1).clip(0).alias(f"{kind}_accounts")


def _refusals(asked: pl.DataFrame, tables: IdentifierTables) -> pl.Series:
    """Return the standardised excess of others' refusals at the address; null where it or any refusal is unknown."""
    doors = asked.select("stage_at", "customer_id", door="address", all=pl.lit(1))
    at_door, own = view(tables.doors, doors, "stage_at"), view(tables.own, doors, "stage_at")
    shop = view(tables.shop, doors, "stage_at")
    counts = pl.DataFrame(
        {
            "lines": at_door.total("asked") - own.total("asked"),
            "refused": at_door.total("refused") - own.total("refused"),
            "all_lines": shop.total("asked"),
            "all_refused": shop.total("refused"),
        }
    )
    expected = pl.col("lines") * pl.col("all_refused") / pl.col("all_lines")
    told = pl.when(pl.col("all_refused") > 0, pl.col("all_lines") > 0)
    # One refusal at an address proves nothing.
    excess = told.then((standardised(pl.col("refused") - expected, expected) - 1).clip(0))
    return counts.select(excess.alias("address_refusals")).to_series()


def doors_of(part: Part) -> pl.DataFrame:
    """Return what was asked back from each address, and refused or charged back there, by whose order it was."""
    orders = part.around.orders.select("order_id", door=ADDRESS, buyer="customer_id").drop_nulls("door")
    lines = part.home.rma_lines.drop("customer_id").join(orders, on="order_id").rename({"buyer": "customer_id"})
    asked = lines.select("door", "customer_id", at="requested_at", asked=pl.lit(1))
    no = lines.filter(pl.col("status").is_in(REFUSED)).select("door", "customer_id", at="outcome_known_at")
    disputed = part.home.chargebacks.join(orders, on="order_id").select("door", customer_id="buyer", at="opened_at")
    refused = pl.concat([no, disputed]).with_columns(refused=pl.lit(1))
    return pl.concat([asked, refused], how="diagonal").drop_nulls("customer_id")
