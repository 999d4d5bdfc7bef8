"""Amazon's reports as text, and the rows that the sources make of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.ingest.deliver import load_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT, MEMORY

ORDERS = (
    "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\t"
    "sales-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax\t"
    "shipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\tship-promotion-discount\t"
    "ship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids"
)
FBA = (
    "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\tfulfillment-center-id\tdetailed-disposition\t"
    "reason\tstatus\tlicense-plate-number\tcustomer-comments"
)
MFN = (
    "Order ID\tOrder date\tReturn request date\tReturn request status\tAmazon RMA ID\tMerchant RMA ID\tLabel type\t"
    "Label cost\tCurrency code\tReturn carrier\tTracking ID\tLabel to be paid by\tA-to-Z Claim\tIs prime\tASIN\t"
    "Merchant SKU\tItem Name\tReturn quantity\tReturn Reason\tIn policy\tReturn type\tResolution\tInvoice number\t"
    "Return delivery date\tOrder Amount\tOrder quantity\tSafeT Action reason\tSafeT claim id\tSafeT claim state\t"
    "SafeT claim creation time\tSafeT claim reimbursement amount\tRefunded Amount"
)


def sheet(header: str, *rows: dict[str, str]) -> str:
    """Return a report as text: cells by header, and nothing after a row's last cell, as Amazon writes it."""
    names = header.split("\t")
    assert not {name for row in rows for name in row} - set(names)
    lines = ("\t".join(row.get(name, "") for name in names).rstrip("\t") for row in rows)
    return "\r\n".join([header, *lines, ""])


def order(order_id: str, **cells: str) -> dict[str, str]:
    """Return a row of the All Orders report: one unit of sku A at 20 dollars, shipped."""
    given = {name.replace("_", "-"): cell for name, cell in cells.items()}
    return {
        "amazon-order-id": order_id, "purchase-date": "2025-06-01T08:00:00+00:00", "order-status": "Shipped",
        "sales-channel": "Amazon.com", "product-name": "Lamp", "sku": "A", "quantity": "1", "currency": "USD",
        "item-price": "20.00",
    } | given  # fmt: skip


def fba(order_id: str, plate: str, **cells: str) -> dict[str, str]:
    """Return a row of the FBA customer returns report: one sellable unit of sku A that nobody wanted."""
    given = {name.replace("_", "-"): cell for name, cell in cells.items()}
    return {
        "return-date": "2025-06-05T15:31:40+00:00", "order-id": order_id, "sku": "A", "quantity": "1",
        "fulfillment-center-id": "ABE8", "detailed-disposition": "SELLABLE", "reason": "UNWANTED_ITEM",
        "status": "Unit returned to inventory", "license-plate-number": plate,
    } | given  # fmt: skip


def mfn(order_id: str, **cells: str) -> dict[str, str]:
    """Return a row of the seller-fulfilled returns report: one unit of sku A, asked for on 10 July."""
    given = {name.replace("_", " "): cell for name, cell in cells.items()}
    return {
        "Order ID": order_id, "Return request date": "10-Jul-2025", "Return request status": "Approved",
        "Merchant SKU": "A", "Return quantity": "1", "Return Reason": "CR-UNWANTED_ITEM", "A-to-Z Claim": "N",
    } | given  # fmt: skip


def deliver(warehouse: Warehouse, landing: Path) -> None:
    """Load a landing folder into a warehouse; every row must be taken."""
    staged = stage_delivery(discover(landing), warehouse.home / "staging", KEY, MEMORY)
    assert [(one.refusal, one.rows_quarantined, one.unknown_columns) for one in staged] == [(None, 0, ())] * len(staged)
    load_delivery(warehouse, staged, LOADED_AT)
    warehouse.delivered_views()


def given(warehouse: Warehouse, table: str, *keys: str) -> list[dict[str, Any]]:
    """Return the delivered rows of a table, sorted by its keys, without what is null."""
    frame = warehouse.connection.sql(f"from delivered_{table}").pl().sort(*keys)
    return [{name: value for name, value in row.items() if value is not None} for row in frame.to_dicts()]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
