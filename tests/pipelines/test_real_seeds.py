"""Whole runs on landing folders made from the platforms' real-shaped seeds."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.amazon import ORDERS, sheet
from tests.platforms import shopify_orders
from tests.program import returnwatch

pytestmark = pytest.mark.real
SETTINGS = '[currency]\nreporting = "USD"\n[currency.rates]\nGBP = 1.3\nCAD = 0.7\nEUR = 1.1\n'


def seed(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a seed."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)]


def by(rows: list[dict[str, str]], name: str) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found


def shopify_sheet(folder: Path) -> str:
    """Return the seeds' orders as the admin exports them: a row a line, an order without lines is one row."""
    items = by(seed(folder, "shopify_order_line_data"), "order_id")
    rows = []
    for order in seed(folder, "shopify_order_data"):
        own = {
            "Name": f"#{order['order_number']}", "Id": order["id"], "Email": order["email"],
            "Currency": order["currency"],
            "Created at": f"{order['created_at'][:19]} -0300", "Financial Status": order["financial_status"],
            "Subtotal": order["subtotal_price"], "Shipping Zip": f"'{order['shipping_address_zip'][:5]}",
        }  # fmt: skip
        for place, item in enumerate(items.get(order["id"], [{}])):
            line = {
                "Lineitem quantity": item.get("quantity", ""), "Lineitem name": item.get("name", ""),
                "Lineitem price": item.get("price", ""), "Lineitem sku": item.get("sku", ""),
            }  # fmt: skip
            rows.append((own if place == 0 else {"Name": own["Name"]}) | line)
    return shopify_orders(*rows)


def shopify_refunds(folder: Path) -> list[dict[str, Any]]:
    """Return the seeds' refunds as the webhook sends them; a refund that only its lines name has no more than them."""
    items = by(seed(folder, "shopify_order_line_refund_data"), "refund_id")
    adjustments = by(seed(folder, "shopify_order_adjustment_data"), "refund_id")
    known = {row["id"]: row for row in seed(folder, "shopify_refund_data")}
    refunds = []
    for number in sorted({*items, *adjustments, *known}):
        head = known.get(number, {})
        order_id = head.get("order_id") or (adjustments.get(number) or [{}])[0].get("order_id") or "1"
        refunds.append(
            {
                "id": int(number), "order_id": int(order_id), "created_at": head.get("created_at",
                "2020-11-14T07:52:56Z"),
                "refund_line_items": [
                    {
                        "id": int(row["id"]), "line_item_id": int(row["order_line_id"]),
                        "quantity": int(row["quantity"]),
                        "restock_type": row["restock_type"], "subtotal": row["subtotal"], "total_tax": row["total_tax"],
                    }
                    for row in items.get(number, [])
                ],
                "order_adjustments": [
                    {"id": int(row["id"]), "kind": row["kind"], "amount": row["amount"],
                     "tax_amount": row["tax_amount"]}
                    for row in adjustments.get(number, [])
                ],
                "transactions": [],
            }
        )  # fmt: skip
    return refunds


def test_shopifys_seeds_run_through(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "export_formats" / "fivetran_dbt_shopify_seeds"
    landing = tmp_path / "landing" / "shopify"
    landing.mkdir(parents=True)
    refunds = shopify_refunds(folder)
    (landing / "orders_export.csv").write_text(shopify_sheet(folder), encoding="utf-8")
    (landing / "refunds.json").write_text(json.dumps({"refunds": refunds}), encoding="utf-8")
    (tmp_path / "returnwatch.toml").write_text(SETTINGS, encoding="utf-8")
    done = returnwatch(
        "run", "--landing", tmp_path / "landing", "--home", tmp_path / "home", "--json", cwd=tmp_path
    )  # fmt: skip
    assert (done.code, done.json["quarantined"], done.json["files_refused"]) == (0, 0, []), done.err
    published = tmp_path / "home/published/current"
    n_items = sum(len(refund["refund_line_items"]) for refund in refunds)
    assert n_items == len(seed(folder, "shopify_order_line_refund_data"))
    lines = pl.read_parquet(published / "report_matching.parquet")["lines"].sum()
    n_alone = sum(any(row["kind"] == "refund_discrepancy" for row in refund["order_adjustments"]) for refund in refunds)
    assert lines == n_items + n_alone
    asked = sum(
        (
            Decimal(row["subtotal"]) + Decimal(row["total_tax"])
            for refund in refunds
            for row in refund["refund_line_items"]
        ),
        Decimal(0),
    )
    paid_back = asked - sum(
        (
            Decimal(row["amount"]) + Decimal(row["tax_amount"])
            for refund in refunds
            for row in refund["order_adjustments"]
        ),
        Decimal(0),
    )
    costs = pl.read_parquet(published / "return_costs.parquet").filter(component="refund")["amount"].sum()
    others = dict(pl.read_parquet(published / "report_other_lines.parquet").select("kind", "amount").iter_rows())
    assert costs - others["shipping_refund"] == paid_back


def amazon_report(folder: Path) -> tuple[str, int]:
    """Return the seeds as an All Orders report, and how many of its rows have an amount below zero."""
    orders = {row["amazon_order_id"]: row for row in seed(folder, "orders")}
    rows, n_negative = [], 0
    for item in seed(folder, "order_item"):
        head = orders[item["amazon_order_id"]]
        money = {
            "item-price": item["item_price_amount"], "item-tax": item["item_tax_amount"],
            "shipping-price": item["shipping_price_amount"], "shipping-tax": item["shipping_tax_amount"],
        }  # fmt: skip
        n_negative += any(amount.startswith("-") for amount in money.values())
        rows.append(
            money | {
                "amazon-order-id": item["amazon_order_id"], "purchase-date": head["purchase_date"],
                "last-updated-date": head["last_update_date"], "order-status": head["order_status"],
                "sku": item["seller_sku"], "quantity": item["quantity_ordered"],
                "currency": item["item_price_currency_code"], "ship-postal-code": head["shipping_address_postal_code"],
                "item-promotion-discount": item["promotion_discount_amount"], "product-name": item["title"],
            }
        )  # fmt: skip
    return sheet(ORDERS, *rows), n_negative


@pytest.mark.slow
def test_amazons_seeds_run_through(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "export_formats" / "fivetran_dbt_amazon_seeds"
    report, n_negative = amazon_report(folder)
    landing = tmp_path / "landing" / "amazon_mfn"
    landing.mkdir(parents=True)
    (landing / "orders.tsv").write_text(report, encoding="utf-8")
    (tmp_path / "returnwatch.toml").write_text(SETTINGS, encoding="utf-8")
    done = returnwatch("run", "--landing", tmp_path / "landing", "--home", tmp_path / "home", "--json", cwd=tmp_path)
    assert (done.code, done.json["rows"]) == (0, {"amazon_mfn_orders": 100}), done.err
    # amounts below zero are refused, and others that cannot be read
    assert done.json["quarantined"] >= n_negative > 0
    published = tmp_path / "home/published/current"
    sold = pl.read_parquet(published / "report_overview.parquet")["order_lines"].item()
    others = pl.read_parquet(published / "report_other_lines.parquet")["lines"].sum()
    assert sold + others + done.json["quarantined"] == 100
