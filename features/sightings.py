"""Which account was first seen with which mailbox, telephone, device, card, address or IP address, and when.

What belongs here: the identifiers of orders, customers and refunds as one table. What does not: whom they
link (``rings``) or what they say of an RMA (``identity``, ``account``).

An identifier is a keyed hash of its normal form. An address is a door in a postcode: two towns have the same
street. An account begins when its customer was created or ordered first, whichever the exports date earlier.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from features.shop import Shop

ADDRESS = pl.col("ship_address_hash") + "|" + pl.col("ship_postcode").fill_null("")
BILLED = pl.col("bill_postcode") + "|" + pl.col("bill_country").fill_null("")

LINKING: Mapping[str, pl.Expr] = {
    "email": pl.col("email_hash"),
    "phone": pl.col("phone_hash"),
    "payment": pl.col("payment_fingerprint_hash"),
    "device": pl.col("device_id_hash"),
    "address": ADDRESS,
    "ip": pl.col("ip_address_hash"),
}
"""What an order tells of who ordered, as one text each, that another account may share."""

OWN: Mapping[str, pl.Expr] = {**LINKING, "name": pl.col("ship_name_hash"), "bill": BILLED}
"""What an account may have several of."""


def account_starts(shop: Shop) -> pl.DataFrame:
    """Return since when each account is known: ``customer_id``, ``since``; accounts without a moment are left out."""
    moments = [
        shop.customers.select("customer_id", since="created_at"),
        shop.orders.select("customer_id", since="ordered_at"),
        shop.order_lines.select("customer_id", since="ordered_at"),
    ]
    return pl.concat(moments).drop_nulls().group_by("customer_id").agg(pl.col("since").min())


def order_sightings(orders: pl.DataFrame, kinds: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Return when each account was first seen ordering with each identifier: one row an account, kind and value."""
    seen = [
        orders.select("customer_id", pl.lit(kind).alias("kind"), value.alias("value"), seen_at="ordered_at")
        for kind, value in kinds.items()
    ]
    return _firsts(pl.concat(seen))


def sightings(shop: Shop, starts: pl.DataFrame) -> pl.DataFrame:
    """Return when each account was first seen with each linking identifier: ordering, registered, or refunded to.

    ``customer_id``, ``kind``, ``value``, ``seen_at``. ``shop`` comes from ``assemble.prepare``.
    """
    known = shop.customers.join(starts, on="customer_id")
    door = pl.col("address_hash") + "|" + pl.col("postcode").fill_null("")
    registered = {"email": pl.col("email_hash"), "phone": pl.col("phone_hash"), "address": door}
    refunds = shop.rma_lines.select(
        pl.col("rma_customer_id").alias("customer_id"),
        pl.lit("payment").alias("kind"),
        pl.col("refund_payment_fingerprint_hash").alias("value"),
        seen_at="outcome_known_at",
    )
    return _firsts(
        pl.concat(
            [
                order_sightings(shop.orders, LINKING),
                *(
                    known.select("customer_id", pl.lit(kind).alias("kind"), value.alias("value"), seen_at="since")
                    for kind, value in registered.items()
                ),
                refunds,
            ]
        )
    )


def _firsts(seen: pl.DataFrame) -> pl.DataFrame:
    """Return the first moment of each account, kind and value; rows that lack any are left out."""
    return seen.drop_nulls().group_by("customer_id", "kind", "value").agg(pl.col("seen_at").min())
