"""The history of checks, and the pages that show it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.quality.count import count_breaches
from pipelines.quality.data_docs import pages_folder, prepare_site, swap_site
from pipelines.quality.examine import examine
from pipelines.quality.judge import Judge
from pipelines.quality.model import Suite
from pipelines.quality.suites import core_suites, raw_suites, report_suites
from pipelines.reports.books import build_book_tables
from pipelines.warehouse import Warehouse

SUITES = {suite.table: suite for suite in (*raw_suites(), *core_suites(), *report_suites())}


def check(warehouse: Warehouse, table: str) -> dict[str, bool]:
    """Examine a table and return which checks held."""
    suite: Suite = SUITES[table]
    verdicts = examine(warehouse, suite, Judge(), count_breaches(warehouse, suite))
    return {name: verdict.is_ok for name, verdict in verdicts.items()}


def install_site(warehouse: Warehouse) -> Path:
    """Put the pages of the checks so far in place."""
    prepare_site(warehouse)
    return swap_site(warehouse.home)


def history(warehouse: Warehouse, name: str) -> list[tuple[object, ...]]:
    """Return what the published table would say of a check."""
    build_book_tables(warehouse)
    return warehouse.connection.execute(
        "select delivery_id, n_rows, n_breaches, value, threshold, is_ok, found from report.report_data_quality "
        "where check_name = ? order by all",
        [name],
    ).fetchall()


def test_a_run_on_the_same_deliveries_replaces_what_was_found(warehouse: Warehouse) -> None:
    check(warehouse, "core.orders")
    assert history(warehouse, "delivered_after_ordered") == [(9, 2, 0, 0.0, 0.0, True, None)]
    warehouse.connection.execute("update core.orders set delivered_at = '2025-12-31' where order_id = 'O1'")
    assert not check(warehouse, "core.orders")["delivered_after_ordered"]
    assert history(warehouse, "delivered_after_ordered") == [(9, 2, 1, 1.0, 0.0, False, None)]


def test_another_delivery_is_another_state(warehouse: Warehouse) -> None:
    check(warehouse, "core.orders")
    warehouse.connection.execute("insert into raw.ingest_ledger by name select 10 as delivery_id, 'x' as path")
    warehouse.connection.execute("delete from core.orders where order_id = 'O2'")
    check(warehouse, "core.orders")
    assert [row[:2] for row in history(warehouse, "key_unique")] == [(9, 2), (10, 1)]
    warehouse.clear_raw()
    assert history(warehouse, "key_unique") == []


def test_a_tolerated_share_is_kept_as_one(warehouse: Warehouse) -> None:
    warehouse.connection.execute(
        "insert into raw.order_lines (order_id, line_id, unit_price) "
        "select 'X', i, if(i < 2, 1000000, 10) from range(2996) as r (i)"
    )
    assert check(warehouse, "raw.order_lines")["unit_price_usual"]
    assert history(warehouse, "unit_price_usual") == [(9, 3000, 2, 2 / 3000, 0.001, True, None)]
    warehouse.connection.execute("insert into raw.order_lines (unit_price) select 1000000 from range(2)")
    assert not check(warehouse, "raw.order_lines")["unit_price_usual"]
    assert [row[-2:] for row in history(warehouse, "unit_price_usual")] == [(False, None)]


def test_what_names_rows_is_not_kept_and_what_names_columns_is(warehouse: Warehouse) -> None:
    warehouse.connection.execute("update raw.ingest_ledger set loaded_at = '2026-01-31', source = 'canonical'")
    warehouse.connection.execute("insert into raw.delivered_columns values (1, 'gift wrap', false, 3)")
    warehouse.connection.execute("update raw.orders set shipped_at = '2025-01-01'")
    broken = [name for name, is_ok in check(warehouse, "raw.orders").items() if not is_ok]
    assert {"columns_known", "ordered_at_before_shipped_at"} <= set(broken)
    assert history(warehouse, "columns_known")[0][-1] == "raw.orders: 1 column is new, e.g. (gift wrap)"
    assert history(warehouse, "ordered_at_before_shipped_at")[0][-1] is None


def test_a_table_without_deliveries_is_judged_by_what_is_critical(warehouse: Warehouse) -> None:
    held = check(warehouse, "raw.amazon_fba_orders")
    assert list(held) == [one.name for one in SUITES["raw.amazon_fba_orders"].checks]
    assert all(held.values())
    assert history(warehouse, "columns_known") == []
    assert [row[1] for row in history(warehouse, "rows_as_ledger")] == [0]


def test_the_site_shows_every_table_and_needs_no_network(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse.connection.execute("update core.orders set delivered_at = '2025-12-31' where order_id = 'O1'")
    for table in SUITES:
        check(warehouse, table)
    install_site(warehouse)
    site = warehouse.home / "data_docs"
    pages = {place.name: place.read_text(encoding="utf-8") for place in site.iterdir()}
    assert set(pages) == {"index.html", *(f"{table}.html" for table in SUITES)}
    for text in pages.values():
        linked = set(re.findall(r"""(?:src|href)\s*=\s*["']?([^"'\s>]*)""", text))
        assert linked <= {*pages}
        assert "http" not in text
        assert "<script" not in text
    orders = pages["core.orders.html"]
    assert "delivered_at</code> is not before" in orders or "`delivered_at` is not before `ordered_at`" in orders
    assert orders.count("fa-times text-danger") == 1
    assert '<a href="core.orders.html">core.orders</a>' in pages["index.html"]
    assert caplog.records == [], "the library renders without complaint"


def test_a_new_site_replaces_the_old_one_at_once(warehouse: Warehouse) -> None:
    check(warehouse, "core.orders")
    first = install_site(warehouse)
    assert (warehouse.home / "data_docs").resolve() == first
    check(warehouse, "core.rmas")
    second = install_site(warehouse)
    assert (warehouse.home / "data_docs").resolve() == second
    assert not first.exists()
    assert not pages_folder(warehouse.home).exists()
    left = {place.name for place in Path(warehouse.home).glob(".data_docs*")}
    assert left == {second.name}
    index = (second / "index.html").read_text(encoding="utf-8")
    assert "core.orders.html" not in index, "its page is of an earlier run"
    assert "<td>core.orders</td>" in index
