"""What several sources deliver under the same numbers, and statements of sources that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sql
from pipelines.errors import ReturnwatchError
from pipelines.warehouse import Warehouse
from tests.ingest_tools import MEMORY
from tests.platforms import core, deliver, shopify_orders

if TYPE_CHECKING:
    from tests.conftest import LandingWriter

SHOPIFY = {
    "Name": "#1001", "Id": "55", "Created at": "2025-01-01 10:00:00 +0000", "Currency": "EUR", "Lineitem quantity": "1",
    "Lineitem name": "Lamp", "Lineitem sku": "A", "Lineitem price": "20.00",
}  # fmt: skip
WOO = {
    "id": 1001, "currency": "EUR", "date_created_gmt": "2025-01-02T10:00:00", "customer_id": 7,
    "line_items": [{"id": 1, "sku": "A", "quantity": 1, "total": "30.00"}],
}  # fmt: skip
WOO_REFUND = {
    "id": 900, "parent_id": 1001, "date_created_gmt": "2025-01-05T10:00:00", "amount": "30.00",
    "line_items": [{"id": 2, "sku": "A", "quantity": -1, "total": "-30.00"}],
}  # fmt: skip
ADOBE = {
    "increment_id": "2001", "created_at": "2025-01-03 10:00:00", "order_currency_code": "EUR", "customer_id": 7,
    "items": [{"item_id": 1, "sku": "A", "qty_ordered": 1, "price": 40}],
}  # fmt: skip
MATCHED = "rma_id order_id line_id requested_amount match_method"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path, MEMORY)


def test_orders_of_two_shops_with_one_number_stay_two(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    files: dict[str, str | bytes] = {
        "shopify/orders.csv": shopify_orders(SHOPIFY, SHOPIFY | {"Name": "#1002"}),
        "woocommerce/orders.json": json.dumps(WOO), "woocommerce/refunds.json": json.dumps(WOO_REFUND),
    }  # fmt: skip
    with warehouse:
        deliver(warehouse, write_landing(files))
        assert core(warehouse, "orders", "order_id source goods_amount") == [
            ("1002", "shopify", "20"), ("shopify:1001", "shopify", "20"), ("woocommerce:1001", "woocommerce", "30"),
        ]  # fmt: skip
        assert core(warehouse, "rma_lines", MATCHED) == [("900", "woocommerce:1001", "1", "30", "order_sku")]


def test_a_return_never_finds_the_order_of_another_shop(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    files: dict[str, str | bytes] = {
        "shopify/orders.csv": shopify_orders(SHOPIFY), "woocommerce/refunds.json": json.dumps(WOO_REFUND),
    }  # fmt: skip
    with warehouse:
        deliver(warehouse, write_landing(files))
        assert core(warehouse, "orders", "order_id") == [("1001",)]
        assert core(warehouse, "rma_lines", MATCHED) == [("900", "woocommerce:1001", None, "30", "none")]


def test_shoppers_of_two_shops_with_one_number_stay_two(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    files: dict[str, str | bytes] = {
        "woocommerce/orders.json": json.dumps(WOO), "adobe_commerce/orders.json": json.dumps(ADOBE),
    }  # fmt: skip
    with warehouse:
        deliver(warehouse, write_landing(files))
        assert core(warehouse, "orders", "order_id customer_id") == [
            ("1001", "woocommerce:7"),
            ("2001", "adobe_commerce:7"),
        ]
        assert core(warehouse, "customers", "customer_id") == [("adobe_commerce:7",), ("woocommerce:7",)]


def test_the_contracts_own_orders_keep_their_number(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    files: dict[str, str | bytes] = {
        "orders.csv": "order_id,customer_id,ordered_at,currency\n1001,C1,2025-01-01,EUR\n",
        "chargebacks.csv": "chargeback_id,order_id,opened_at,amount\nB1,1001,2025-02-01,5\n",
        "woocommerce/orders.json": json.dumps(WOO),
    }  # fmt: skip
    with warehouse:
        deliver(warehouse, write_landing(files))
        assert core(warehouse, "orders", "order_id customer_id") == [("1001", "C1"), ("woocommerce:1001", "7")]
        assert core(warehouse, "chargebacks", "chargeback_id order_id") == [("B1", "1001")]


def test_returns_may_name_orders_of_the_contracts_own_files(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    files: dict[str, str | bytes] = {
        "orders.csv": "order_id,customer_id,ordered_at,currency\n1001,C1,2025-01-01,EUR\n",
        "order_lines.csv": "order_id,line_id,sku,quantity,unit_price\n1001,1,A,1,30\n",
        "woocommerce/refunds.json": json.dumps(WOO_REFUND),
    }  # fmt: skip
    with warehouse:
        deliver(warehouse, write_landing(files))
        assert core(warehouse, "rma_lines", MATCHED) == [("900", "1001", "1", "30", "order_sku")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct 1", "Parser Error"),
        ("select x from raw.orders", "Binder Error"),
        ("select 1 as order_id", "yields no customer_id"),
        ("select *, 'red' as colour from raw.orders", "yields 'colour', which is no column of orders"),
        (
            "select '1' as order_id, '2' as customer_id, 'ann@x.com' as ordered_at, 'EUR' as currency",
            "ConversionException: a value does not fit its column",
        ),
    ],
)
def test_a_statement_that_cannot_be_used_is_named(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    real = sql.statement
    monkeypatch.setattr(sql, "statement", lambda name: text if name == "sources/shopify/orders" else real(name))
    with warehouse, pytest.raises(ReturnwatchError, match=rf"^sql/sources/shopify/orders.sql: .*{message}") as caught:
        warehouse.delivered_views()
    assert "ann" not in str(caught.value)
