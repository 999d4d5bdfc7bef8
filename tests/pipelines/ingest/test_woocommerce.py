"""WooCommerce's orders and refunds, with all that is awkward about them, and the core rows that they must become."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.warehouse import Warehouse
from tests.platforms import core, lines, opened

PERSON = {
    "first_name": "Ann", "last_name": "Berg", "company": "Berg Ltd", "address_1": "1 Main St", "address_2": "Flat 2",
    "city": "Leeds", "postcode": "LS1 4AP", "country": "GB",
}  # fmt: skip


def order(order_id: int, moment: str, *items: dict[str, Any], **members: object) -> dict[str, Any]:
    return {
        "id": order_id, "number": str(order_id), "status": "completed", "currency": "EUR", "date_created_gmt": moment,
        "date_modified_gmt": moment, "customer_id": 7, "billing": PERSON | {"email": "Ann@x.com",
        "phone": "0171 7770042"},
        "shipping": PERSON, "payment_method": "stripe", "discount_total": "2.00", "shipping_total": "4.90",
        "coupon_lines": [{"code": "two"}], "line_items": list(items), "customer_note": "ring at Mrs Smith",
        "meta_data": [{"key": "x", "value": {"deep": [1]}}],
    } | members  # fmt: skip


def line(line_id: int, sku: str, quantity: int, subtotal: str, total: str, **members: object) -> dict[str, Any]:
    return {
        "id": line_id, "product_id": 93, "variation_id": 0, "name": "Lamp", "sku": sku, "quantity": quantity,
        "subtotal": subtotal, "total": total, "price": 8.333333333333334,
    } | members  # fmt: skip


def refund(
    refund_id: int, order_id: int, moment: str, amount: object, *items: dict[str, Any], **members: object
) -> dict[str, Any]:
    return {
        "id": refund_id, "parent_id": order_id, "date_created_gmt": moment, "amount": amount, "reason": "",
        "refunded_by": 1, "line_items": list(items),
    } | members  # fmt: skip


def back(line_id: int, sku: str, quantity: int, total: str, of: str | None, **members: object) -> dict[str, Any]:
    meta = [{"id": 1, "key": "_other", "value": {"a": 1}}] + (
        [{"id": 2, "key": "_refunded_item_id", "value": of}] if of else []
    )
    return {
        "id": line_id,
        "product_id": 93,
        "sku": sku,
        "quantity": quantity,
        "total": total,
        "meta_data": meta,
    } | members


ORDERS = [
    order(1001, "2025-03-01T10:00:00", line(1, "LAMP", 3, "27.00", "25.00"), line(2, "", 1, "5", "5.0",
    product_id=123456789012345678)),
    order(1002, "2025-03-02T10:00:00", line(3, "CUP", 1, "8.00", "8.00"), customer_id=0, shipping=[]),
    order(1003, "2025-03-03T10:00:00", line(4, "CUP", 1, "8.00", "8.00"), status="cancelled"),
    order(1004, "2025-03-04T10:00:00"),
    order(1005, "2025-03-05T10:00:00", line(5, "CUP", 2, "8.00", "8.00"), line(6, "JUG", 1, "9.00", "9.00"),
    status="wc-odd"),
]  # fmt: skip
REFUNDS = lines(
    # one of three lamps and tax on it; the note is what a person wrote
    refund(
        501, 1001, "2025-03-10T09:00:00", "9.92", back(90, "LAMP", -1, "-8.33", "1", total_tax="-1.59"),
        reason="Too big, says ann@x.com",
    ),
    # a second RMA of the same order: a line of no unit, and shipping; the amount is a number
    refund(
        502, 1001, "2025-03-11T09:00:00", 3.0, back(91, "", 0, "-1.00", "2"), reason="GOODWILL",
        shipping_lines=[{"id": 9, "total": "-2.00", "total_tax": "0"}], refunded_payment=False,
    ),
    # an amount alone: of an order with one unit, of one with several, and of one that was never exported
    refund(503, 1002, "2025-03-12T09:00:00", "4.00"),
    refund(504, 1005, "2025-03-13T09:00:00", "2.50"),
    refund(505, 9999, "2025-03-14T09:00:00", "6.00", back(92, "JUG", -2, "-5.00", None)),
    # goods back for nothing
    {"id": 506, "order_id": 1005, "date_created_gmt": "2025-03-15T09:00:00", "amount": "0.00", "line_items": [
        back(93, "CUP", -1, "0.00", "5"),
    ]},
)  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Yield a warehouse with core built from both exports; every row of them was taken."""
    files = {"woocommerce/orders.json": json.dumps(ORDERS), "woocommerce/refunds_2025.jsonl": REFUNDS}
    yield from opened(tmp_path_factory.mktemp("woo"), files, {"orders": 11, "refunds": 11})


def test_orders_stand_with_or_without_lines(shop: Warehouse) -> None:
    names = "order_id customer_id ordered_at status ship_city shipping_fee discount_code n_lines goods_amount"
    found = core(shop, "orders", names)
    assert [row[:1] + row[2:] for row in found] == [
        ("1001", "2025-03-01T10:00:00", "completed", "Leeds", "4.9", "two", 2, "29.9999"),
        ("1002", "2025-03-02T10:00:00", "completed", None, "4.9", "two", 1, "8"),
        ("1003", "2025-03-03T10:00:00", "cancelled", "Leeds", "4.9", "two", 0, "0"),
        ("1004", "2025-03-04T10:00:00", "completed", "Leeds", "4.9", "two", 0, "0"),
        ("1005", "2025-03-05T10:00:00", "odd", "Leeds", "4.9", "two", 2, "17"),
    ]  # fmt: skip
    (guest,) = core(shop, "orders", "customer_id email_hash", "order_id = '1002'")
    assert guest[0] == guest[1]
    assert {row[1] for row in found if row[0] != "1002"} == {"7"}


def test_order_lines_have_the_price_paid(shop: Warehouse) -> None:
    assert core(shop, "order_lines", "order_id line_id sku quantity unit_price list_price") == [
        ("1001", "1", "LAMP", 3, "8.3333", "9"), ("1001", "2", "123456789012345678", 1, "5", "5"),
        ("1002", "3", "CUP", 1, "8", "8"), ("1005", "5", "CUP", 2, "4", "4"), ("1005", "6", "JUG", 1, "9", "9"),
    ]  # fmt: skip


def test_each_refund_is_an_rma(shop: Warehouse) -> None:
    names = (
        "rma_id rma_line_id order_id line_id sku quantity status refund_amount refund_method reason_code match_method"
    )
    assert core(shop, "rma_lines", names) == [
        ("501", "90", "1001", "1", "LAMP", 1, "refunded", "9.92", "original", "size_too_large", "keys"),
        ("502", "91", "1001", "2", "123456789012345678", 1, "refunded", "1", None, "goodwill", "keys"),
        ("503", "line 0", "1002", "3", "CUP", 1, "refunded", "4", "original", None, "keys"),
        ("504", "line 0", "1005", None, "amount_only", 1, "refunded", "2.5", "original", None, "none"),
        ("505", "92", "9999", None, "JUG", 2, "refunded", "6", "original", None, "none"),
        ("506", "93", "1005", "5", "CUP", 1, "closed", None, None, None, "keys"),
    ]  # fmt: skip


def test_rmas_belong_to_the_shopper_of_their_order(shop: Warehouse) -> None:
    assert dict(core(shop, "rmas", "rma_id customer_id", "rma_id <> '503'")) == {
        "501": "7", "502": "7", "504": "7", "505": "9999", "506": "7",
    }  # fmt: skip
    assert core(shop, "rma_lines", "requested_at refunded_at customer_comment", "rma_id = '501'") == [
        ("2025-03-10T09:00:00", "2025-03-10T09:00:00", "Too big, says [e-mail]")
    ]


def test_other_lines_are_kept_apart(shop: Warehouse) -> None:
    assert core(shop, "other_lines", "order_id line_id kind sku amount occurred_at") == [
        ("1001", "refund 502/shipping_refund", "shipping_refund", None, "-2", "2025-03-11T09:00:00"),
        ("1003", "4", "cancelled", "CUP", "8", "2025-03-03T10:00:00"),
    ]  # fmt: skip


def test_codes_that_no_map_knows_are_counted(shop: Warehouse) -> None:
    found = shop.connection.sql("select map, code, n_rows from delivered_unknown_codes order by all").fetchall()
    assert found == [("reasons", "GOODWILL", 1), ("statuses", "wc-odd", 1)]


def test_nothing_personal_is_stored_in_clear_text(shop: Warehouse) -> None:
    held = str(
        [shop.connection.sql(f"from raw.woocommerce_{kind}").fetchall() for kind in ("orders", "refunds")]
    ).lower()
    assert [text for text in ("ann", "berg", "main st", "7770042", "smith", "x.com") if text in held] == []


def test_a_line_that_an_order_lost_is_no_sale(tmp_path_factory: pytest.TempPathFactory) -> None:
    first = order(1, "2025-03-01T10:00:00", line(1, "A", 1, "5.00", "5.00"), line(2, "B", 1, "6.00", "6.00"))
    later = first | {"line_items": [first["line_items"][1]], "date_modified_gmt": "2025-03-02T10:00:00"}
    files = {"woocommerce/orders_1.json": json.dumps(first), "woocommerce/orders_2.jsonl": lines({"order": later})}
    folder = tmp_path_factory.mktemp("edited")
    for warehouse in opened(folder, files, {"orders": 0}, is_whole=False):
        assert core(warehouse, "order_lines", "line_id sku unit_price") == [("2", "B", "6")]
