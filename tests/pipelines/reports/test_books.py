"""Report tables about the deliveries: how files changed, told from real deliveries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.reports.books import BOOK_TABLES, build_book_tables
from pipelines.warehouse import Warehouse
from tests.ingest_tools import LOADED_AT, MEMORY, delivered, load

HEAD = ["order_id", "customer_id", "ordered_at", "currency"]


def orders(number: int, *more: str, n_rows: int = 2, cell: str = "x") -> str:
    """Return a file of orders of which each row fills some more columns."""
    rows = [[f"{number}-{row}", "c", "2026-01-01", "EUR", *(cell for _ in more)] for row in range(n_rows)]
    return "\n".join(",".join(row) for row in [[*HEAD, *more], *rows]) + "\n"


def drift(folder: Path, *files: str, names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Deliver files one a run and return the published changes."""
    home = folder / "home"
    for number, text in enumerate(files, 1):
        delivered(folder, names[number - 1] if names else f"orders_{number}.csv", text)
        load(home, folder / "landing")
    with Warehouse(home, MEMORY) as warehouse:
        build_book_tables(warehouse)
        return warehouse.frame("report.report_schema_drift").to_dicts()


def told(rows: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    """Return column, kind, first and last delivery, deliveries, rows and whether it is so now."""
    names = ("column", "kind", "first_delivery_id", "last_delivery_id", "n_deliveries", "n_rows", "is_current")
    return [tuple(row[name] for name in names) for row in rows]


def test_files_that_stay_the_same_have_no_drift(tmp_path: Path) -> None:
    assert drift(tmp_path, orders(1, "status"), orders(2, "status")) == []


def test_a_new_column_is_told_from_its_first_delivery_to_its_last(tmp_path: Path) -> None:
    rows = drift(tmp_path, orders(1), orders(2, "Gift Wrap"), orders(3, "gift wrap", n_rows=3), orders(4))
    assert told(rows) == [("gift wrap", "new", 2, 3, 2, 5, False)]
    assert (rows[0]["source"], rows[0]["table"], rows[0]["loaded_at"]) == ("canonical", "orders", LOADED_AT)
    assert list(rows[0]) == list(BOOK_TABLES[0].columns)


def test_a_column_is_lost_and_returns(tmp_path: Path) -> None:
    files = [orders(1), orders(2, "status"), orders(3), orders(4, n_rows=5), orders(5, "status"), orders(6)]
    assert told(drift(tmp_path, *files)) == [
        ("status", "lost", 3, 4, 2, 7, False),
        ("status", "returned", 5, 5, 1, 2, False),
        ("status", "lost", 6, 6, 1, 2, True),
    ]


def test_a_column_that_nobody_filled_cannot_be_lost_nor_can_a_file_without_rows_lose_one(tmp_path: Path) -> None:
    files = [orders(1, "status", cell=""), orders(2), orders(3, "status"), orders(4, n_rows=0)]
    assert told(drift(tmp_path, *files)) == []


def test_tables_do_not_drift_from_each_other(tmp_path: Path) -> None:
    products = "sku,category\nA,top\n"
    names = ("orders_1.csv", "products_1.csv", "orders_2.csv")
    assert drift(tmp_path, orders(1, "status"), products, orders(2, "status"), names=names) == []


def test_a_changed_type_is_told_with_the_rows_that_it_cost(tmp_path: Path) -> None:
    fine, broken = orders(1, "shipping_fee", cell="1.50"), orders(2, "shipping_fee", "is_gift", cell="none of it")
    assert told(drift(tmp_path, fine, broken)) == [
        ("is_gift", "type_changed", 2, 2, 1, 2, True),
        ("shipping_fee", "type_changed", 2, 2, 1, 2, True),
    ]


def test_one_unreadable_value_of_many_is_no_changed_type(tmp_path: Path) -> None:
    one = orders(1, "shipping_fee", n_rows=100, cell="1.50") + "x,c,2026-01-01,EUR,none\n"
    assert drift(tmp_path, one) == []


def test_a_column_beyond_those_that_are_kept_is_told_without_rows(tmp_path: Path) -> None:
    rows = told(drift(tmp_path, orders(1, *(f"u{n:03}" for n in range(101)))))
    assert rows[0] == ("u000", "new", 1, 1, 1, 2, True)
    assert rows[-1] == ("u100", "new", 1, 1, 1, None, True)


@pytest.mark.parametrize("table", BOOK_TABLES, ids=lambda table: table.name)
def test_the_declared_columns_are_those_of_the_statement(tmp_path: Path, table: Any) -> None:  # noqa: ANN401
    with Warehouse(tmp_path, MEMORY) as warehouse:
        build_book_tables(warehouse)
        frame = warehouse.frame(f"report.{table.name}")
    assert (list(frame.columns), frame.height) == (list(table.columns), 0)


def test_a_full_refresh_forgets_what_was_booked(tmp_path: Path) -> None:
    drift(tmp_path, orders(1, "Gift Wrap"))
    with Warehouse(tmp_path / "home", MEMORY) as warehouse:
        warehouse.clear_raw()
        build_book_tables(warehouse)
        assert warehouse.count("report.report_schema_drift") == 0
