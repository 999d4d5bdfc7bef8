"""Shopify's three exports, with all that is awkward about them, and the core rows that they must become."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.warehouse import Warehouse
from tests.ingest_tools import read
from tests.platforms import core, lines, opened, shopify_orders

FIRST = {
    "Name": "#1001", "Email": "Ann@Example.com", "Financial Status": "partially_refunded", "Currency": "EUR",
    "Paid at": "2025-10-02 17:09:34 -0300", "Fulfilled at": "2025-10-03 09:00:00 -0300", "Subtotal": "80.00",
    "Shipping": "4.90", "Total": "84.90", "Discount Code": "TEN", "Discount Amount": "10.00",
    "Created at": "2025-10-02 17:09:34 -0300", "Lineitem quantity": "2", "Lineitem name": "Lamp - Red",
    "Lineitem price": "25.00", "Lineitem compare at price": "30.00", "Lineitem sku": "LAMP-R",
    "Shipping Name": "Ann Berg",
    "Shipping Street": "Hauptstr. 1", "Shipping City": "Bonn", "Shipping Zip": "'01234", "Shipping Country": "DE",
    "Billing Zip": "'01235", "Billing Country": "DE", "Notes": "ring at Mrs Smith",
    "Payment Method": "Shopify Payments",
    "Id": "820982911946154508", "Source": "web", "Phone": "+49 171 2345678", "Device ID": "42",
}  # fmt: skip
SECOND = {"Name": "#1001", "Lineitem quantity": "1", "Lineitem name": "Shade", "Lineitem price": "40.00"}
"""A continuation row, without a SKU: the order's columns stand in the first row alone."""
OTHER = FIRST | {
    "Name": "#1002", "Email": "ann+shop@example.com", "Id": "820982911946154600", "Subtotal": "30.00",
    "Discount Code": "",
    "Discount Amount": "0.00", "Created at": "2025-10-05 00:30:00 +0200", "Lineitem quantity": "3",
    "Lineitem sku": "CUP",
    "Lineitem name": "Cup", "Lineitem price": "10.00", "Lineitem compare at price": "", "Shipping": "0.00",
}  # fmt: skip
CANCELLED = FIRST | {
    "Name": "#1003", "Email": "", "Phone": "", "Id": "820982911946154700", "Subtotal": "10.00",
    "Discount Amount": "0.00",
    "Cancelled at": "2025-10-06 10:00:00 +0000", "Fulfilled at": "", "Lineitem quantity": "1",
    "Lineitem price": "10.00",
    "Lineitem sku": "CUP", "Lineitem name": "Cup", "Created at": "2025-10-06 09:00:00 +0000",
}  # fmt: skip


def refund(refund_id: int, order_id: int, moment: str, **members: object) -> dict[str, Any]:
    return {
        "id": refund_id, "order_id": order_id, "created_at": moment, "processed_at": moment, "note": "Ann B. called",
        "user_id": 1, "restock": False, "duties": [], "order_adjustments": [], "refund_line_items": [],
        "transactions": [],
    } | members  # fmt: skip


def item(item_id: int, line_item_id: int, how: str, money: tuple[object, object], sku: str | None) -> object:
    quantity = 1
    return {
        "id": item_id, "line_item_id": line_item_id, "quantity": quantity, "restock_type": how,
        "location_id": 905684977, "subtotal": money[0], "total_tax": money[1],
        "line_item": {"id": line_item_id, "sku": sku, "name": "Shade" if sku is None else sku, "quantity": quantity},
    }  # fmt: skip


def paid(transaction_id: int, amount: str, **members: object) -> dict[str, Any]:
    return {
        "id": transaction_id, "kind": "refund", "status": "success", "gateway": "shopify_payments", "amount": amount,
        "currency": "EUR",
    } | members  # fmt: skip


REFUNDS = lines(
    # the return's lamp: 22.50 and tax of 4.28, back in stock; shipping refunded too; a failed attempt before
    refund(
        9001, 820982911946154508, "2025-10-20T12:00:00-03:00", **{"return": {"id": 7001}},
        refund_line_items=[item(1, 11, "return", ("22.50", "4.28"), "LAMP-R")],
        order_adjustments=[{"id": 5, "kind": "shipping_refund", "amount": "-4.90", "tax_amount": "0.00"}],
        transactions=[paid(1, "31.68", status="failure"), paid(2, "31.68")],
    ),
    # a partial refund without a return: 5.00 less than the line says, to a gift card, nothing comes back
    refund(
        9002, 820982911946154508, "2025-10-21T12:00:00Z",
        refund_line_items=[item(2, 12, "no_restock", (40.00, 0), None)],
        order_adjustments=[{"id": 6, "kind": "refund_discrepancy", "amount": "5.00", "tax_amount": "0.00"}],
        transactions=[paid(3, "35.00", gateway="gift_card")],
    ),
    # money alone, for an order that was never exported
    refund(9003, 999999999999999999, "2025-10-22T12:00:00Z", transactions=[paid(4, "7.50", gateway="cowrie_shells")]),
    # what was never sent
    refund(
        9004, 820982911946154700, "2025-10-06T10:00:00Z", refund_line_items=[item(4, 14, "cancel", ("10.00",
        "0"), "CUP")],
        transactions=[paid(5, "10.00")],
    ),
    # pending: nothing has been paid back yet
    refund(
        9005, 820982911946154600, "2025-10-23T12:00:00Z", refund_line_items=[item(5, 13, "no_restock",
        ("10.00", "0"), "CUP")],
        transactions=[paid(6, "10.00", status="pending")],
    ),
)  # fmt: skip
RETURNS = {
    "returns": [
        {
            "id": 7001, "order_id": 820982911946154508, "name": "#1001-R1", "status": "CLOSED",
            "created_at": "2025-10-15T10:00:00Z",
            "return_line_items": [
                {
                    "id": 71, "quantity": 1, "return_reason": "SIZE_TOO_LARGE", "return_reason_note": None,
                    "customer_note": "too big, write to ann@example.com", "line_item": {"id": 11, "sku": "LAMP-R"},
                }
            ],
        },
        {
            "id": 7002, "order": {"id": 820982911946154600, "name": "#1002"}, "name": "#1002-R1", "status": "DECLINED",
            "return_line_items": [
                {"id": 72, "quantity": 2, "return_reason": "COLOR", "line_item": {"id": 13, "sku": "CUP"}},
            ],
        },
        {
            "id": 7003, "order": {"id": 820982911946154600, "name": "#1002"}, "name": "#1002-R2", "status": "IN_LIMBO",
            "created_at": "2025-10-16T10:00:00Z",
            "return_line_items": [
                {"id": 73, "quantity": 1, "return_reason": "BAD_KARMA", "line_item": {"id": 13, "sku": "CUP"}},
            ],
        },
        {"id": 7004, "order": {"id": 1, "name": "#0999"}, "status": "OPEN", "return_line_items": []},
    ]
}  # fmt: skip


FILES = {
    "shopify/orders_export_1.csv": shopify_orders(FIRST, SECOND, OTHER, CANCELLED),
    "shopify/refunds.jsonl": REFUNDS,
    "shopify/returns.json": json.dumps(RETURNS),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Yield a warehouse with core built from the three exports; every row of them was taken."""
    yield from opened(tmp_path_factory.mktemp("shopify"), FILES, {"orders": 4, "refunds": 17, "returns": 7})


def test_orders_have_the_columns_of_their_first_row(shop: Warehouse) -> None:
    names = "order_id ordered_at currency status channel ship_city ship_postcode ship_country bill_postcode"
    assert core(shop, "orders", names) == [
        ("1001", "2025-10-02T20:09:34", "EUR", "partially_refunded", "web", "Bonn", "01234", "DE", "01235"),
        ("1002", "2025-10-04T22:30:00", "EUR", "partially_refunded", "web", "Bonn", "01234", "DE", "01235"),
        ("1003", "2025-10-06T09:00:00", "EUR", "cancelled", "web", "Bonn", "01234", "DE", "01235"),
    ]  # fmt: skip
    assert core(shop, "orders", "order_id shipping_fee discount_code shipped_at n_lines goods_amount") == [
        ("1001", "4.9", "TEN", "2025-10-03T12:00:00", 2, "80"), ("1002", "0", None, "2025-10-03T12:00:00", 1, "30"),
        ("1003", "4.9", "TEN", None, 0, "0"),
    ]  # fmt: skip


def test_a_shopper_is_known_by_the_address_that_mail_goes_to(shop: Warehouse) -> None:
    shoppers = dict(core(shop, "orders", "order_id customer_id"))
    assert shoppers["1001"] == shoppers["1002"] != shoppers["1003"]
    assert shoppers["1003"] == "1003"
    assert {row[1] for row in core(shop, "rma_lines", "rma_id customer_id", "order_id = '1001'")} == {shoppers["1001"]}


def test_order_lines_carry_their_share_of_the_discount(shop: Warehouse) -> None:
    # 90.00 of goods, of which 80.00 was paid: a ninth less each
    assert core(shop, "order_lines", "order_id line_id sku quantity unit_price list_price product_name") == [
        ("1001", "1", "LAMP-R", 2, "22.2222", "30", "Lamp - Red"), ("1001", "2", "Shade", 1, "35.5556", "40", "Shade"),
        ("1002", "1", "CUP", 3, "10", "10", "Cup"),
    ]  # fmt: skip


def test_returns_and_refunds_become_rmas(shop: Warehouse) -> None:
    names = "rma_id rma_line_id order_id sku quantity status refund_amount refund_method reason_code claim_type"
    assert core(shop, "rma_lines", names) == [
        ("7001", "71", "1001", "LAMP-R", 1, "refunded", "26.78", "original", "size_too_large", "return"),
        ("7002", "72", "1002", "CUP", 2, "denied", None, None, "wrong_color", "return"),
        ("7003", "73", "1002", "CUP", 1, "requested", None, None, "bad_karma", None),
        ("9002", "refund 2", "1001", "Shade", 1, "refunded", "35", "gift_card", None, None),
        ("9003", "refund 9003/0", "999999999999999999", "amount_only", 1, "refunded", "7.5", None, None, None),
        ("9005", "refund 5", "1002", "CUP", 1, "authorized", None, None, None, None),
    ]  # fmt: skip


def test_rmas_have_their_moments_in_utc(shop: Warehouse) -> None:
    assert core(shop, "rma_lines", "rma_id requested_at refunded_at received_at restocked match_method") == [
        ("7001", "2025-10-15T10:00:00", "2025-10-20T15:00:00", "2025-10-20T15:00:00", True, "order_sku"),
        ("7002", "2025-10-04T22:30:00", None, None, None, "order_sku"),
        ("7003", "2025-10-16T10:00:00", None, None, None, "order_sku"),
        ("9002", "2025-10-21T12:00:00", "2025-10-21T12:00:00", None, False, "order_sku"),
        ("9003", "2025-10-22T12:00:00", "2025-10-22T12:00:00", None, None, "none"),
        ("9005", "2025-10-23T12:00:00", None, None, False, "none"),
    ]  # fmt: skip


def test_money_that_is_of_no_returned_goods_is_kept_apart(shop: Warehouse) -> None:
    assert core(shop, "other_lines", "order_id line_id kind sku quantity amount occurred_at") == [
        ("1", "return 7004", "empty_return", None, None, "0", "1970-01-01T00:00:00"),
        ("1001", "refund 9001/0", "shipping_refund", None, None, "-4.9", "2025-10-20T15:00:00"),
        ("1003", "1", "cancelled", "CUP", 1, "10", "2025-10-06T09:00:00"),
        ("1003", "refund 4", "cancelled_refund", "CUP", 1, "-10", "2025-10-06T10:00:00"),
    ]  # fmt: skip


def test_every_cent_that_was_paid_back_is_told_once(shop: Warehouse) -> None:
    refunds = sum(float(row[0]) for row in core(shop, "rma_lines", "refund_amount", "refund_amount is not null"))
    others = sum(float(row[0]) for row in core(shop, "other_lines", "amount", "kind like '%refund'"))
    assert round(refunds - others, 2) == round(31.68 + 35 + 7.5 + 10, 2)


def test_nothing_personal_is_stored_in_clear_text(shop: Warehouse) -> None:
    for table in ("shopify_orders", "shopify_refunds", "shopify_returns"):
        held = str(shop.connection.sql(f"from raw.{table}").fetchall()).lower()
        assert [text for text in ("ann", "berg", "hauptstr", "2345678", "smith", "example.com") if text in held] == []


def test_refunds_of_one_line_are_spread_over_all_that_asked_for_it(tmp_path: Path) -> None:
    asked = [{"id": number, "quantity": number, "line_item": {"id": 11, "sku": "A"}} for number in (1, 2)]
    both = {"id": 7, "order_id": 55, "status": "CLOSED", "created_at": "2025-10-15", "return_line_items": asked}
    refunds = [
        refund(
            number,
            55,
            "2025-10-20",
            **{"return": {"id": 7}},
            refund_line_items=[item(number, 11, "return", (5, 0), "A")],
        )
        for number in (7, 8)
    ] + [
        refund(
            9, 55, "2025-10-21", **{"return": {"id": 7}}, refund_line_items=[item(9, 12, "return", (2, "0.38"), "B")]
        )
    ]
    files = {"shopify/returns.json": json.dumps(both), "shopify/refunds.json": json.dumps(refunds)}
    for warehouse in opened(tmp_path, files, {"returns": 3, "refunds": 6}):
        assert core(warehouse, "rma_lines", "rma_id rma_line_id sku quantity refund_amount status") == [
            ("7", "1", "A", 1, "3.3333", "refunded"), ("7", "2", "A", 2, "6.6667", "refunded"),
            ("7", "refund 9", "B", 1, "2.38", "refunded"),
        ]  # fmt: skip


def test_a_row_that_tells_no_line_and_no_order_is_kept_apart(tmp_path: Path) -> None:
    known, unknown = {"Name": "#1001", "Lineitem quantity": "1"}, {"Name": "#7", "Financial Status": "paid"}
    bare = {name: value for name, value in OTHER.items() if not name.startswith("Lineitem")}
    files = {"shopify/orders.csv": shopify_orders(FIRST, known, unknown, bare)}
    for warehouse in opened(tmp_path, files, {"orders": 4}):
        assert core(warehouse, "orders", "order_id n_lines") == [("1001", 1), ("1002", 0)]
        assert core(warehouse, "order_lines", "order_id line_id") == [("1001", "1")]
        assert core(warehouse, "other_lines", "order_id line_id kind amount") == [
            ("1001", "2", "empty_line", "0"), ("7", "1", "empty_line", "0"),
        ]  # fmt: skip


def test_an_export_with_lists_is_no_table(tmp_path: Path) -> None:
    staged = read(tmp_path, "refunds.csv", "id,order_id,created_at\n1,2,2025-01-01\n", "shopify").staged
    assert staged.refusal == "this export holds lists; deliver it as .json or .jsonl"


def test_codes_that_no_map_knows_are_counted(shop: Warehouse) -> None:
    found = shop.connection.sql("select map, code, n_rows from delivered_unknown_codes order by all").fetchall()
    assert found == [("gateways", "cowrie_shells", 1), ("reasons", "BAD_KARMA", 1), ("statuses", "IN_LIMBO", 1)]


def test_refunds_that_belong_to_no_return_lack_no_column(tmp_path: Path) -> None:
    told = [refund(1, 2, "2025-10-02T10:00:00Z", transactions=[]), refund(2, 3, "2025-10-02T10:00:00Z")]
    found = read(tmp_path, "refunds.json", json.dumps(told), "shopify").staged
    assert [(column.n_filled, column.is_known) for column in found.columns if column.name == "return_id"] == [(0, True)]
