from __future__ import annotations

import pytest

from features.contracts import Stage
from tests.factories import Row, at, frame, products
from tests.stage_facts import DONE, MATCHED, shop_of, told

NOW: Row = {"rma_id": "now"} | dict(DONE) | dict(MATCHED)


def line(number: int, **facts: object) -> Row:
    return dict(NOW) | {"rma_line_id": str(number)} | facts


def test_the_refund_over_the_price_of_matched_units() -> None:
    lines = [
        line(1, refund_amount="15.00", paid_amount="10.00"),
        line(2, refund_amount="20.00", paid_amount="20.00"),
        line(3, refund_amount="90.00", quantity=2),
        line(4, refund_amount=None, paid_amount="50.00"),
    ]

    assert told(shop_of(lines), "now")["refund_above_paid_ratio"] == pytest.approx(35 / 30)
    assert told(shop_of([line(1, refund_amount="10.20")]), "now")["refund_above_paid_ratio"] == 1.05
    assert told(shop_of([line(1, refund_amount=None)]), "now")["refund_above_paid_ratio"] is None
    assert told(shop_of(lines), "now", Stage.RECEIVED)["refund_above_paid_ratio"] is None


@pytest.mark.parametrize(
    ("facts", "share"),
    [
        ({"received_at": None}, 1),
        ({"received_at": None, "dock_received": False}, 1),
        ({"received_at": None, "dock_received": True}, 0),
        ({"received_at": None, "received_quantity": 1}, 0),
        ({"received_at": None, "return_method": "keep_it"}, 0),
        ({"received_at": None, "claim_type": "missing_item"}, 0),
        ({"received_at": None, "refund_amount": None}, 0),
        ({}, 0),
    ],
)
def test_refunded_without_the_goods(facts: Row, share: float) -> None:
    earlier = dict(DONE) | {"rma_id": "earlier", "requested_at": at(1), "received_at": at(3)}

    assert told(shop_of([earlier, line(1, **facts)]), "now")["refunded_unreturned"] == share


def test_where_no_export_tells_of_receipts_nothing_is_missing() -> None:
    assert told(shop_of([line(1, received_at=None)]), "now")["refunded_unreturned"] is None


def test_a_cancelled_order_that_is_refunded() -> None:
    orders = frame("orders", {"order_id": "o0", "ordered_at": at(0), "status": "Cancelled", "is_gift": True})

    found = told(shop_of([line(1), line(2, refund_amount=None)], orders=orders), "now")
    assert found["refunded_cancelled_order"] == 0.5
    assert told(shop_of([line(1)]), "now")["refunded_cancelled_order"] is None


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({"requested_at": at(30)}, 14),
        ({"requested_at": at(30), "delivered_at": None}, 16),
        ({"requested_at": at(16)}, 0),
        ({"requested_at": at(30), "reason_code": "Defective item"}, 0),
        ({"requested_at": at(40), "claim_type": "warranty"}, 8),
        ({"requested_at": at(30), "claim_type": "item_not_received"}, None),
        ({"requested_at": at(30), "refund_amount": None}, None),
    ],
)
def test_refunded_though_the_window_had_closed(facts: Row, days: float | None) -> None:
    goods = products({"sku": "A", "return_window_days": 14, "warranty_days": 30})
    late = {name: at(50) for name in ("authorized_at", "shipped_at", "received_at", "inspected_at", "refunded_at")}

    found = told(shop_of([line(1, **late, **facts)], products=goods), "now")["refunded_days_past_window"]

    assert found == (None if days is None else pytest.approx(days))


def test_opened_though_only_taken_back_unopened() -> None:
    goods = products({"sku": "A", "unopened_only": True}, {"sku": "B", "unopened_only": False})
    lines = [line(1, sku="A", is_opened=True), line(2, sku="A", is_opened=False), line(3, sku="B", is_opened=True)]

    assert told(shop_of(lines, products=goods), "now")["opened_unopened_only"] == pytest.approx(1 / 3)
    assert told(shop_of(lines[:1]), "now")["opened_unopened_only"] is None
