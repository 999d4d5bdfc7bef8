"""Currencies: one needs no rate, several need one each, and what is missing is named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.core import NO_CURRENCY, build_matches, resolve_rates, store_cost_rates, store_exchange_rates
from pipelines.cost_model import CostSettings
from pipelines.errors import ReturnwatchError
from pipelines.settings import CurrencySettings
from pipelines.warehouse import Warehouse

NONE = CurrencySettings()


def test_the_one_currency_of_the_exports_is_the_reporting_currency() -> None:
    assert resolve_rates({"GBP": "orders"}, NONE) == ("GBP", {"GBP": Decimal(1)})


def test_exports_that_name_no_currency_need_none() -> None:
    assert resolve_rates({}, NONE) == (NO_CURRENCY, {NO_CURRENCY: Decimal(1)})


def test_several_currencies_need_a_reporting_one() -> None:
    with pytest.raises(ReturnwatchError, match="the exports use EUR, USD, and no reporting currency is set"):
        resolve_rates({"USD": "orders", "EUR": "returns"}, NONE)


def test_a_currency_without_a_rate_is_named_with_the_line_to_add() -> None:
    settings = CurrencySettings(reporting="EUR", rates={"USD": Decimal("0.9")})
    with pytest.raises(ReturnwatchError, match=r"returns use SEK, which has no rate; .*\[currency.rates\] SEK"):
        resolve_rates({"EUR": "orders", "SEK": "returns", "USD": "orders"}, settings)


def test_the_reporting_currency_is_worth_one_of_itself() -> None:
    settings = CurrencySettings(reporting="EUR", rates={"USD": Decimal("0.9")})
    assert resolve_rates({"USD": "orders"}, settings) == ("EUR", {"USD": Decimal("0.9"), "EUR": Decimal(1)})


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Return a warehouse with one order of two units at 10 dollars and an RMA of three of them."""
    opened = Warehouse(tmp_path, "500MB")
    run = opened.connection.execute
    run(
        "insert into raw.orders (order_id, customer_id, ordered_at, currency) "
        "values ('O1', 'C1', timestamp '2026-01-01', 'USD')"
    )
    run("insert into raw.order_lines (order_id, line_id, sku, quantity, unit_price) values ('O1', '1', 'A', 2, 10)")
    run(
        "insert into raw.returns (rma_id, customer_id, sku, quantity, requested_at, status, refund_amount, currency) "
        "values ('R1', 'C1', 'A', 3, timestamp '2026-01-05', 'refunded', 20, 'USD')"
    )
    opened.delivered_views()
    opened.connection.execute("set variable cut_at = timestamp '9999-01-01'")
    return opened


def test_money_is_converted_and_rma_lines_are_matched(warehouse: Warehouse) -> None:
    rates = CurrencySettings(reporting="EUR", rates={"USD": Decimal("0.905")})
    with warehouse:
        assert store_exchange_rates(warehouse, rates) == 2
        for table in ("products", "order_lines", "orders"):
            warehouse.build(f"core.{table}", f"core/build_{table}")
        assert build_matches(warehouse) == 1
        for table in ("rma_lines", "rmas"):
            warehouse.build(f"core.{table}", f"core/build_{table}")
        (line,) = warehouse.frame("core.rma_lines").iter_rows(named=True)
        (order,) = warehouse.frame("core.orders").iter_rows(named=True)
    assert (order["goods_amount"], order["fx_rate"]) == (Decimal("18.1000"), Decimal("0.90500000"))
    assert (line["rma_line_id"], line["match_method"], line["matched_quantity"]) == ("A", "shopper_sku", 2)
    assert (line["paid_amount"], line["refund_amount"]) == (Decimal("18.1000"), Decimal("18.1000"))
    # Two matched units at 9.05; the third has no list price, so it is worth what the others were paid.
    assert line["requested_amount"] == Decimal("27.1500")


def test_a_cut_hides_what_came_later(warehouse: Warehouse) -> None:
    with warehouse:
        store_exchange_rates(warehouse, CurrencySettings())
        warehouse.connection.execute("set variable cut_at = timestamp '2026-01-03'")
        for table in ("products", "order_lines", "orders"):
            warehouse.build(f"core.{table}", f"core/build_{table}")
        assert build_matches(warehouse) == 0
        assert warehouse.build("core.rma_lines", "core/build_rma_lines") == 0
        assert warehouse.count("core.orders") == 1


def test_every_rate_of_the_cost_model_is_stored(warehouse: Warehouse) -> None:
    with warehouse:
        rows = store_cost_rates(warehouse, CostSettings())
        stored = warehouse.frame("core.cost_rates")
    assert rows == stored.height == 34
    assert stored.filter((pl.col("rate") == "label") & (pl.col("variant") == "pickup"))["value"].item() == Decimal(9)


def test_a_cancelled_line_without_any_currency_is_not_lost(tmp_path: Path) -> None:
    with Warehouse(tmp_path, "500MB") as warehouse:
        warehouse.connection.execute(
            "insert into raw.amazon_fba_orders (amazon_order_id, line_no, purchase_date, sku, quantity) "
            "values ('111-1', 1, timestamp '2026-01-05', 'A', 0)"
        )
        warehouse.delivered_views()
        warehouse.connection.execute("set variable cut_at = timestamp '9999-01-01'")
        assert store_exchange_rates(warehouse, NONE) == 1
        assert warehouse.build("core.other_lines", "core/build_other_lines") == 1
        assert warehouse.frame("core.other_lines", ["kind", "amount"]).row(0) == ("cancelled", Decimal(0))


def test_a_return_without_any_currency_is_not_lost(tmp_path: Path) -> None:
    with Warehouse(tmp_path, "500MB") as warehouse:
        warehouse.connection.execute(
            "insert into raw.returns (rma_id, sku, quantity, requested_at, status, refund_amount) "
            "values ('R1', 'A', 1, timestamp '2026-01-05', 'refunded', 20)"
        )
        warehouse.delivered_views()
        warehouse.connection.execute("set variable cut_at = timestamp '9999-01-01'")
        store_exchange_rates(warehouse, NONE)
        for table in ("products", "order_lines", "orders"):
            warehouse.build(f"core.{table}", f"core/build_{table}")
        assert build_matches(warehouse) == 0
        assert warehouse.build("core.rma_lines", "core/build_rma_lines") == 1
        assert warehouse.frame("core.rma_lines", ["refund_amount"]).item() == Decimal(20)


def test_a_line_without_its_order_is_money_of_no_known_currency_until_the_order_comes(warehouse: Warehouse) -> None:
    rates = CurrencySettings(reporting="EUR", rates={"USD": Decimal("0.9"), "GBP": Decimal("1.2")})
    lines = "select order_id, unit_price, list_price, line_amount from core.order_lines order by order_id"
    line = "insert into raw.order_lines (order_id, line_id, sku, quantity, unit_price, list_price) "
    order = "insert into raw.orders (order_id, customer_id, ordered_at, currency) "
    with warehouse:
        warehouse.connection.execute(f"{line} values ('O2', '1', 'A', 2, 10, 12)")
        store_exchange_rates(warehouse, rates)
        warehouse.build("core.order_lines", "core/build_order_lines")
        before = warehouse.connection.execute(lines).fetchall()
        warehouse.connection.execute(f"{order} values ('O2', 'C1', timestamp '2026-01-02', 'GBP')")
        store_exchange_rates(warehouse, rates)
        warehouse.build("core.order_lines", "core/build_order_lines")
        after = warehouse.connection.execute(lines).fetchall()
    assert before == [("O1", Decimal(9), None, Decimal(18)), ("O2", None, None, None)]
    assert after == [("O1", Decimal(9), None, Decimal(18)), ("O2", Decimal(12), Decimal("14.4"), Decimal(24))]


def test_lines_are_money_where_no_export_names_a_currency(tmp_path: Path) -> None:
    with Warehouse(tmp_path, "500MB") as warehouse:
        warehouse.connection.execute(
            "insert into raw.order_lines (order_id, line_id, sku, quantity, unit_price) values ('O1', '1', 'A', 2, 10)"
        )
        warehouse.delivered_views()
        store_exchange_rates(warehouse, NONE)
        warehouse.build("core.order_lines", "core/build_order_lines")
        assert warehouse.frame("core.order_lines", ["line_amount"]).item() == Decimal(20)


def test_a_return_dated_before_its_order_is_not_priced_from_another(warehouse: Warehouse) -> None:
    with warehouse:
        warehouse.connection.execute(
            "insert into raw.orders (order_id, customer_id, ordered_at, currency) "
            "values ('O2', 'C1', timestamp '2026-01-06', 'USD')"
        )
        warehouse.connection.execute("update raw.returns set order_id = 'O2'")
        store_exchange_rates(warehouse, NONE)
        for table in ("products", "order_lines", "orders"):
            warehouse.build(f"core.{table}", f"core/build_{table}")
        assert build_matches(warehouse) == 0
        warehouse.build("core.rma_lines", "core/build_rma_lines")
        columns = ["order_id", "match_method", "paid_amount"]
        assert warehouse.frame("core.rma_lines", columns).row(0) == ("O2", "none", None)
