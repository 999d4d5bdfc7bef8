from __future__ import annotations

from features.purchases import with_purchase
from tests.factories import Row, at, frame, products
from tests.stage_facts import MATCHED, shop_of

ORDER: Row = {
    "order_id": "o0",
    "customer_id": "c1",
    "ordered_at": at(0),
    "delivered_at": at(2),
    "delivery_proof": "photo",
    "payment_fingerprint_hash": "f1",
    "payment_method": "card",
    "status": "sent",
}


def joined(rma: Row, order: Row = ORDER) -> dict[str, object]:
    goods = products({"sku": "A", "weight_g": 250})
    line: Row = {"serial_number": "n1", "quantity": 2, "line_amount": "18.00", "ordered_at": order["ordered_at"]}
    shop = shop_of([dict(MATCHED) | dict(rma)], [line], orders=frame("orders", order), products=goods)
    row: dict[str, object] = with_purchase(shop.rma_lines, shop).row(0, named=True)
    return row


def test_product_purchase_and_order_are_joined() -> None:
    row = joined({"return_method": "locker", "refund_payment_fingerprint_hash": "f1"})

    assert (row["weight_g"], row["serial_number"], row["line_units"], str(row["line_paid"])) == (
        250,
        "n1",
        2,
        "18.0000",
    )
    assert (row["payment_method"], row["order_status"], row["own_card_at"]) == ("card", "sent", at(0))
    assert (row["delivery_proof"], row["proven_at"]) == ("photo", at(2))
    assert (row["is_return"], row["is_mailed"]) == (True, True)


def test_a_delivery_after_the_request_proves_nothing() -> None:
    row = joined({"requested_at": at(1)})

    assert (row["delivery_proof"], row["proven_at"]) == (None, None)
    assert row["payment_method"] == "card"


def test_an_order_after_the_request_is_no_purchase() -> None:
    row = joined({"requested_at": at(1)}, dict(ORDER) | {"ordered_at": at(1.5)})

    told = ("serial_number", "line_paid", "payment_method", "order_status", "delivery_proof")
    assert [row[name] for name in told] == [None] * 5


def test_a_line_without_a_purchase_stays() -> None:
    row = joined({"order_id": None, "line_id": None, "sku": "B", "claim_type": "missing_item"})

    assert (row["weight_g"], row["payment_method"], row["is_return"]) == (None, None, False)
