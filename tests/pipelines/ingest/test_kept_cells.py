"""What the quarantine keeps of a refused row: enough to know it by, and nobody's name where cells stand one off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from features.contracts import Column, Kind
from pipelines.ingest.sandbox import open_sandbox
from pipelines.sqltext import cleaned, kept_cell, reading
from tests.ingest_tools import KEY, MEMORY, read

WORDS = ("paid", "closed")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("staging")
    with open_sandbox(folder, folder / "none", KEY, MEMORY) as connection:
        yield connection


def kept(database: duckdb.DuckDBPyConnection, kind: Kind, cell: str | None, *, is_key: bool = False) -> object:
    column = Column("x", kind, words=WORDS if kind is Kind.WORD else ())
    inner = f"select {cleaned(column, '$cell::varchar')} as x__cell"
    read_cell = f"select {reading(column)} as x, x__cell from ({inner})"  # noqa: S608 - a declared column
    statement = f"select {kept_cell(column, is_key=is_key)} from ({read_cell})"  # noqa: S608 - as above
    row = database.execute(statement, {"cell": cell}).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("kind", "cell", "shape"),
    [
        (Kind.QUANTITY, "Jane Roe", "xxxx xxx"),
        (Kind.QUANTITY, "12 Long Lane", "99 xxxx xxxx"),
        (Kind.MONEY, "2125551234", "9999999999"),
        (Kind.MONEY, "030 1234567", "999 9999999"),
        (Kind.MONEY, "jane@example.com", "xxxx@xxxxxxx.xxx"),
        (Kind.TIMESTAMP, "Jane Roe", "xxxx xxx"),
        (Kind.TIMESTAMP, "030-123-4567", "999-999-9999"),
        (Kind.DAY, "12/34 Long Lane", "99/99 xxxx xxxx"),
        (Kind.CURRENCY, "Żaneta", "xxxxxx"),
        (Kind.WORD, "Roe", "xxx"),
        (Kind.BOOLEAN, "Jane", "xxxx"),
        (Kind.ID, "Jane Roe", "xxxx xxx"),
        (Kind.ID, "Roe", "xxx"),
        (Kind.ID, "12 Long Lane", "99 xxxx xxxx"),
        (Kind.ID, "jo7@example.com", "xx9@xxxxxxx.xxx"),
        (Kind.ID, "+4930123456", "+9999999999"),
        (Kind.ID, "1.23457E+11", "9.99999x+99"),
        (Kind.NUMBER_ID, "(212)555", "(999)999"),
        (Kind.TEXT, "Roe", "xxx"),
        (Kind.TEXT, "r" * 90, "x" * 40),
        (Kind.COMMENT, "I am Jane, 12 Long Lane", "x xx xxxx, 99 xxxx xxxx"),
        (Kind.POSTCODE, "SW1A 1AA", "xx9x 9xx"),
    ],
)
def test_of_what_may_be_personal_the_shape_is_kept(
    database: duckdb.DuckDBPyConnection, kind: Kind, cell: str, shape: str
) -> None:
    assert kept(database, kind, cell) == shape
    assert kept(database, kind, cell, is_key=True) == shape


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (Kind.ID, "#1001"),
        (Kind.ID, "R-17/2"),
        (Kind.QUANTITY, "0"),
        (Kind.QUANTITY, "-3"),
        (Kind.MONEY, "1,234"),
        (Kind.MONEY, "€ 12,50"),
        (Kind.MONEY, "12.50 USD"),
        (Kind.MONEY, "n/a"),
        (Kind.AMOUNT, "(5.00)"),
        (Kind.TIMESTAMP, "11/25/2026 12:04 PM"),
        (Kind.TIMESTAMP, "30.02.2026"),
        (Kind.TIMESTAMP, "2026-11-25T12:04:05.123+01:00"),
        (Kind.DAY, "03/04/2026"),
        (Kind.CURRENCY, "EUR"),
        (Kind.WORD, "paid"),
        (Kind.BOOLEAN, "yes"),
        (Kind.BOOLEAN, None),
        (Kind.TEXT, None),
    ],
)
def test_what_a_row_is_known_by_and_dates_and_figures_stay(
    database: duckdb.DuckDBPyConnection, kind: Kind, cell: str | None
) -> None:
    assert kept(database, kind, cell) == cell


def test_long_numbers_stay_in_the_key_alone(database: duckdb.DuckDBPyConnection) -> None:
    for number in ("5123456789012", "112-1234567-1234567"):
        assert kept(database, Kind.ID, number, is_key=True) == number
        assert kept(database, Kind.ID, number) == "[number]"


def test_a_key_without_end_does_not_fill_the_quarantine(database: duckdb.DuckDBPyConnection) -> None:
    assert kept(database, Kind.ID, "7" * 200, is_key=True) == "7" * 200
    assert kept(database, Kind.ID, "7" * 201, is_key=True) == "9" * 40


ROWS = {
    "one cell too early": "5123456789012,2026-11-20,Jane Roe,12 Long Lane,Rome,EUR",
    "one cell too late": "5123456789012,C1,Roe,2026-11-20,Jane Roe,12 Long Lane",
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_shifted_row_keeps_its_key_and_nobodys_name(tmp_path: Path, row: str) -> None:
    header = "order_id,customer_id,ordered_at,currency,ship_city,channel\n"
    found = read(tmp_path, "orders.csv", f"{header}{row}\n")
    assert found.codes == ["unreadable_value"]
    assert not [word for word in ("Jane", "Roe", "Long", "Lane", "Rome") if word in found.rows[0]["raw"]]
    assert json.loads(found.rows[0]["raw"])["order_id"] == "5123456789012"


def test_every_row_of_a_refused_refund_keeps_shapes(tmp_path: Path) -> None:
    items = [{"id": number, "line_item_id": number, "quantity": 1} for number in (1, 2, 3)]
    refund = {"id": 9, "order_id": 8, "created_at": "Jane Roe", "refund_line_items": items}
    found = read(tmp_path, "refunds.json", json.dumps([refund]), "shopify")
    assert set(found.codes) == {"unreadable_value"}
    kept_rows = [json.loads(row["raw"]) for row in found.rows]
    assert {row["created_at"] for row in kept_rows} == {"xxxx xxx"}
    parts = [(row["part"], row["item_id"]) for row in kept_rows]
    assert parts == [(None, None), *(("refund_line_items", number) for number in "123")]
