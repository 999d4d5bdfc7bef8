"""Lines that look like rows and are none: each goes to quarantine with its code, and no real row goes with them."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.ingest.csv_cells import strict_csv
from pipelines.ingest.decode import inspect_text
from pipelines.ingest.header import read_header
from pipelines.ingest.options import ReaderOptions
from pipelines.ingest.stage import stage_file
from tests.ingest_tools import KEY, MEMORY, ORDERS, delivered, read, rows_of

ROW = "1,C1,2026-01-01,EUR\n"
CUSTOMERS = "customer_id,city,segment\nC1,Bonn,a\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (ORDERS, ["repeated_header"]),
        (ORDERS.upper(), ["repeated_header"]),
        ("Order ID,Customer ID,Ordered at,Currency\n", ["repeated_header"]),
        ("\ufeff" + ORDERS, ["repeated_header"]),
        ("\n" + ORDERS + ROW.replace("1", "2", 1), ["repeated_header", None]),
        ("currency,order_id,customer_id,ordered_at\nEUR,3,C3,2026-01-01\n", ["other_table"] * 2),
        ("currency,order_id\nEUR,3\n" + ORDERS + ROW, ["other_table", "other_table", "repeated_header", None]),
        ("\nregion,month,who,what\nNorth,C1,2026-01-01,EUR\n", ["other_table"] * 2),
        ("Total,,,100\n", ["total_line"]),
        (",,Grand total:,1.234,50 €\n", ["total_line"]),
        ("\nSumme;;;1\n".replace(";", ","), ["total_line"]),
        ("Total,C1,2026-01-01,EUR\n", [None]),
        ("order_id,C1,2026-01-01,EUR\n", [None]),
        ("\n2,C1,2026-01-01,EUR\n", [None]),
    ],
)
def test_orders(tmp_path: Path, text: str, codes: list[str | None]) -> None:
    found = read(tmp_path, "orders.csv", ORDERS + ROW + text)
    assert found.codes == [None, *codes]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("customer_id,city,segment\n", ["repeated_header"]),
        ("Total,,12\n", ["total_line"]),
        ("  Sum : ,,\n", ["total_line"]),
        ("Total,Bonn,a\n", [None]),
        ("customer_id,Bonn,a\n", [None]),
        ("city,customer_id,segment\nBonn,C2,a\n", ["other_table"] * 2),
    ],
)
def test_tables_in_which_any_text_could_be_a_row(tmp_path: Path, text: str, codes: list[str | None]) -> None:
    assert read(tmp_path, "customers.csv", CUSTOMERS + text).codes == [None, *codes]


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("orders.csv", ROW + ORDERS + ROW.replace("1", "2", 1), ["above_header", None]),
        ("orders.csv", "Orders of 2026\n\n" + ROW + ROW + "\n" + ORDERS, ["above_header"] * 2),
        (
            "orders.csv",
            ROW + "currency,order_id,customer_id,ordered_at\nEUR,3,C3,2026-01-01\n",
            ["above_header", None],
        ),
        ("customers.csv", "C2,Ulm,\n" + CUSTOMERS, ["above_header", None]),
    ],
)
def test_rows_above_the_header_are_not_passed_over(
    tmp_path: Path, name: str, text: str, codes: list[str | None]
) -> None:
    found = read(tmp_path, name, text)
    assert found.codes == codes
    assert [row["row_number"] for row in found.rows] == list(range(1, len(codes) + 1))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("orders.csv", "Orders,of,,2026\n" + ORDERS + ROW),
        ("orders.csv", "From,2026-01-01,,to\nOrders,by,the,shop\n" + ORDERS + ROW),
        ("customers.csv", "Customers,,\n\n" + CUSTOMERS),
    ],
)
def test_titles_above_the_header_are(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path, name, text).codes == [None]


def test_declared_lines_above_the_header_are_taken_at_their_word(tmp_path: Path) -> None:
    found = delivered(tmp_path, "orders.csv", ROW + ORDERS + ROW)
    declared = replace(found, options=ReaderOptions(skip_lines=1))
    assert len(rows_of(stage_file(declared, tmp_path, KEY, MEMORY))) == 1


def test_a_line_of_100_megabytes_costs_itself_alone_and_little_memory(tmp_path: Path) -> None:
    place = tmp_path / "long.csv"
    with place.open("wb") as file:
        file.write(ORDERS.encode() + b"1,")
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b",2026-01-01,EUR\n" + ROW.encode())
    tracemalloc.start()
    began = time.monotonic()
    text = inspect_text(place, None)
    header = read_header(text, ORDERS.strip().split(","))
    found = strict_csv(text, header, {name: number for number, name in enumerate(header.names)})
    seconds, (_, peak) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(row.row_number, row.code) for row in found.bad] == [(1, "too_long")]
    assert found.frame.rows() == [(2, "1", "C1", "2026-01-01", "EUR")]
    assert peak < 64 << 20
    assert seconds < 30
