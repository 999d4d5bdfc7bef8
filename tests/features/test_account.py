from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from features.assemble import build_features
from features.catalogue import FEATURES, Family
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, frame, rma_lines


def told(orders: list[Row], *returned: Row, contacts: tuple[Row, ...] = ()) -> dict[str, dict[str, Any]]:
    frames = {"orders": frame("orders", *orders), "support_contacts": frame("support_contacts", *contacts)}
    shop = Shop.of(frames | {"rma_lines": rma_lines(*returned)})
    built = build_features(shop, FeatureParams()).filter(pl.col("stage") == "request")
    return {row["rma_id"]: row for row in built.iter_rows(named=True)}


def order(day: float, card: str | None, customer: str | None = "c1", **known: object) -> Row:
    head = {"order_id": f"{customer}{day}", "customer_id": customer, "ordered_at": at(day)}
    return head | {"payment_fingerprint_hash": card} | known


def asked(day: float, customer: str | None = "c1", **known: object) -> Row:
    return {"rma_id": f"r{day}", "customer_id": customer, "requested_at": at(day)} | known


def test_further_cards_of_90_days_the_first_is_none() -> None:
    orders = [order(day, card) for day, card in ((0, "f0"), (9, "f1"), (10, "f0"), (60, "f2"), (99, "f3"))]

    found = told(orders, *(asked(day) for day in (0, 9, 9.5, 99, 100)))

    assert [found[f"r{day}"]["new_cards_90d"] for day in (0, 9, 9.5, 99, 100)] == [None, 0, 1, 2, 2]


def test_further_cards_against_what_the_shops_orders_predict() -> None:
    others = [order(day, "g0", "c2") for day in range(6)]
    orders = [*others, *(order(day, card) for day, card in ((0, "f0"), (20, "f1"), (40, "f2")))]

    found = told(orders, asked(41), asked(20.5), asked(5.5, "c2"))

    # Up to the day before: two further cards on nine orders; the account ordered three times in 90 days.
    assert found["r41"]["new_cards_excess"] == pytest.approx(2 - 3 * 2 / 9 - 1)
    # One new card is ordinary.
    assert found["r20.5"]["new_cards_excess"] == 0
    assert found["r5.5"]["new_cards_excess"] == 0


def test_what_only_changes_the_address_kept_card_and_device() -> None:
    home = {"ship_address_hash": "a", "ship_postcode": "1", "device_id_hash": "d"}
    orders = [
        order(0, "f0", **home),
        order(5, "f0", **home | {"ship_address_hash": "b"}),
        order(9, "f1", **home | {"ship_postcode": "2"}),
    ]

    found = told(orders, asked(6), asked(10))

    assert [found[rma]["new_addresses_90d"] for rma in ("r6", "r10")] == [1, 2]
    assert [found[rma]["kept_card_and_device"] for rma in ("r6", "r10")] == [1, 0]
    assert [found[rma]["kept_card"] for rma in ("r6", "r10")] == [1, 0]


def test_a_new_device_alone_keeps_the_card() -> None:
    found = told([order(0, "f0", device_id_hash="d"), order(5, "f0", device_id_hash="e")], asked(6))["r6"]

    assert (found["kept_card"], found["kept_card_and_device"]) == (1, 0)


def test_one_further_address_of_the_same_device_looks_like_a_move() -> None:
    home = {"ship_address_hash": "a", "ship_postcode": "1", "device_id_hash": "d"}
    moved = home | {"ship_address_hash": "b"}
    orders = [
        order(0, "f0", **home),
        order(5, "f1", **moved),
        order(9, "f1", **home | {"ship_address_hash": "c"}),
        order(120, "f1", **home | {"ship_address_hash": "e", "device_id_hash": "other"}),
    ]

    found = told(orders, asked(3), asked(6), asked(10), asked(121))

    assert [found[rma]["moved_like"] for rma in ("r3", "r6", "r10", "r121")] == [0, 0.5, 0, 0]


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ({}, 0.8),
        ({"topic": "Moving house"}, 0.8),
        ({"topic": "invoice"}, 0),
        ({"topic": None}, 0),
        ({"contacted_at": at(400)}, 0),
        ({"contacted_at": at(20)}, 0),
        ({"customer_id": "c2"}, 0),
    ],
)
def test_who_told_the_shop_of_a_new_address_has_moved(said: Row, share: float) -> None:
    contact = {"contact_id": "k", "customer_id": "c1", "topic": "Address change", "contacted_at": at(390)} | dict(said)

    found = told([order(0, "f0", ship_address_hash="a")], asked(400), contacts=(contact,))

    assert found["r400"]["moved_like"] == share


def test_who_tells_of_a_new_card_from_a_new_device_may_be_another() -> None:
    orders = [order(0, "f0", device_id_hash="d"), order(380, "f0", device_id_hash="e")]
    contact = {"contact_id": "k", "customer_id": "c1", "topic": "new_card", "contacted_at": at(385)}

    assert told(orders, asked(390), contacts=(contact,))["r390"]["moved_like"] is None
    later = told([*orders, order(381, "f0", ship_address_hash="a")], asked(390), contacts=(contact,))
    assert later["r390"]["moved_like"] == 0


def test_without_cards_and_devices_none_was_kept() -> None:
    found = told([order(0, None, ship_address_hash="a")], asked(1))

    assert (found["r1"]["kept_card_and_device"], found["r1"]["kept_card"]) == (None, None)
    assert found["r1"]["new_cards_excess"] is None
    assert found["r1"]["new_addresses_90d"] == 0


def test_an_order_unlike_the_accounts_earlier_ones() -> None:
    usual = {"device_id_hash": "d0", "email_hash": "e0", "phone_hash": "p0"}
    orders = [
        order(0, "f0", **usual),
        order(5, "f1", **usual | {"device_id_hash": "d1", "ship_address_hash": "first told here"}),
        order(6, "f1", **usual),
        order(0, "f9", "c2", **usual),
    ]
    rmas = [asked(20 + day, order_id=f"c1{day}") for day in (0, 5, 6)]

    found = told(orders, *rmas, asked(40, order_id="c20"), asked(41, "c2", order_id="c20"))

    news = [found[rma]["order_new_identifiers"] for rma in ("r20", "r25", "r26")]
    # The first order has none before it; the second has a new card and device, the third knows them.
    assert news == [None, 2, 0]
    assert [found[rma]["order_new_identifiers"] for rma in ("r40", "r41")] == [None, None]


def test_an_unknown_shopper_has_no_account() -> None:
    found = told([order(0, "f", None)], asked(5, None, order_id="None0"))["r5"]

    names = [feature.name for feature in FEATURES if feature.family == Family.ACCOUNT]
    assert [name for name in names if found[name] is not None] == []
