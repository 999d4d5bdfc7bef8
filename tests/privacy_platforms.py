"""A planted shopper of each platform, beside another one, with something in every column that tells who somebody is."""

from __future__ import annotations

import json
from typing import Any

from tests.amazon import FBA, MFN, fba, mfn, sheet
from tests.amazon import ORDERS as AMAZON_ORDERS
from tests.amazon import order as amazon_order
from tests.platforms import lines, shopify_orders

TEXTS = ("Zuuxcity", "ZX9 8WW", "lantern wobbles")
"""Texts that go with the planted shopper of every platform."""
NEVER = ("zora.zuux@plantedmail.example", "7911 456321", "7911456321", "zora", "zuuxington", "9 zuux crescent")
"""Clear text that is stored nowhere, before and after, in lower case."""
EMAIL, GUEST, OTHER = "Zora.Zuux@plantedmail.example", "Guest-Zora.Zuux@plantedmail.example", "bob@x.example"
PHONES = {True: "+44 7911 456321", False: "+44 171 7770042"}
STREETS = {True: "9 Zuux Crescent", False: "1 Main St"}
LAST_NAMES = {True: "Zuuxington", False: "Berg"}
ADDRESSES = {True: "203.0.113.99", False: "198.51.100.7"}
"""What the planted shopper has (True), and the other one."""
NUMBERS = {
    "shopify": ("#ZS7001", "870700100001", "870700200001", "870700300001", "#ZS7001-R1", "ZS-MINE5"),
    "woocommerce": ("7314201", "7314501", "7314701", "ZW-MINE5"),
    "woocommerce guest": ("7314202", "7314502"),
    "adobe_commerce": ("000731101", "7315107", "000731501", "7315601", "7315701", "ZAT-555-1", "ZA-MINE5"),
    "adobe_commerce guest": ("000731102", "7315108", "000731502"),
    "amazon_fba": ("731-1112223-4445551", "ZLPN731001", "ZF-MINE5"),
    "amazon_mfn": ("731-1112223-4445552", "ZD731RRMA", "ZT7310001", "ZINV-731"),
}
"""The planted identifiers: an order's number first. The guests and the shopper of Shopify have one mailbox."""
LINES = {order: 51 + 2 * place for place, order in enumerate(("7314201", "7314202", "1003", "7315107", "7315108", "9"))}
"""The number of the line of each order, by the number that the platform links them by."""
COMMENT = "The lantern wobbles, write to zora.zuux@plantedmail.example"


def _woo_order(order_id: str, customer: int, email: str, place: tuple[str, str], **members: object) -> dict[str, Any]:
    mine = email != OTHER
    person = {
        "first_name": "Zora", "last_name": LAST_NAMES[mine], "company": "Zuuxington Ltd", "address_1": STREETS[mine],
        "city": place[0], "postcode": place[1], "country": "GB",
    }  # fmt: skip
    items = [{"id": LINES[order_id], "product_id": 93, "variation_id": 94, "name": "Lamp", "sku": "LAMP",
              "quantity": 1, "subtotal": "27.00", "total": "25.00"}]  # fmt: skip
    return {
        "id": int(order_id), "number": order_id, "status": "completed", "currency": "EUR",
        "date_created_gmt": "2025-11-01T10:00:00", "date_modified_gmt": "2025-11-01T10:00:00", "customer_id": customer,
        "billing": person | {"email": email, "phone": PHONES[mine]}, "shipping": person, "payment_method": "stripe",
        "discount_total": "2.00", "shipping_total": "4.90", "coupon_lines": [], "line_items": items,
        "customer_ip_address": ADDRESSES[mine], "customer_note": COMMENT,
        "gift": COMMENT if mine else "none",
    } | members  # fmt: skip


def _woo_refund(refund_id: str, order_id: str, reason: str) -> dict[str, Any]:
    return {
        "id": int(refund_id), "parent_id": int(order_id), "date_created_gmt": "2025-11-10T09:00:00", "amount": "25.00",
        "reason": reason, "refunded_by": 1, "line_items": [{
            "id": LINES[order_id] + 1, "product_id": 93, "variation_id": 94, "sku": "LAMP", "quantity": -1,
            "total": "-25.00", "meta_data": [{"id": 2, "key": "_refunded_item_id", "value": str(LINES[order_id])}],
        }],
    }  # fmt: skip


def _adobe_order(
    number: str, entity: str, customer: int | None, email: str, place: tuple[str, str], **members: object
) -> dict[str, Any]:
    mine = email != OTHER
    address = {
        "firstname": "Zora", "lastname": LAST_NAMES[mine], "street": [STREETS[mine]], "city": place[0],
        "postcode": place[1], "country_id": "GB", "telephone": PHONES[mine], "email": email,
    }  # fmt: skip
    item = {"item_id": LINES[entity], "sku": "LAMP", "name": "Lamp", "qty_ordered": 1, "price": 30.0}
    shipped = {"shipping": {"address": address, "method": "flatrate_flatrate"}, "items": []}
    return {
        "entity_id": int(entity), "increment_id": number, "created_at": "2025-11-01 08:00:00", "customer_id": customer,
        "customer_email": email, "order_currency_code": "EUR", "items": [item], "billing_address": address,
        "extension_attributes": {"shipping_assignments": [shipped]}, "status": "complete",
        "remote_ip": ADDRESSES[mine],
    } | members  # fmt: skip


def _adobe_rma(number: str, entity: str, order: tuple[str, str], customer: int | None, **members: object) -> object:
    item = {
        "entity_id": LINES[order[1]] + 1, "order_item_id": LINES[order[1]], "qty_requested": 1, "reason": "Wrong Size",
        "condition": "Opened", "resolution": "Refund", "status": "approved", "qty_returned": 1,
    }  # fmt: skip
    return {
        "increment_id": number, "entity_id": int(entity), "order_id": int(order[1]), "order_increment_id": order[0],
        "store_id": 1, "customer_id": customer, "date_requested": "2025-11-10 08:00:00", "items": [item],
        "status": "processed_closed", "comments": [], "tracks": [],
    } | members  # fmt: skip


def _shopify_order(name: str, number: str, email: str, place: tuple[str, str], **cells: str) -> dict[str, str]:
    mine = email != OTHER
    return {
        "Name": name, "Email": email, "Financial Status": "refunded", "Currency": "EUR", "Subtotal": "50.00",
        "Paid at": "2025-11-02 17:09:34 +0000", "Fulfilled at": "2025-11-03 09:00:00 +0000", "Shipping": "4.90",
        "Total": "54.90", "Created at": "2025-11-02 17:09:34 +0000", "Lineitem quantity": "2",
        "Lineitem name": "Lamp", "Lineitem price": "25.00", "Lineitem sku": "LAMP",
        "Shipping Name": f"Zora {LAST_NAMES[mine]}",
        "Shipping Street": STREETS[mine], "Shipping City": place[0], "Shipping Zip": place[1], "Shipping Country": "GB",
        "Billing Name": f"Zora {LAST_NAMES[mine]}", "Billing Street": STREETS[mine], "Billing Address1": STREETS[mine],
        "Billing City": place[0], "Billing Zip": place[1], "Billing Country": "GB", "Billing Phone": PHONES[mine],
        "Shipping Phone": PHONES[mine], "Notes": COMMENT, "Id": number, "Phone": PHONES[mine],
        "Payment Method": "Shopify Payments",
    } | cells  # fmt: skip


def _shopify() -> dict[str, str]:
    name, order, refund, back, back_name, code = NUMBERS["shopify"]
    mine, other = (TEXTS[0], TEXTS[1]), ("Leeds", "LS1 4AP")
    orders = shopify_orders(
        _shopify_order(name, order, GUEST, mine, **{"Discount Code": code}),
        {"Name": name, "Lineitem quantity": "1", "Lineitem name": "Shade", "Lineitem price": "4.00"},
        _shopify_order("#1002", "820982911946154600", OTHER, other),
    )
    item = {"id": 1, "line_item_id": 11, "quantity": 1, "restock_type": "return", "subtotal": "25.00", "total_tax": "0",
            "line_item": {"id": 11, "sku": "LAMP", "name": "Lamp", "quantity": 1}}  # fmt: skip
    paid = {"id": 870700400001, "kind": "refund", "status": "success", "gateway": "paypal", "amount": "25.00",
            "currency": "EUR"}  # fmt: skip
    refunds = lines({
        "id": int(refund), "order_id": int(order), "created_at": "2025-11-20T12:00:00Z", "note": COMMENT,
        "processed_at": "2025-11-20T12:00:00Z", "restock": True, "refund_line_items": [item], "order_adjustments": [],
        "transactions": [paid], "return": {"id": int(back)},
    })  # fmt: skip
    line = {"id": 71, "quantity": 1, "return_reason": "SIZE_TOO_LARGE", "customer_note": COMMENT,
            "return_reason_note": COMMENT, "line_item": {"id": 11, "sku": "LAMP"}}  # fmt: skip
    returns = {"returns": [{
        "id": int(back), "order_id": int(order), "name": back_name, "status": "CLOSED",
        "created_at": "2025-11-15T10:00:00Z", "return_line_items": [line],
    }]}  # fmt: skip
    return {
        "shopify/orders.csv": orders, "shopify/refunds.jsonl": refunds, "shopify/returns.json": json.dumps(returns),
    }  # fmt: skip


def _woocommerce() -> dict[str, str]:
    (order, refund, customer, code), (guests, again) = NUMBERS["woocommerce"], NUMBERS["woocommerce guest"]
    mine, other = (TEXTS[0], TEXTS[1]), ("Leeds", "LS1 4AP")
    orders = [
        _woo_order(order, int(customer), EMAIL, mine, coupon_lines=[{"code": code}]),
        _woo_order(guests, 0, GUEST, mine),
        _woo_order("1003", 0, OTHER, other),
    ]
    refunds = lines(
        _woo_refund(refund, order, COMMENT), _woo_refund(again, guests, COMMENT), _woo_refund("503", "1003", "dull")
    )
    return {"woocommerce/orders.json": json.dumps(orders), "woocommerce/refunds.jsonl": refunds}


def _adobe() -> dict[str, str]:
    number, entity, rma, rma_entity, customer, parcel, code = NUMBERS["adobe_commerce"]
    guests, guests_entity, guests_rma = NUMBERS["adobe_commerce guest"]
    mine, other = (TEXTS[0], TEXTS[1]), ("Leeds", "LS1 4AP")
    orders = [
        _adobe_order(number, entity, int(customer), EMAIL, mine, coupon_code=code),
        _adobe_order(guests, guests_entity, None, GUEST, mine),
        _adobe_order("000000103", "9", 13, OTHER, other),
    ]
    comments = [{"comment": COMMENT, "is_admin": False}]
    rmas = lines(
        _adobe_rma(
            rma, rma_entity, (number, entity), int(customer), comments=comments,
            tracks=[{"carrier_title": "UPS", "track_number": parcel}],
        ),
        _adobe_rma(guests_rma, "7315602", (guests, guests_entity), 0, comments=comments),
        _adobe_rma("000000003", "3", ("000000103", "9"), 13),
    )  # fmt: skip
    return {"adobe_commerce/orders.json": json.dumps({"items": orders}), "adobe_commerce/rma.jsonl": rmas}


def _amazon() -> dict[str, str]:
    (sent, plate, code), (own, rma, parcel, invoice) = NUMBERS["amazon_fba"], NUMBERS["amazon_mfn"]
    where = {"ship_city": TEXTS[0], "ship_postal_code": TEXTS[1], "ship_country": "GB", "currency": "EUR"}
    return {
        "amazon_fba/orders.tsv": sheet(
            AMAZON_ORDERS, amazon_order(sent, promotion_ids=code, **where), amazon_order("113-1", currency="EUR")
        ),
        "amazon_fba/returns.tsv": sheet(FBA, fba(sent, plate, customer_comments=COMMENT), fba("113-1", "LPN1")),
        "amazon_mfn/orders.tsv": sheet(AMAZON_ORDERS, amazon_order(own, **where)),
        "amazon_mfn/returns.tsv": sheet(
            MFN,
            mfn(own, Amazon_RMA_ID=rma, Tracking_ID=parcel, Invoice_number=invoice, Currency_code="EUR")
            | {"Label cost": "3.00", "Order Amount": "20.00", "Refunded Amount": "20.00", "Item Name": "Lamp"},
        ),
    }


def platform_files() -> dict[str, str]:
    """Return the planted files of all platforms, by their path below a landing folder."""
    return _shopify() | _woocommerce() | _adobe() | _amazon()
