from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from features.assemble import build_features
from features.catalogue import FEATURES, Family
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, frame, order_lines, rma_lines


def told(orders: list[Row], returned: pl.DataFrame, stage: str = "request", **frames: pl.DataFrame) -> dict[str, Any]:
    """Return each RMA's features at a stage; every order has a line of one unit."""
    lines = order_lines(
        *({name: order[name] for name in ("order_id", "customer_id", "ordered_at")} for order in orders)
    )
    shop = Shop.of({"orders": frame("orders", *orders), "order_lines": lines, "rma_lines": returned} | frames)
    built = build_features(shop, FeatureParams()).filter(stage=stage)
    return {row["rma_id"]: row for row in built.iter_rows(named=True)}


def order(number: str, customer: str | None, day: float, **known: object) -> Row:
    return {"order_id": number, "customer_id": customer, "ordered_at": at(day)} | known


CARD = {"payment_fingerprint_hash": "f"}


def test_what_linked_accounts_did_counts_strictly_before() -> None:
    orders = [order("1", "a", 0, **CARD), order("2", "b", 20, **CARD), order("3", "c", 30, **CARD)]
    returned = rma_lines(
        {"rma_id": "early", "customer_id": "a", "requested_at": at(20)},
        {"rma_id": "old", "customer_id": "b", "requested_at": at(25), "claim_type": "missing_item"},
        {"rma_id": "old", "customer_id": "b", "requested_at": at(25), "rma_line_id": "2"},
        {"rma_id": "own", "customer_id": "a", "requested_at": at(38)},
        {"rma_id": "tie", "customer_id": "c", "requested_at": at(40)},
        {"rma_id": "now", "customer_id": "a", "requested_at": at(40)},
    )

    found = told(orders, returned)

    assert found["early"]["ring_id"] is None
    assert (found["early"]["linked_accounts"], found["early"]["ring_rmas"]) == (0, 0)
    now = found["now"]
    assert now["ring_id"] == found["tie"]["ring_id"] is not None
    assert (now["linked_accounts"], now["ring_kinds"], now["ring_new_accounts_60d"]) == (2, 1, 2)
    # Of b: one RMA of two lines more than 14 days ago; c's is of the same moment.
    assert (now["ring_rmas"], now["ring_rmas_14d"], now["ring_claims"], now["ring_returned_amount"]) == (1, 0, 1, 20)
    assert (found["tie"]["ring_rmas"], found["tie"]["ring_rmas_14d"]) == (3, 1)


def test_the_rings_excess_includes_this_rma_at_every_stage() -> None:
    orders = [order("1", "a", 0, **CARD), order("2", "b", 0, **CARD)]
    returned = rma_lines(
        {"rma_id": "b1", "customer_id": "b", "requested_at": at(5)},
        {"rma_id": "a1", "customer_id": "a", "requested_at": at(9), "refunded_at": at(12), "refund_amount": "1.00"},
    )

    # Two lines came back; each of the two purchases was expected back with the shop's initial rate.
    expected = 2 - 2 * FeatureParams().initial_return_rate
    for stage in ("request", "settled"):
        assert told(orders, returned, stage)["a1"]["ring_excess"] == pytest.approx(expected)


def test_refusals_count_from_when_they_were_known_and_clear_no_household() -> None:
    orders = [order("1", "a", 0, **CARD), order("2", "b", 0, **CARD)]
    no: Row = {"rma_id": "no", "customer_id": "b", "requested_at": at(80), "status": "denied", "authorized_at": at(83)}
    asked = [{"rma_id": f"r{day}", "customer_id": "a", "requested_at": at(day)} for day in (82, 84, 90)]
    disputed = frame("chargebacks", {"chargeback_id": "c", "order_id": "2", "opened_at": at(86)})

    found = told(orders, rma_lines(no, *asked), chargebacks=disputed)

    assert [found[rma]["ring_refused_lines"] for rma in ("r82", "r84", "r90")] == [0, 1, 2]
    shares = [found[rma]["household_like"] for rma in ("r82", "r84", "r90")]
    ordinary = [found[rma]["ring_ordinary"] for rma in ("r82", "r84", "r90")]
    assert shares == pytest.approx([ordinary[0], ordinary[1] / 2, ordinary[2] / 3])


def test_what_came_of_linked_accounts_parcels_counts_once_it_was_found() -> None:
    orders = [order("1", "a", 0, **CARD), order("2", "b", 0, **CARD)]
    parcel: Row = {"customer_id": "b", "requested_at": at(80), "received_at": at(82), "inspected_at": at(84)}
    empty, short, sound = (
        dict(parcel) | {"rma_id": name} | facts
        for name, facts in (
            ("empty", {"condition_grade": "empty_box", "received_quantity": 1}),
            ("short", {"condition_grade": "A", "quantity": 2, "received_quantity": 1}),
            ("sound", {"condition_grade": "D", "received_quantity": 1}),
        )
    )
    asked = [{"rma_id": f"r{day}", "customer_id": "a", "requested_at": at(day)} for day in (82, 83, 85)]
    strange = {"rma_id": "alone", "customer_id": "z", "requested_at": at(90)}

    found = told(orders, rma_lines(empty, short, sound, *asked, strange))

    # The scale at the dock tells of the short parcel, the inspection of the empty one.
    assert [found[rma]["ring_amiss_lines"] for rma in ("r82", "r83", "r85")] == [0, 1, 2]
    assert found["r85"]["household_like"] == pytest.approx(found["r85"]["ring_ordinary"] / 3)
    assert found["alone"]["ring_amiss_lines"] == 0


def test_new_accounts_are_no_household() -> None:
    orders = [order("1", "a", 0, **CARD), order("2", "b", 50, **CARD)]
    asked = [{"rma_id": f"r{day}", "customer_id": "a", "requested_at": at(day)} for day in (90, 120)]

    found = told(orders, rma_lines(*asked))

    assert (found["r90"]["ring_new_accounts_60d"], found["r90"]["household_like"]) == (1, 0)
    assert found["r120"]["ring_new_accounts_60d"] == 0
    assert found["r120"]["household_like"] == found["r120"]["ring_ordinary"] > 0


def test_who_else_uses_the_orders_identifiers() -> None:
    kinds = {"email_hash": "e", "phone_hash": "p", "device_id_hash": "d", "ip_address_hash": "i"}
    orders = [
        order("1", "a", 0, **kinds),
        order("2", "b", 5, device_id_hash="d"),
        order("3", "c", 10, device_id_hash="d", phone_hash="p"),
        order("4", None, 1, device_id_hash="d"),
    ]
    asked = [{"rma_id": f"r{day}", "customer_id": "a", "order_id": "1", "requested_at": at(day)} for day in (5, 10, 11)]

    found = told(orders, rma_lines(*asked, {"rma_id": "other", "customer_id": "a", "order_id": "4"}))

    assert [found[rma]["device_accounts"] for rma in ("r5", "r10", "r11")] == [0, 1, 2]
    assert [found["r11"][f"{kind}_accounts"] for kind in ("email", "phone", "ip")] == [0, 1, 0]
    assert (found["r11"]["payment_accounts"], found["r11"]["address_accounts"]) == (None, None)
    assert found["other"]["device_accounts"] is None


def test_a_place_for_many_and_what_was_refused_there() -> None:
    door = {"ship_address_hash": "x", "ship_postcode": "1"}
    orders = [order(f"o{number}", f"c{number}", 0, **door) for number in range(5)]
    away = order("away", "z", 0, ship_address_hash="y")
    refused: Row = {"requested_at": at(1), "status": "rejected", "inspected_at": at(3)}
    lines = [dict(refused) | {"rma_id": f"n{k}", "customer_id": f"c{k}", "order_id": f"o{k}"} for k in (1, 2, 3)]
    fine: list[Row] = [
        {"rma_id": f"fine{k}", "customer_id": "z", "order_id": "away", "requested_at": at(1)} for k in range(20)
    ]
    asked = [{"rma_id": f"r{day}", "customer_id": "c0", "order_id": "o0", "requested_at": at(day)} for day in (3, 4)]

    found = told([*orders, away], rma_lines(*lines, *fine, *asked))

    assert found["r3"]["address_refusals"] is None
    # Of 24 lines asked so far three were refused: three lines of others predict 0.375 refusals, three came.
    assert found["r4"]["address_refusals"] == pytest.approx(3 - 3 * 3 / 24 - 1)
    assert (found["r4"]["address_accounts"], found["r4"]["address_hub"]) == (4, pytest.approx(4 / 12))


def test_a_refund_to_a_card_that_others_used() -> None:
    orders = [order("1", "a", 0, **CARD), order("2", "b", 1, **CARD), order("3", "c", 1)]
    back = {"refunded_at": at(20), "refund_amount": "5.00", "refund_payment_fingerprint_hash": "f"}
    returned = rma_lines({"rma_id": "own", "customer_id": "a"} | back, {"rma_id": "strange", "customer_id": "c"} | back)

    found = told(orders, returned, "settled")

    assert (found["own"]["refund_card_accounts"], found["strange"]["refund_card_accounts"]) == (0, 2)
    assert told(orders, returned)["strange"]["refund_card_accounts"] is None


def test_without_identifiers_or_a_shopper_nothing_is_told() -> None:
    bare = told([order("1", "a", 0)], rma_lines({"rma_id": "r", "customer_id": "a", "order_id": "1"}))["r"]
    unknown = told([order("1", "a", 0, **CARD)], rma_lines({"rma_id": "r", "customer_id": None}))["r"]

    names = [feature.name for feature in FEATURES if feature.family == Family.IDENTITY]
    assert [name for name in names if bare[name] is not None or unknown[name] is not None] == []
