"""One file in every format and dialect: the same rows; and each way in which a file or a row can be wrong."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from pipelines.errors import ReturnwatchError
from pipelines.ingest import stage
from pipelines.ingest.stage import stage_file
from tests.ingest_tools import KEY, MEMORY, ORDERS, Read, delivered, read, refusal

HEADER = ["order_id", "customer_id", "ordered_at", "currency", "ship_city", "shipping_fee", "is_gift"]
ROWS = [
    ["0001", "C1", "2026-01-01T10:00:00", "EUR", "Köln; am Rhein, |DE|", "4.90", "true"],
    ["123456789012345678", "C2", "2026-01-02", "eur", 'say "hi"\r\nthere', "", "no"],
    ["A-3", "C3", "2026-01-03 23:30:00-0100", "USD", "", "12.5", ""],
]
EXPECTED = [
    ("0001", "C1", datetime.fromisoformat("2026-01-01T10:00:00"), "EUR", ROWS[0][4], Decimal("4.9"), True),
    ("123456789012345678", "C2", datetime.fromisoformat("2026-01-02"), "EUR", ROWS[1][4], None, False),
    ("A-3", "C3", datetime.fromisoformat("2026-01-04T00:30:00"), "USD", None, Decimal("12.5"), None),
]


def csv_text(delimiter: str = ",", end: str = "\n", header: list[str] | None = None) -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & set(',;\t|"\r\n') else text

    return "".join(delimiter.join(map(cell, row)) + end for row in [header or HEADER, *ROWS])


def json_rows() -> list[dict[str, object]]:
    return [{name: cell or None for name, cell in zip(HEADER, row, strict=True)} for row in ROWS]


def parquet_bytes(table: pa.Table) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def typed(found: Read) -> list[tuple[object, ...]]:
    assert found.staged.refusal is None
    return [tuple(row[name] for name in HEADER) for row in found.rows]


FILES: dict[str, tuple[str, bytes]] = {
    "plain": ("orders.csv", csv_text().encode()),
    "semicolons": ("orders.csv", csv_text(";").encode()),
    "tabs": ("orders.tsv", csv_text("\t").encode()),
    "bars": ("orders.CSV", csv_text("|").encode()),
    "Windows line ends": ("orders.csv", csv_text(end="\r\n").encode()),
    "mixed line ends": ("orders.csv", csv_text().replace("\n", "\r\n", 1).encode()),
    "a mark of UTF-8": ("orders.csv", csv_text().encode("utf-8-sig")),
    "UTF-16": ("orders.csv", csv_text(";").encode("utf-16")),
    "Windows-1252": ("orders.csv", csv_text(";").encode("cp1252")),
    "Excel's first line": ("orders.csv", b"sep=;\r\n" + csv_text(";", "\r\n").encode()),
    "headers in any case": ("orders.csv", csv_text(header=[f" {name.upper()} " for name in HEADER]).encode()),
    "gzip": ("orders.csv.gz", gzip.compress(csv_text().encode(), mtime=0)),
    "zstd": ("Orders_1.tsv.ZST", zstandard.ZstdCompressor().compress(csv_text("\t").encode())),
    "JSON lines": ("orders.jsonl", "\n".join(map(json.dumps, json_rows())).encode()),
    "JSON": ("orders.json", json.dumps(json_rows(), indent=1).encode()),
    "packed JSON": ("orders.json.gz", gzip.compress(json.dumps(json_rows()).encode("utf-16"), mtime=0)),
    "Parquet": ("orders.parquet", parquet_bytes(pa.Table.from_pylist(json_rows()))),
    "brackets and stars": ("orders[1]*?.csv", csv_text().encode()),
    "quotes and blanks": ('orders \'of "May"; drop.csv', csv_text().encode()),
}


@pytest.mark.parametrize("case", FILES)
def test_every_way_to_write_a_table_yields_the_same_rows(tmp_path: Path, case: str) -> None:
    found = read(tmp_path, *FILES[case])
    assert typed(found) == EXPECTED
    assert (found.staged.rows_read, found.staged.rows_quarantined, found.staged.unknown_columns) == (3, 0, ())
    assert [row["row_number"] for row in found.rows] == [1, 2, 3]


@pytest.mark.parametrize("case", ["plain", "gzip", "zstd", "tabs", "Windows line ends"])
def test_a_clean_file_is_read_by_the_quick_reader(tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("read row by row")

    monkeypatch.setattr(stage, "strict_csv", refuse)
    assert typed(read(tmp_path, *FILES[case])) == EXPECTED


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    found = read(tmp_path, "orders.csv", "currency,ordered_at,customer_id,order_id\nEUR,2026-01-01,C1,7\n")
    assert found.column("order_id") == ["7"]


def test_a_column_that_the_table_lacks_is_told_and_not_stored(tmp_path: Path) -> None:
    text = "row_number,order_id,secret,customer_id,ordered_at,currency,,jo@x.org\n9,1,hush,C1,2026-01-01,EUR,,\n"
    found = read(tmp_path, "orders.csv", text)
    assert found.staged.unknown_columns == ("'xx@x.xxx'", "row_number", "secret")
    assert found.rows[0]["row_number"] == 1
    assert "hush" not in str(found.rows)


@pytest.mark.parametrize("name", ["orders.jsonl", "orders.parquet"])
def test_the_same_in_other_formats(tmp_path: Path, name: str) -> None:
    row = {**json_rows()[0], "Row_Number": "9", "secret": "hush"}
    content = parquet_bytes(pa.Table.from_pylist([row])) if name.endswith("parquet") else json.dumps(row).encode()
    found = read(tmp_path, name, content)
    assert {column.lower() for column in found.staged.unknown_columns} == {"row_number", "secret"}
    assert found.column("order_id") == ["0001"]


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "an empty file": ("orders.csv", b"", "the file is empty"),
    "a blank file": ("orders.csv", b"\n\n", "order_id, customer_id, ordered_at, currency is missing"),
    "a truncated gzip": ("orders.csv.gz", gzip.compress(csv_text().encode(), mtime=0)[:-9], "cut short or damaged"),
    "a text named gz": ("orders.csv.gz", csv_text().encode(), "cut short or damaged"),
    "a text named zst": ("orders.csv.zst", csv_text().encode(), "cut short or damaged"),
    "a text named Parquet": ("orders.parquet", csv_text().encode(), "not a Parquet file"),
    "an empty Parquet": ("orders.parquet", b"", "not a Parquet file"),
    "half a Parquet": ("orders.parquet", FILES["Parquet"][1][:-40], "not a Parquet file"),
    "a gzip named csv": ("orders.csv", gzip.compress(csv_text().encode(), mtime=0), "is missing"),
    "a missing column": (
        "orders.csv",
        b"order_id,customer_id,ordered_at,note\n1,2,3,4\n",
        "column currency is missing",
    ),
    "two columns of one name": ("orders.csv", (ORDERS.strip() + ",Order_ID\n").encode(), "same name"),
    "the same in Parquet": ("orders.parquet", parquet_bytes(pa.table([["1"]] * 2, ["sku", "SKU"])), "same name"),
    "lists in Parquet": ("products.parquet", parquet_bytes(pa.table({"sku": [["1"]]})), "sku holds lists"),
    "no JSON": ("orders.json", b"order_id,customer_id\n", "not valid JSON"),
    "JSON of something else": ("orders.jsonl", b'{"x": 1}', "is missing"),
    "an unknown ending": ("orders.xlsx", b"x", "not a known ending"),
    "packed Parquet": ("orders.parquet.gz", b"x", "not a known ending"),
    "an unknown table": ("invoices.csv", b"x", "begins with no table"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_are_refused_whole(tmp_path: Path, case: str) -> None:
    name, content, reason = REFUSED[case]
    assert reason in refusal(tmp_path, name, content)


def test_a_missing_column_is_named_with_what_is_there(tmp_path: Path) -> None:
    reason = refusal(tmp_path, "orders.csv", b"order_id,Customer,ordered_at,currency,jo@x.org\n")
    assert "required column customer_id is missing (the file has: currency, customer, " in reason
    assert "jo@" not in reason


def test_a_file_without_header_does_not_tell_its_first_row(tmp_path: Path) -> None:
    reason = refusal(tmp_path, "orders.csv", b"1,Jane Doe,2026-01-01,EUR\n")
    assert "its first line names none" in reason
    assert "Jane" not in reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("orders.csv", ORDERS.encode()),
        ("orders.csv", ORDERS.strip().encode()),
        ("orders.csv", ORDERS.encode("utf-16")),
        ("orders.csv.gz", gzip.compress(ORDERS.encode(), mtime=0)),
        ("orders.json", b"[]"),
        (
            "orders.parquet",
            parquet_bytes(pa.table({name: pa.array([], pa.string()) for name in ORDERS.strip().split(",")})),
        ),
    ],
)
def test_a_file_without_rows_is_fine(tmp_path: Path, name: str, content: bytes) -> None:
    staged = read(tmp_path, name, content).staged
    assert (staged.refusal, staged.rows_read, staged.rows_quarantined) == (None, 0, 0)


def test_each_bad_row_goes_alone_with_its_code_and_its_reason(tmp_path: Path) -> None:
    text = (
        "rma_id,sku,quantity,requested_at,status,refund_amount,dock_received\n"
        "R1,S1,1,2026-01-01,refunded,5.00,true\n"
        ",S1,1,2026-01-01,refunded,5.00,true\n"
        "R3,S1,some,31.02.2026,lost,5.00,true\n"
        "R4,S1,0,2026-01-01,closed,-5.00,maybe\n"
        "1.23E+11,S1,1,2026-01-01,closed,,\n"
        "R6,S1,1,2026-01-01\n"
        'R7,S1,1,2026-01-01,"closed,,\n'
        "R8,S1,1,2026-01-01,closed,,\n"
    )
    found = read(tmp_path, "returns.csv", text)
    assert found.codes == [
        None, "missing_value", "unreadable_value", "unreadable_value", "unreadable_value", "wrong_cell_count",
        "broken_quotes", None,
    ]  # fmt: skip
    assert found.rows[1]["error"] == "rma_id is missing"
    assert found.rows[2]["error"].startswith(
        "quantity is not a readable quantity: it holds no digits; requested_at is not a readable timestamp;"
    )
    assert "status is not one of requested, authorized" in found.rows[2]["error"]
    assert found.rows[3]["error"] == (
        "quantity is not a readable quantity: it is zero; dock_received is not a readable boolean; "
        "refund_amount is not a readable money: it is below zero, or its minus is misplaced"
    )
    assert found.rows[4]["error"].startswith("rma_id is not a readable id: it looks like a number that a spreadsheet")
    assert found.rows[5]["error"] == "4 cells where the header has 7"
    assert json.loads(found.rows[2]["raw"])["quantity"] == "xxxx"
    assert (found.staged.rows_read, found.staged.rows_quarantined) == (8, 6)


PARQUET_COLUMNS: dict[str, tuple[pa.Array, list[object]]] = {
    "floats of ids": (pa.array([17850.0, float("nan"), None]), ["17850", None, None]),
    "small floats": (pa.array([17850.0, 0.5], pa.float32()), ["17850", "0.5"]),
    "whole numbers": (pa.array([123456789012345678], pa.int64()), ["123456789012345678"]),
    "unsigned": (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
    "dictionaries": (pa.array(["007", "x", None]).dictionary_encode(), ["007", "x", None]),
    "bytes that are text": (pa.array([b"caf\xc3\xa9"], pa.binary()), ["café"]),
    "decimals": (pa.array([Decimal("17.50")]), ["17.50"]),
    "booleans": (pa.array([True, None]), ["true", None]),
    "nothing at all": (pa.nulls(2), [None, None]),
}


@pytest.mark.parametrize("case", PARQUET_COLUMNS)
def test_the_types_of_parquet_are_undone(tmp_path: Path, case: str) -> None:
    cells, expected = PARQUET_COLUMNS[case]
    table = pa.table({"sku": [str(place) for place, _ in enumerate(expected)], "supplier_id": cells})
    assert read(tmp_path, "products.parquet", parquet_bytes(table)).column("supplier_id") == expected


MOMENT = datetime.fromisoformat("2026-07-01T12:00:00")
PARQUET_MOMENTS: dict[str, pa.Array] = {
    "naive": pa.array([MOMENT]),
    "nanoseconds": pa.array([MOMENT], pa.timestamp("ns")),
    "milliseconds": pa.array([MOMENT], pa.timestamp("ms")),
    "UTC": pa.array([MOMENT.replace(tzinfo=UTC)], pa.timestamp("us", "UTC")),
    "a zone": pa.array(
        [MOMENT.replace(tzinfo=UTC).astimezone(ZoneInfo("America/New_York"))], pa.timestamp("us", "America/New_York")
    ),
}


@pytest.mark.parametrize("case", PARQUET_MOMENTS)
def test_moments_of_parquet_are_utc(tmp_path: Path, case: str) -> None:
    table = pa.table({"customer_id": ["C1"], "created_at": PARQUET_MOMENTS[case]})
    assert read(tmp_path, "customers.parquet", parquet_bytes(table)).column("created_at") == [MOMENT]


def test_dates_and_amounts_of_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "chargeback_id": ["a", "b", "c", "d"],
            "order_id": [1, 2, 3, 4],
            "opened_at": [date(2026, 1, 1)] * 4,
            "amount": pa.array([8.991000000000001, 1e15, float("inf"), float("nan")]),
        }
    )
    found = read(tmp_path, "chargebacks.parquet", parquet_bytes(table))
    assert found.codes == [None, "unreadable_value", "unreadable_value", "missing_value"]
    assert found.column("amount") == [Decimal("8.991")]
    assert found.column("opened_at") == [datetime.fromisoformat("2026-01-01")]


@pytest.mark.parametrize("cells", [pa.array(["a\0b"]), pa.array([b"\xff\xfe"], pa.binary())])
def test_parquet_cells_that_are_no_text_cost_their_row(tmp_path: Path, cells: pa.Array) -> None:
    table = pa.table({"sku": pa.array([cells[0].as_py()] * 1, cells.type), "category": ["x"]})
    found = read(tmp_path, "products.parquet", parquet_bytes(table))
    assert found.codes == ["not_text"]
    assert found.rows[0]["error"] == "a cell holds a NUL byte or bytes that are no text"


def test_rows_that_end_early_are_whole_only_where_the_manifest_says_so(tmp_path: Path) -> None:
    text = "return-date,order-id,sku,quantity,reason\n2025-06-05,1,A,2\n2025-06-05,2,A\n2025-06-05,3,A,1,X\n"
    found = read(tmp_path, "returns.csv", text, source="amazon_fba")
    assert found.codes == [None, "missing_value", None]
    assert (found.column("quantity"), found.column("reason")) == ([2, 1], [None, "X"])
    assert read(tmp_path, "orders.csv", f"{ORDERS}O1,C1,2026-01-01\n").codes == ["wrong_cell_count"]


def test_lines_of_an_invoice_are_numbered_in_their_order(tmp_path: Path) -> None:
    text = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice\n" + "".join(
        f"{line},2011-01-01 10:00:00,1\n" for line in ("1,A,1", "2,A,1", "1,A,1", "1,B,x", "1,B,2")
    )
    found = read(tmp_path, "2011-01.csv", text, source="online_retail")
    assert [(row["invoice_no"], row["line_no"]) for row in found.good] == [("1", 1), ("2", 1), ("1", 2), ("1", 4)]
    assert found.codes == [None, None, None, "unreadable_value", None]


def test_a_file_that_has_vanished_is_refused_and_may_come_again(tmp_path: Path) -> None:
    file = delivered(tmp_path, "orders.csv", csv_text())
    file.place.unlink()
    (tmp_path / "staging").mkdir()
    staged = stage_file(file, tmp_path / "staging", KEY, MEMORY)
    assert staged.refusal is not None
    assert staged.refusal.startswith("cannot be read (No such file or directory)")
    assert staged.file.sha256 == "", "the ledger must not know the content"


def test_a_file_that_needs_too_much_memory_is_no_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    lines = "".join(f"{number},A,1,2011-01-01,1\n" for number in range(400_000))
    file = delivered(
        tmp_path, "big.csv", "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice\n" + lines, "online_retail"
    )
    with pytest.raises(ReturnwatchError, match="memory_limit"):
        stage_file(file, tmp_path / "staging", KEY, "20MB")


def test_staged_files_can_be_read_by_polars(tmp_path: Path) -> None:
    staged = read(tmp_path, "orders.csv", ORDERS + "1,2\n1,C,2026-01-01,EUR\n").staged
    assert [pl.read_parquet(place).height for place in staged.places] == [1, 1]


@pytest.fixture
def rows_by_row(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def force() -> None:
        monkeypatch.setattr(stage, "_stage_quickly", _no_quick_reader)

    return force


def _no_quick_reader(*_: object) -> None:
    return None


@pytest.mark.parametrize(
    "text",
    [
        csv_text(),
        ORDERS + '1,C1,2026-01-01, "EUR"\n',
        ORDERS + "1,C1,2026-01-01,EUR\n\n\n2,C2,2026-01-01,EUR",
        ORDERS + '1,"C""1",2026-01-01,EUR\n"","",,\n',
        ORDERS + '1,5" pipe,2026-01-01,EUR\n',
        ORDERS + " 1 ,\tC1,2026-01-01,EUR \n",
        "sku\n1\n\n2\n",
    ],
)
def test_the_quick_and_the_strict_reader_agree(tmp_path: Path, text: str, rows_by_row: Callable[[], None]) -> None:
    name = "products.csv" if text.startswith("sku") else "orders.csv"
    quick = read(tmp_path / "quick", name, text)
    rows_by_row()
    assert read(tmp_path / "strict", name, text).rows == quick.rows
