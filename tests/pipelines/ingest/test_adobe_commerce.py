"""Adobe Commerce's orders and RMAs, with all that is awkward about them, and the core rows that they must become."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.warehouse import Warehouse
from tests.platforms import core, lines, opened

ADDRESS = {
    "firstname": "Ann", "lastname": "Berg", "street": ["1 Main St", "Flat 2"], "city": "Leeds", "postcode": "01234",
    "country_id": "GB", "telephone": "0171 7770042", "email": "ann@x.com",
}  # fmt: skip


def order(number: str, entity: int, moment: str, *items: dict[str, Any], **members: object) -> dict[str, Any]:
    shipped = {"shipping": {"address": ADDRESS, "method": "flatrate_flatrate"}, "items": []}
    return {
        "entity_id": entity, "increment_id": number, "created_at": moment, "customer_id": 12,
        "customer_email": "ann@x.com",
        "customer_firstname": "Ann", "order_currency_code": "USD", "items": list(items), "billing_address": ADDRESS,
        "extension_attributes": {"shipping_assignments": [shipped]}, "status": "complete",
    } | members  # fmt: skip


def item(
    item_id: int, sku: str, quantity: float, price: float, discount: float = 0, **members: object
) -> dict[str, Any]:
    return {
        "item_id": item_id, "sku": sku, "name": f"The {sku}", "qty_ordered": quantity, "price": price,
        "discount_amount": discount,
    } | members  # fmt: skip


def rma(
    number: str, order_number: str, entity: int, status: str, *items: dict[str, Any], **members: object
) -> dict[str, Any]:
    return {
        "increment_id": number, "entity_id": 1, "order_id": entity, "order_increment_id": order_number, "store_id": 1,
        "customer_id": 12, "date_requested": "2025-04-10 08:00:00", "customer_custom_email": None, "items": list(items),
        "status": status, "comments": [], "tracks": [],
    } | members  # fmt: skip


def back(item_id: int, order_item: int, quantity: int, **members: object) -> dict[str, Any]:
    return {
        "entity_id": item_id, "order_item_id": order_item, "qty_requested": quantity, "qty_authorized": None,
        "qty_approved": None, "qty_returned": None, "reason": "Wrong Size", "condition": "Opened",
        "resolution": "Refund",
        "status": None,
    } | members  # fmt: skip


ORDERS = {
    "items": [
        order("000000101", 7, "2025-04-01 08:00:00", item(1, "LAMP", 2, 30.0, 6.0), item(2, "SHIRT", 1, 20),
              item(3, "SHIRT-S", 1, 0, parent_item_id=2)),
        order("000000102", 8, "2025-04-02 08:00:00", item(4, "CUP", 1, 8.5), customer_id=None, extension_attributes=[]),
        order("000000103", 9, "2025-04-03 08:00:00", item(5, "CUP", 1, 8.5), status="canceled"),
    ],
    "search_criteria": {}, "total_count": 3,
}  # fmt: skip
RMAS = lines(
    # half of it authorised, half denied: the items say which
    rma("000000001", "000000101", 7, "partial_authorized",
        back(21, 1, 2, qty_authorized=1, status="authorized"), back(22, 3, 1, qty_authorized=0, status="denied"),
        comments=[{"comment": "write to ann@x.com", "is_admin": False}]),
    # a second RMA of the same order, all the way through
    rma("000000002", "000000101", 7, "processed_closed",
        back(23, 1, 1, qty_authorized=1, qty_approved=1, qty_returned=1, reason="Out of Service", condition="Damaged",
             resolution="Exchange", status="approved"),
        tracks=[{"carrier_title": "UPS", "track_number": "0099"}], date_requested="2025-04-12 08:00:00"),
    # without the order's number, of a guest; numbers of options stand where words should
    rma("000000003", "", 8, "rejected", back(24, 4, 1, reason=17, condition="9", resolution="8"), customer_id=None),
    # of an order that was never exported, and one without items
    rma("000000004", "000000999", 99, "pending", back(25, 77, 3, reason="Other", condition="Unopened"), customer_id=0,
        customer_custom_email="Bob@x.com"),
    rma("000000005", "000000102", 8, "closed"),
)  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Yield a warehouse with core built from both exports; every row of them was taken."""
    files = {"adobe_commerce/orders.json": json.dumps(ORDERS), "adobe_commerce/rma_april.jsonl": RMAS}
    yield from opened(tmp_path_factory.mktemp("adobe"), files, {"orders": 8, "rmas": 10})


def test_orders_are_known_by_the_number_that_people_see(shop: Warehouse) -> None:
    names = "order_id ordered_at currency status ship_city ship_postcode ship_country n_lines goods_amount"
    assert core(shop, "orders", names) == [
        ("000000101", "2025-04-01T08:00:00", "USD", "complete", "Leeds", "01234", "GB", 2, "74"),
        ("000000102", "2025-04-02T08:00:00", "USD", "complete", None, None, None, 1, "8.5"),
        ("000000103", "2025-04-03T08:00:00", "USD", "canceled", "Leeds", "01234", "GB", 0, "0"),
    ]  # fmt: skip
    ((shopper, email),) = core(shop, "orders", "customer_id email_hash", "order_id = '000000102'")
    assert shopper == email
    assert core(shop, "orders", "customer_id", "order_id <> '000000102'") == [("12",), ("12",)]


def test_order_lines_have_the_price_paid(shop: Warehouse) -> None:
    assert core(shop, "order_lines", "order_id line_id sku quantity unit_price list_price product_name") == [
        ("000000101", "1", "LAMP", 2, "27", "30", "The LAMP"), ("000000101", "2", "SHIRT", 1, "20", "20", "The SHIRT"),
        ("000000102", "4", "CUP", 1, "8.5", "8.5", "The CUP"),
    ]  # fmt: skip


def test_rmas_have_the_statuses_of_their_items(shop: Warehouse) -> None:
    names = (
        "rma_id rma_line_id order_id line_id sku quantity status reason_code condition_grade refund_method match_method"
    )
    assert core(shop, "rma_lines", names) == [
        ("000000001", "21", "000000101", "1", "LAMP", 2, "authorized", "wrong_size", "B", "original", "keys"),
        ("000000001", "22", "000000101", "2", "SHIRT", 1, "denied", "wrong_size", "B", "original", "keys"),
        ("000000002", "23", "000000101", "1", "LAMP", 1, "inspected", "defective", "D", "exchange", "keys"),
        ("000000003", "24", "000000102", "4", "CUP", 1, "rejected", "17", None, None, "keys"),
        ("000000004", "25", "000000999", None, "order item 77", 3, "requested", "other", "A", "original", "none"),
    ]  # fmt: skip


def test_rmas_say_who_and_when_and_how(shop: Warehouse) -> None:
    names = "rma_id requested_at return_method carrier tracking_number received_quantity refund_amount is_opened"
    assert core(shop, "rma_lines", names, "rma_line_id <> '22'") == [
        ("000000001", "2025-04-10T08:00:00", None, None, None, None, None, True),
        ("000000002", "2025-04-12T08:00:00", "mail", "UPS", "0099", 1, None, None),
        ("000000003", "2025-04-10T08:00:00", None, None, None, None, None, None),
        ("000000004", "2025-04-10T08:00:00", None, None, None, None, None, False),
    ]  # fmt: skip
    assert core(shop, "rma_lines", "customer_comment", "rma_line_id = '21'") == [("write to [e-mail]",)]
    shoppers = dict(core(shop, "rmas", "rma_id customer_id"))
    assert (shoppers["000000001"], shoppers["000000002"]) == ("12", "12")
    assert [shoppers["000000003"]] == [row[0] for row in core(shop, "orders", "customer_id", "order_id = '000000102'")]
    assert len(shoppers["000000004"]) == 32


def test_other_lines_are_kept_apart(shop: Warehouse) -> None:
    assert core(shop, "other_lines", "order_id line_id kind sku amount occurred_at") == [
        ("000000101", "3", "component", "SHIRT-S", "0", "2025-04-01T08:00:00"),
        ("000000102", "rma 000000005", "empty_return", None, "0", "2025-04-10T08:00:00"),
        ("000000103", "5", "cancelled", "CUP", "8.5", "2025-04-03T08:00:00"),
    ]  # fmt: skip


def test_codes_that_no_map_knows_are_counted(shop: Warehouse) -> None:
    found = shop.connection.sql("select map, code, n_rows from delivered_unknown_codes order by all").fetchall()
    assert found == [("conditions", "9", 1), ("reasons", "17", 1), ("resolutions", "8", 1)]


def test_nothing_personal_is_stored_in_clear_text(shop: Warehouse) -> None:
    held = str(
        [shop.connection.sql(f"from raw.adobe_commerce_{kind}").fetchall() for kind in ("orders", "rmas")]
    ).lower()
    assert [text for text in ("ann", "berg", "main st", "7770042", "bob", "x.com") if text in held] == []
