"""The shop that the benchmark of report tables multiplies is as many shops, and costs as many times as much."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.reports import measure, multiply
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.warehouse import FILE
from tests.program import RunShop

SUMS = {
    "core.order_lines": "count(*), sum(line_amount), count(distinct order_id), count(distinct customer_id)",
    "core.rma_lines": "count(*), sum(refund_amount), count(distinct rma_id), count(distinct tracking_number)",
    "core.support_contacts": "count(*), count(distinct contact_id)",
    "raw.returns": "count(*), sum(refund_amount)",
}


@pytest.fixture(scope="module")
def place(shop: RunShop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the shop twice over."""
    folder = tmp_path_factory.mktemp("twice")
    assert multiply(shop.home, folder, lines=sums(shop.home, "core.order_lines")[0] + 1, rmas=1) == 2
    return folder


def sums(home: Path, table: str) -> list[int]:
    """Return what a table of a warehouse adds up to."""
    with duckdb.connect(str(home / FILE), read_only=True) as connection:
        (row,) = connection.execute(f"select {SUMS[table]} from {table}").fetchall()  # noqa: S608
    return list(row)


@pytest.mark.parametrize("table", SUMS)
def test_every_copy_has_shoppers_orders_and_parcels_of_its_own(shop: RunShop, place: Path, table: str) -> None:
    assert sums(place, table) == [2 * value for value in sums(shop.home, table)]


def test_every_table_is_built_and_the_ledger_has_the_entries_of_both_copies(shop: RunShop, place: Path) -> None:
    costs = {cost.table: cost for cost in measure(place, threads=1)}
    assert list(costs) == [table.name for table in REPORT_TABLES]
    with duckdb.connect(str(shop.home / FILE), read_only=True) as connection:
        ((entries, lines),) = connection.execute(
            "select (select count(*) from report.return_costs), (select count(*) from report.report_return_lines)"
        ).fetchall()
    assert (costs["return_costs"].rows, costs["report_return_lines"].rows) == (2 * entries, 2 * lines)
    assert all(cost.peak_mb > 0 and cost.seconds >= 0 for cost in costs.values())
    with duckdb.connect(str(place / FILE), read_only=True) as connection:
        assert connection.execute("select 1 from duckdb_tables() where schema_name = 'report'").fetchall() == []
