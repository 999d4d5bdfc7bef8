"""Deliveries: every row of every file is accounted for, and what was delivered before changes nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.deliver import Delivery, check_space, load_delivery, plan_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT, MEMORY, ORDERS, accounted, delivered, load, table
from tests.small_disk import small_disk

if TYPE_CHECKING:
    from tests.conftest import LandingWriter

ONE = ORDERS + "1,C1,2026-01-01,EUR\n2,C2,2026-01-02,EUR\n"


def outcome(rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
    """Return path, status and the counts of each row of the ledger."""
    return [(str(row["path"]).removeprefix("canonical/"), row["status"], *accounted(row)) for row in rows]


def test_the_same_file_again_is_known(write_landing: LandingWriter, tmp_path: Path) -> None:
    landing = write_landing({"orders.csv": ONE})
    assert outcome(load(tmp_path / "home", landing)) == [("orders.csv", "loaded", 2, 0, 0, 0)]
    before = table(tmp_path / "home", "raw.orders")
    assert load(tmp_path / "home", landing) == []
    assert table(tmp_path / "home", "raw.orders").equals(before)


def test_the_same_content_under_another_name_is_a_duplicate(write_landing: LandingWriter, tmp_path: Path) -> None:
    landing = write_landing({"orders.csv": ONE + "3\n"})
    load(tmp_path / "home", landing)
    write_landing({"orders_b.csv": ONE + "3\n", "orders_c.csv": ONE + "3\n"})
    assert outcome(load(tmp_path / "home", landing)) == [
        ("orders_b.csv", "duplicate", 0, 0, 3, 0),
        ("orders_c.csv", "duplicate", 0, 0, 3, 0),
    ]
    assert table(tmp_path / "home", "raw.quarantine").height == 1


def test_the_same_content_twice_in_one_delivery_is_loaded_once(write_landing: LandingWriter, tmp_path: Path) -> None:
    rows = load(tmp_path / "home", write_landing({"orders.csv": ONE, "orders_b.csv": ONE}))
    assert outcome(rows) == [("orders.csv", "loaded", 2, 0, 0, 0), ("orders_b.csv", "duplicate", 0, 0, 2, 0)]


def test_a_corrected_row_replaces_and_an_equal_one_does_not(write_landing: LandingWriter, tmp_path: Path) -> None:
    landing = write_landing({"orders.csv": ONE})
    load(tmp_path / "home", landing)
    write_landing(
        {"orders_late.csv": ORDERS + "2,C9,2026-01-02,EUR\n1,C1,2026-01-01T00:00:00Z,eur\n3,C3,2026-01-03,EUR\n"}
    )
    assert outcome(load(tmp_path / "home", landing)) == [("orders_late.csv", "loaded", 1, 1, 1, 0)]
    held = (
        table(tmp_path / "home", "raw.orders")
        .sort("order_id")
        .select("order_id", "customer_id", "delivery_id", "row_number")
    )
    assert held.rows() == [("1", "C1", 1, 1), ("2", "C9", 2, 1), ("3", "C3", 2, 3)]


def test_a_file_that_changes_is_a_new_delivery(write_landing: LandingWriter, tmp_path: Path) -> None:
    landing = write_landing({"orders.csv": ONE})
    load(tmp_path / "home", landing)
    write_landing({"orders.csv": ONE + "3,C3,2026-01-03,EUR\n"})
    assert outcome(load(tmp_path / "home", landing)) == [("orders.csv", "loaded", 1, 0, 2, 0)]


def test_files_of_one_delivery_count_in_the_order_of_their_paths(write_landing: LandingWriter, tmp_path: Path) -> None:
    files = {f"orders_{name}.csv": ORDERS + f"1,{name},2026-01-01,EUR\n" for name in "cab"}
    rows = load(tmp_path / "home", write_landing(files))
    assert outcome(rows) == [(f"orders_{name}.csv", "loaded", *counts) for name, counts in
                             zip("abc", [(1, 0, 0, 0), (0, 1, 0, 0), (0, 1, 0, 0)], strict=True)]  # fmt: skip
    assert table(tmp_path / "home", "raw.orders")["customer_id"].to_list() == ["c"]


def test_refused_files_are_in_the_ledger_with_their_reason_and_no_rows(
    write_landing: LandingWriter, tmp_path: Path
) -> None:
    landing = write_landing(
        {"orders.csv": ONE, "orders_bad.csv": "order_id\n1\n", "x.csv": "x", "orders_0.csv": ORDERS}
    )
    rows = load(tmp_path / "home", landing)
    assert outcome(rows) == [
        ("orders.csv", "loaded", 2, 0, 0, 0),
        ("orders_0.csv", "loaded", 0, 0, 0, 0),
        ("orders_bad.csv", "refused", 0, 0, 0, 0),
        ("x.csv", "refused", 0, 0, 0, 0),
    ]
    assert [row["error"] is None for row in rows] == [True, True, False, False]
    ledger = table(tmp_path / "home", "raw.ingest_ledger")
    plan = plan_delivery(discover(landing), ledger)
    assert (len(plan.new), len(plan.known)) == (0, 4)
    assert [path for path, _ in plan.refused_before] == ["canonical/orders_bad.csv", "canonical/x.csv"]


def test_a_file_that_could_not_be_opened_is_tried_again(write_landing: LandingWriter, tmp_path: Path) -> None:
    landing = write_landing({"orders.csv": ONE})
    found = discover(landing)
    (landing / "canonical/orders.csv").unlink()
    home = tmp_path / "home"
    home.mkdir()
    with Warehouse(home, MEMORY) as warehouse:
        (row,) = load_delivery(warehouse, stage_delivery(found, home / "staging", KEY, MEMORY), LOADED_AT)
        assert (row["status"], row["sha256"]) == ("refused", "")
        warehouse.commit()
    write_landing({"orders.csv": ONE})
    assert outcome(load(home, landing)) == [("orders.csv", "loaded", 2, 0, 0, 0)]


def test_a_file_that_no_run_can_read_has_one_row(write_landing: LandingWriter, tmp_path: Path) -> None:
    found = discover(write_landing({"orders.csv": ONE, "orders_2.csv": ONE.replace("C1", "C9")}))
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "landing/canonical/orders.csv").unlink()
    with Warehouse(home, MEMORY) as warehouse:
        for _ in range(3):
            load_delivery(warehouse, stage_delivery(found, home / "staging", KEY, MEMORY), LOADED_AT)
        ledger = warehouse.frame("raw.ingest_ledger", ["path", "status", "sha256", "delivery_id"])
    lost = ledger.filter(pl.col("sha256") == "")
    assert lost.rows() == [("canonical/orders.csv", "refused", "", 5)]
    assert ledger.filter(pl.col("path") == "canonical/orders_2.csv").height == 3


def test_unknown_columns_are_told(write_landing: LandingWriter, tmp_path: Path) -> None:
    (row,) = load(tmp_path / "home", write_landing({"products.csv": "sku,b,a\n1,2,3\n"}))
    assert row["unknown_columns"] == "a, b"


def test_the_quarantine_says_where_a_row_stood(write_landing: LandingWriter, tmp_path: Path) -> None:
    text = ORDERS + "1,C1,2026-01-01,EUR\n2,C2,soon,EUR\n3,C3\n"
    load(tmp_path / "home", write_landing({"orders.csv": text}))
    held = table(tmp_path / "home", "raw.quarantine")
    assert held.select("path", "row_number", "table", "error_code").rows() == [
        ("canonical/orders.csv", 2, "orders", "unreadable_value"),
        ("canonical/orders.csv", 3, "orders", "wrong_cell_count"),
    ]
    assert held["raw"].to_list() == ['{"order_id":"2","customer_id":"C2","ordered_at":"xxxx","currency":"EUR"}', "9,x9"]


def test_the_ledger_itself_refuses_rows_that_do_not_add_up(tmp_path: Path) -> None:
    with Warehouse(tmp_path, MEMORY) as warehouse, pytest.raises(duckdb.ConstraintException):
        warehouse.connection.execute(
            "insert into raw.ingest_ledger (delivery_id, rows_read, rows_loaded, rows_updated, rows_duplicate,"
            " rows_quarantined) values (1, 2, 1, 0, 0, 0)"
        )


def test_no_ledger_knows_no_file(write_landing: LandingWriter) -> None:
    found = discover(write_landing({"orders.csv": ONE}))
    assert plan_delivery(found, None) == Delivery(tuple(found), ())
    assert plan_delivery(found, pl.DataFrame(schema=["path", "sha256", "status", "error"])).new == tuple(found)


def test_too_little_space_is_said_before_anything_is_done(tmp_path: Path) -> None:
    huge = replace(delivered(tmp_path, "orders.csv.gz", b"x"), n_bytes=1 << 60)
    with pytest.raises(ReturnwatchError, match="no space left for this run"):
        check_space([huge], tmp_path)
    check_space([], tmp_path)


def test_a_home_whose_path_is_a_pattern_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReturnwatchError, match=r"holds one of \* \? \["):
        stage_delivery([], tmp_path / "home*" / "staging", KEY, MEMORY)


def test_a_home_with_quotes_and_blanks_is_fine(write_landing: LandingWriter, tmp_path: Path) -> None:
    assert len(load(tmp_path / 'it\'s "my" home', write_landing({"orders.csv": ONE}))) == 1


def test_staging_where_a_file_stands_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "staging").write_text("", encoding="utf-8")
    with pytest.raises(ReturnwatchError, match="cannot be made"):
        stage_delivery([], tmp_path / "staging", KEY, MEMORY)


def wide_rows(delimiter: str = ",") -> str:
    header = ["order_id", "customer_id", "ordered_at", "currency", "ship_city"]
    rows = [[str(number), os.urandom(20).hex(), "2026-01-01", "EUR", os.urandom(20).hex()] for number in range(30_000)]
    return "\n".join(delimiter.join(row) for row in [header, *rows])


@pytest.mark.parametrize("name", ["orders.csv", "orders.jsonl", "a ragged orders.csv"])
def test_a_full_disk_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    text = wide_rows()
    if name.endswith("jsonl"):
        lines = [line.split(",") for line in text.splitlines()]
        text = "\n".join(
            "{" + ",".join(f'"{key}":"{cell}"' for key, cell in zip(lines[0], row, strict=True)) + "}"
            for row in lines[1:]
        )
    text += "\n1,2\n" if "ragged" in name else ""
    file = delivered(tmp_path, name.removeprefix("a ragged "), text)
    with (
        small_disk(1 << 20) as disk,
        pytest.raises(ReturnwatchError, match="no space left on the disk of the home folder"),
    ):
        stage_delivery([file], disk / "staging", KEY, MEMORY)


def test_a_disk_that_fills_up_while_rows_are_merged(tmp_path: Path) -> None:
    file = delivered(tmp_path, "orders.csv", wide_rows())
    staged = stage_delivery([file], tmp_path / "staging", KEY, MEMORY)

    def merge(home: Path) -> None:
        with Warehouse(home, MEMORY) as warehouse:
            load_delivery(warehouse, staged, LOADED_AT)
            warehouse.commit()

    with small_disk(1 << 20) as disk, pytest.raises(ReturnwatchError, match="no space left"):
        merge(disk)
