from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

OLD = {"requested_at": "2024-12-01"}


def exceptions(shop: Shop) -> dict[str, tuple[Any, ...]]:
    return {
        row["exception"]: (row["n_base"], row["n_lines"], row["amount"], row["share"])
        for row in build(shop, "report_exceptions")
    }


def test_an_empty_shop_has_no_answer(shop: Shop) -> None:
    found = exceptions(shop)
    assert len(found) == 16
    assert set(found.values()) == {(0, None, None, None)}


def test_arrivals_that_nobody_authorized(shop: Shop) -> None:
    shop.rma("R1", received_at="2025-01-12", authorized_at="2025-01-11", requested_amount=10)
    shop.rma("R2", received_at="2025-01-12", requested_amount=20)
    # A source that never dates authorizations cannot tell.
    shop.rma("R3", received_at="2025-01-12", requested_amount=40, source="shopify")
    assert exceptions(shop)["unauthorised_arrival"] == (2, 1, Decimal(20), 0.5)


def test_goods_that_never_arrived(shop: Shop) -> None:
    away = {**OLD, "dock_received": False}
    shop.rma("R1", **OLD, received_at="2024-12-12", refund_amount=5, requested_amount=10, refunded_at="2024-12-12")
    shop.rma("R2", **away, refund_amount=20, requested_amount=25, refunded_at="2024-12-12")
    shop.rma("R3", **away, status="authorized", requested_amount=40)
    shop.rma("R4", **away, status="denied", requested_amount=80)
    shop.rma("R5", dock_received=False, status="authorized", requested_amount=160)
    shop.rma("R6", **away, refund_amount=7, requested_amount=8, refunded_at="2025-01-20")
    found = exceptions(shop)
    assert found["never_arrived"] == (4, 3, Decimal(73), 0.75)
    assert found["refunded_never_arrived"] == (2, 1, Decimal(20), 0.5)


def test_refunds_before_the_goods(shop: Shop) -> None:
    shop.rma("R1", refund_amount=10, received_at="2025-01-12", refunded_at="2025-01-13")
    shop.rma("R2", refund_amount=20, received_at="2025-01-12", refunded_at="2025-01-11")
    shop.rma("R3", refund_amount=40, return_method="keep_it")
    shop.rma("R4", refund_amount=80, dock_received=False)
    assert exceptions(shop)["refund_before_receipt"] == (3, 2, Decimal(100), pytest.approx(2 / 3))


def test_refunds_above_the_price_and_without_a_purchase(shop: Shop) -> None:
    matched = {"match_method": "keys", "matched_quantity": 1}
    shop.rma("R1", refund_amount="10.5", requested_amount=10, **matched)
    shop.rma("R2", refund_amount=10, requested_amount=10, **matched)
    shop.rma("R3", refund_amount=99, requested_amount=10)
    found = exceptions(shop)
    assert found["refund_above_price"] == (2, 1, Decimal("0.5"), 0.5)
    assert found["refund_without_purchase"] == (3, 1, Decimal(99), pytest.approx(1 / 3))


def test_refunds_despite_a_refusal_or_of_wrong_goods(shop: Shop) -> None:
    shop.rma("R1", status="rejected", refund_amount=10, condition_grade="wrong_item")
    shop.rma("R2", status="denied")
    shop.rma("R3", refund_amount=20, condition_grade="A")
    shop.rma("R4", refund_amount=40, condition_grade="empty_box")
    found = exceptions(shop)
    assert found["refund_despite_refusal"] == (2, 1, Decimal(10), 0.5)
    assert found["refund_of_wrong_goods"] == (3, 2, Decimal(50), pytest.approx(2 / 3))


def test_refunds_of_units_that_did_not_arrive(shop: Shop) -> None:
    three = {"quantity": 3, "requested_amount": 30}
    shop.rma("R1", **three, received_quantity=2, refund_amount=30)
    shop.rma("R2", **three, received_quantity=2, refund_amount=20)
    shop.rma("R3", **three, received_quantity=3, refund_amount=30)
    assert exceptions(shop)["refund_of_missing_units"] == (3, 1, Decimal(10), pytest.approx(1 / 3))


def fill_fees(shop: Shop) -> None:
    """Add one late return (fee 3 of 20), one opened where it must not be (no fee), one that owes none (fee 4 of 40)."""
    shop.insert("products", sku="A", return_window_days=14, unopened_only=True)
    held = {"ordered_at": "2024-12-01", "requested_at": "2024-12-10", "received_at": "2024-12-20"}
    late = {**held, "requested_at": "2024-12-16"}
    shop.rma("R1", **late, refund_amount=17, requested_amount=20, restocking_fee=3, is_opened=False)
    shop.rma("R2", **held, refund_amount=80, requested_amount=80, restocking_fee=0, is_opened=True)
    shop.rma("R3", **held, refund_amount=36, requested_amount=40, restocking_fee=4, is_opened=False)


def test_returns_that_the_rules_refuse_and_that_were_refunded(shop: Shop) -> None:
    fill_fees(shop)
    found = exceptions(shop)
    assert found["late_return_refunded"] == (3, 1, Decimal(17), pytest.approx(1 / 3))
    assert found["opened_return_refunded"] == (3, 1, Decimal(80), pytest.approx(1 / 3))


def test_fees_owed_against_fees_charged(shop: Shop) -> None:
    fill_fees(shop)
    found = exceptions(shop)
    assert found["restocking_fee_charged"] == (2, 1, Decimal(3), 0.5)
    # Fees were 15 % and 10 % of the price: the lower of two is the median that is counted, 10 % of 80.
    assert found["restocking_fee_not_charged"] == (2, 1, Decimal(8), 0.5)
    assert found["restocking_fee_not_owed"] == (1, 1, Decimal(4), 1.0)


def test_without_any_fee_nobody_knows_what_is_owed(shop: Shop) -> None:
    shop.insert("products", sku="A", return_window_days=14)
    shop.rma("R1", ordered_at="2024-11-01", received_at="2025-01-12", refund_amount=10, requested_amount=10)
    found = exceptions(shop)
    assert found["late_return_refunded"] == (1, 1, Decimal(10), 1.0)
    assert found["restocking_fee_not_charged"] == (0, None, None, None)


def test_parcels_without_a_tracking_number(shop: Shop) -> None:
    shop.rma("R1", received_at="2025-01-12", return_method="mail", tracking_number="T1", requested_amount=1)
    shop.rma("R2", received_at="2025-01-12", return_method="mail", requested_amount=2)
    shop.rma("R3", received_at="2025-01-12", return_method="store", requested_amount=4)
    assert exceptions(shop)["untracked_parcel"] == (2, 1, Decimal(2), 0.5)


@pytest.mark.parametrize(
    ("moments", "n_lines"),
    [
        ({"shipped_at": "2025-01-12", "received_at": "2025-01-13", "refunded_at": "2025-01-13"}, 0),
        ({"shipped_at": "2025-01-09"}, 1),
        ({"shipped_at": "2025-01-13", "received_at": "2025-01-12"}, 1),
        ({"received_at": "2025-01-13", "inspected_at": "2025-01-12"}, 1),
        ({"refunded_at": "2025-01-09"}, 1),
        ({"closed_at": "2025-01-09"}, 1),
    ],
)
def test_moments_out_of_order(moments: dict[str, str], n_lines: int, shop: Shop) -> None:
    shop.rma("R1", **moments)
    assert exceptions(shop)["moments_out_of_order"][:2] == (1, n_lines)
