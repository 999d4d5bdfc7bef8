from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from features.assemble import prepare
from features.shop import Shop
from features.sightings import account_starts, order_sightings, sightings
from tests.factories import Row, at, frame, order_lines, rma_lines


def shop(orders: Sequence[Row], customers: Sequence[Row] | None = None, returned: pl.DataFrame | None = None) -> Shop:
    asked = rma_lines() if returned is None else returned
    frames = {
        "orders": frame("orders", *orders),
        "customers": frame("customers", *(customers or [])),
        "rma_lines": asked,
    }
    return prepare(Shop.of(frames))


def test_an_account_begins_with_what_is_dated_first() -> None:
    told = Shop.of(
        {
            "orders": frame("orders", {"order_id": "1", "customer_id": "a", "ordered_at": at(5)}),
            "order_lines": order_lines({"customer_id": "b", "ordered_at": at(2)}),
            "customers": frame(
                "customers",
                {"customer_id": "a", "created_at": at(9)},
                {"customer_id": "b", "created_at": at(1)},
                {"customer_id": "never"},
            ),
        }
    )

    assert dict(account_starts(told).sort("customer_id").iter_rows()) == {"a": at(5), "b": at(1)}


def test_each_identifier_is_dated_by_its_first_order() -> None:
    card: dict[str, object] = {"customer_id": "a", "payment_fingerprint_hash": "f"}
    anonymous: Row = {"order_id": "x", "payment_fingerprint_hash": "f", "ordered_at": at(1)}
    told = shop([*(card | {"order_id": str(day), "ordered_at": at(day)} for day in (7, 3, 5)), anonymous])

    seen = order_sightings(told.orders, {"payment": pl.col("payment_fingerprint_hash")})

    assert seen.rows() == [("a", "payment", "f", at(3))]


def test_a_street_is_told_apart_by_its_postcode() -> None:
    door = {"ship_address_hash": "main 1", "ordered_at": at(1)}
    told = shop(
        [
            door | {"order_id": "1", "customer_id": "a", "ship_postcode": "10"},
            door | {"order_id": "2", "customer_id": "b", "ship_postcode": "20"},
        ],
        [{"customer_id": "c", "address_hash": "main 1", "postcode": "10", "created_at": at(2)}],
    )

    seen = sightings(told, account_starts(told)).filter(kind="address").sort("customer_id")

    assert seen["value"].to_list() == ["main 1|10", "main 1|20", "main 1|10"]


def test_a_refunds_card_is_seen_when_the_refund_was() -> None:
    paid = {"refund_payment_fingerprint_hash": "f", "customer_id": "a"}
    told = shop(
        [],
        returned=rma_lines(
            paid | {"requested_at": at(10), "refunded_at": at(14)},
            paid | {"requested_at": at(11), "refund_payment_fingerprint_hash": "undated"},
        ),
    )

    assert sightings(told, account_starts(told)).rows() == [("a", "payment", "f", at(14))]
