"""Exports of platforms as text, and the core rows that they become."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.core import build_matches, store_exchange_rates
from pipelines.ingest.deliver import load_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.settings import CurrencySettings
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT, MEMORY

SHOPIFY_HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
    "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,"
    "Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)
BEFORE_CORE = ("products", "order_lines", "orders")
AFTER_MATCHES = ("rma_lines", "rmas", "customers", "other_lines", "chargebacks")
HASHED = ("_hash", "_mask")


def shopify_orders(*rows: Mapping[str, str]) -> str:
    """Return an orders export: cells by header; a row ends with its last cell, as some tools write it."""
    names = SHOPIFY_HEADER.split(",")
    assert not {name for row in rows for name in row} - set(names)
    built = io.StringIO()
    writer = csv.writer(built)
    writer.writerow(names)
    for row in rows:
        cells = [row.get(name, "") for name in names]
        while cells and not cells[-1]:
            cells.pop()
        writer.writerow(cells)
    return built.getvalue()


def deliver(warehouse: Warehouse, landing: Path) -> list[dict[str, Any]]:
    """Load a landing folder and build core from it; return the ledger's rows, each of which adds up."""
    staged = stage_delivery(discover(landing), warehouse.home / "staging", KEY, MEMORY)
    rows = load_delivery(warehouse, staged, LOADED_AT)
    for row in rows:
        what_became = ("rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined")
        assert row["rows_read"] == sum(int(str(row[name])) for name in what_became), row
    build(warehouse)
    return rows


def build(warehouse: Warehouse, **rates: Decimal) -> None:
    """Build the tables of core from what raw holds; each has a row for each delivered one."""
    warehouse.delivered_views()
    warehouse.set_variable("cut_at", datetime.fromisoformat("9999-12-31"))
    store_exchange_rates(
        warehouse, CurrencySettings(reporting="EUR", rates={"USD": Decimal(1), "GBP": Decimal(1)} | rates)
    )
    for table in BEFORE_CORE:
        warehouse.build(f"core.{table}", f"core/build_{table}")
    build_matches(warehouse)
    for table in AFTER_MATCHES:
        warehouse.build(f"core.{table}", f"core/build_{table}")
    for table in ("orders", "order_lines", "rma_lines", "other_lines", "chargebacks"):
        assert warehouse.select(f"checks/compare_{table}_to_delivered").rows() == [], table


def core(warehouse: Warehouse, table: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    """Return some columns of a core table, sorted by them; moments as ISO text, money as text."""
    names = columns.split()
    frame = warehouse.connection.sql(f"select {', '.join(names)} from core.{table} where {where}").fetchall()  # noqa: S608 - names of a test
    rows = [tuple(_plain(value) for value in row) for row in frame]
    return sorted(rows, key=lambda row: [("" if value is None else str(value)) for value in row])


def _plain(value: object) -> object:
    """Return a value as tests write it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.normalize().__format__("f")) if isinstance(value, Decimal) else value


def lines(*objects: object) -> str:
    """Return objects as JSON, one a line."""
    return "".join(f"{json.dumps(one)}\n" for one in objects)


def opened(
    folder: Path, files: Mapping[str, str], rows_read: Mapping[str, int], *, is_whole: bool = True
) -> Iterator[Warehouse]:
    """Yield a warehouse with core built from the files of one source; every row was taken, as many as ``rows_read``.

    Where the delivery is not whole, rows may have been updated, and are not counted.
    """
    for name, content in files.items():
        place = folder / "landing" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    with Warehouse(folder, MEMORY) as warehouse:
        rows = deliver(warehouse, folder / "landing")
        assert [(row["error"], row["unknown_columns"]) for row in rows] == [(None, None)] * len(files)
        assert [row["rows_quarantined"] for row in rows] == [0] * len(files)
        loaded = {str(row["table"]).rsplit("_", 1)[-1]: row["rows_loaded"] for row in rows}
        assert loaded == rows_read or not is_whole
        yield warehouse


def refused(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return why files of a delivery were refused."""
    return [str(row["error"]) for row in rows if row["status"] == "refused"]
