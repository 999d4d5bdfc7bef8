"""Columns that a table does not have: what is kept of them, what is not, and what the ledger says."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.ingest.extra import EXTRA_COLUMNS, extra_columns, extra_value, looks_personal
from pipelines.ingest.sources import _declared_kind
from pipelines.ingest.stage import stage_file
from tests.ingest_tools import KEY, MEMORY, Read, accounted, delivered, load, read, rows_of, table

ROWS = [
    {"order_id": "1", "customer_id": "c", "ordered_at": "2026-01-01", "currency": "EUR", "Gift Wrap": "red"},
    {"order_id": "2", "customer_id": "c", "ordered_at": "2026-01-02", "currency": "EUR", "Billing Name": "Anna"},
    {"order_id": "3", "customer_id": "c", "ordered_at": "2026-01-03", "currency": "EUR"},
]
NAMES = ["order_id", "customer_id", "ordered_at", "currency", "Gift Wrap", "Billing Name"]
KEPT = [{"gift wrap": "red"}, {"billing name": "A***"}, None]


def as_csv(rows: list[dict[str, str]], names: list[str] = NAMES, *, delimiter: str = ",") -> str:
    lines = [delimiter.join(row.get(name, "") for name in names) for row in rows]
    return "\n".join([delimiter.join(names), *lines]) + "\n"


def as_parquet(rows: list[dict[str, str]]) -> bytes:
    written = io.BytesIO()
    pl.DataFrame([{name: row.get(name) for name in NAMES} for row in rows]).write_parquet(written)
    return written.getvalue()


FILES: dict[str, str | bytes] = {
    "orders.csv": as_csv(ROWS),
    "orders_strict.csv": as_csv(ROWS) + "\n4,c,broken\n",
    "orders.tsv": as_csv(ROWS, [*NAMES[4:], *NAMES[:4]], delimiter="\t"),
    "orders.jsonl": "\n".join(map(json.dumps, ROWS)),
    "orders.json": json.dumps(ROWS),
    "orders.parquet": as_parquet(ROWS),
}


def extras(found: Read) -> list[Any]:
    return [None if extra is None else json.loads(str(extra)) for extra in found.column("extra")]


@pytest.mark.parametrize("name", FILES)
def test_every_format_keeps_the_same_of_unknown_columns(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, FILES[name])
    assert extras(found) == KEPT
    assert [column.lower() for column in found.staged.unknown_columns] == ["billing name", "gift wrap"]
    unknown = {one.name: one.n_filled for one in found.staged.columns if not one.is_known}
    assert unknown == {"billing name": 1, "gift wrap": 1}


@pytest.mark.parametrize("name", FILES)
def test_the_filled_cells_of_each_column_are_counted(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, FILES[name])
    known = {one.name: one.n_filled for one in found.staged.columns if one.is_known}
    assert known == dict.fromkeys(("order_id", "customer_id", "ordered_at", "currency"), 3)


def test_filled_cells_of_every_kind_of_column_are_counted(tmp_path: Path) -> None:
    text = "order_id,customer_id,ordered_at,currency,email,shipping_fee,is_gift,shipped_at,status\n"
    rows = "1,c,2026-01-01,EUR,a@b.example,1.50,yes,2026-01-02,\n2,c,2026-01-01,EUR,,,,,\n3,c,2026-01-01,EUR,x,2,,,\n"
    known = {one.name: one.n_filled for one in read(tmp_path, "orders.csv", text + rows).staged.columns}
    optional = {name: known[name] for name in ("email", "shipping_fee", "is_gift", "shipped_at", "status")}
    assert optional == {"email": 2, "shipping_fee": 2, "is_gift": 1, "shipped_at": 1, "status": 0}


def test_a_file_without_rows_fills_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, "orders.csv", as_csv([]))
    assert {one.n_filled for one in found.staged.columns} == {0}
    assert len(found.staged.columns) == len(NAMES)


def test_a_file_without_unknown_columns_has_no_extra(tmp_path: Path) -> None:
    found = read(tmp_path, "orders.csv", as_csv(ROWS, NAMES[:4]))
    assert (found.column("extra"), found.staged.unknown_columns) == ([None] * 3, ())
    assert extra_value(()) == "null::varchar"


PERSONAL_NAMES = [
    "Name", "Billing Name", "customerName", "klantnaam", "Nachname", "E-Mail", "email_2", "Phone 2", "Telefonnummer",
    "Mobiel", "Street", "Shipping Address1", "Straße", "straatnaam", "Zip", "PLZ", "Postcode", "Billing City",
    "Wohnort", "woonplaats", "IP", "ClientIP", "client_ip_address", "Card", "cardNumber", "Kreditkarte", "IBAN",
    "Account",
    "Kontonummer", "rekeningnummer", "Birthday", "date of birth", "Geburtsdatum", "geboortedatum", "Token",
    "access_token", "Note", "Notes", "Bemerkung", "opmerking", "Device ID", "Kundennummer", "BSN", "VAT number",
    "Recipient", "Empfänger", "ontvanger", "Gift message", "0612345678", "anna@mail.example",
]  # fmt: skip
PLAIN_NAMES = [
    "Gift Wrap", "Vendor", "Warehouse", "Tags", "Risk Level", "Lineitem quantity", "Tax 1 Value", "Source", "Fulfilled",
    "shipped", "Weight", "Colour", "Storage", "Receipt", "Import duty", "Description", "Report", "Barcode",
]  # fmt: skip


@pytest.mark.parametrize("name", PERSONAL_NAMES)
def test_a_name_that_may_be_personal_keeps_no_more_than_a_mask(tmp_path: Path, name: str) -> None:
    assert looks_personal(name)
    text = as_csv([ROWS[0] | {name: "Zzyzx Roadrunner"}], [*NAMES[:4], name])
    (extra,) = read(tmp_path, "orders.csv", text).column("extra")
    assert list(json.loads(str(extra)).values()) == ["Z***"]
    assert "zyzx" not in str(extra)


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_other_names_are_not_taken_for_personal(name: str) -> None:
    assert not looks_personal(name)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("call 06 1234 5678 now", "call [number] now"),
        ("jo@mail.example.org", "[e-mail]"),
        ("4111111111111111", "[number]"),
        ("2026-11-20", "2026-11-20"),
        ("2026-11-20T10:15:00+01:00", "2026-11-20T10:15:00+01:00"),
        ("2026-11-20 10:15:00 UTC", "2026-11-20 10:15:00 UTC"),
        ("2026-11-20 0612345678", "[number]"),
        ("1234567.89", "1234567.89"),
        ("-12,50", "-12,50"),
        ("0612345678.5", "[number]"),
        ("a" * 300, "a" * 200),
        ("é" * 195 + " 0612345678", "é" * 195 + " [num"),
        ("  true ", "true"),
        ('it\'s "so" \\ {}', 'it\'s "so" \\ {}'),
    ],
)
def test_other_texts_are_scrubbed_and_cut(tmp_path: Path, cell: str, kept: str) -> None:
    content = json.dumps({**{name: ROWS[0][name] for name in NAMES[:4]}, "hint": cell})
    assert extras(read(tmp_path, "orders.jsonl", content)) == [{"hint": kept}]


def test_lists_objects_and_bytes_that_are_no_text_are_not_kept(tmp_path: Path) -> None:
    row: dict[str, Any] = {name: ROWS[0][name] for name in NAMES[:4]}
    nested = row | {"who": {"name": "Anna"}, "list": ["Anna"], "half": "\ud800", "nul": "a\0b", "n": 1.50, "b": True}
    assert extras(read(tmp_path, "orders.json", json.dumps([nested]))) == [
        {"who": "[nested]", "list": "[nested]", "n": "1.5", "b": "true"}
    ]
    written = io.BytesIO()
    frame = pl.DataFrame({**{name: [value] for name, value in row.items()}, "who": [{"name": "Anna"}], "list": [["A"]]})
    frame.with_columns(pl.lit(b"\xff\xfe").alias("bytes"), pl.lit(2.0).alias("n")).write_parquet(written)
    assert extras(read(tmp_path, "orders.parquet", written.getvalue())) == [
        {"who": "[nested]", "list": "[nested]", "n": "2"}
    ]


@pytest.mark.parametrize("name", ["orders.csv", "orders.jsonl", "orders.parquet"])
def test_columns_that_a_source_ignores_are_neither_told_nor_kept(tmp_path: Path, name: str) -> None:
    file = delivered(tmp_path, name, FILES[name])
    assert file.kind is not None
    staging = tmp_path / "staging"
    staging.mkdir()
    ignoring = replace(file, kind=replace(file.kind, ignored=("billing *", "never there")))
    staged = stage_file(ignoring, staging, KEY, MEMORY)
    assert [column.lower() for column in staged.unknown_columns] == ["gift wrap"]
    assert [one.name for one in staged.columns if not one.is_known] == ["gift wrap"]
    assert [row["extra"] for row in rows_of(staged)] == ['{"gift wrap":"red"}', None, None]


def test_a_manifest_declares_what_is_ignored() -> None:
    columns = {"Order ID": {"name": "order_id", "kind": "id"}}
    declared = {
        "files": "*",
        "table": "toys",
        "key": ["order_id"],
        "columns": columns,
        "ignored": ["Notes", "Tax * Name"],
    }
    kind = _declared_kind("toy", "orders", declared)
    assert [name for name in ("notes", "Notes ", "NOTE", "Tax 1 Name", "Tax Value") if kind.ignores(name)] == [
        "notes", "Notes ", "Tax 1 Name",
    ]  # fmt: skip
    assert not _declared_kind("toy", "orders", {**declared, "ignored": []}).ignores("Notes")


def test_headers_that_are_told_alike_are_kept_apart(tmp_path: Path) -> None:
    names = [*NAMES[:4], "1234567", "7654321"]
    found = read(tmp_path, "orders.csv", as_csv([ROWS[0] | {"1234567": "aa", "7654321": "bb"}], names))
    assert extras(found) == [{"'9999999'": "a***", "'9999999' (1)": "b***"}]


def test_no_more_columns_are_kept_than_a_row_can_carry(tmp_path: Path) -> None:
    more = [f"u{n:04}" for n in range(EXTRA_COLUMNS + 50)]
    found = read(tmp_path, "orders.csv", as_csv([ROWS[0] | dict.fromkeys(more, "x")], [*NAMES[:4], *more]))
    (extra,) = extras(found)
    assert list(extra) == more[:EXTRA_COLUMNS]
    assert len(found.staged.unknown_columns) == len(more)
    counted = [one.n_filled for one in found.staged.columns if not one.is_known]
    assert counted == [1] * EXTRA_COLUMNS + [None] * 50
    assert [column.key for column in extra_columns(reversed(more))] == more[:EXTRA_COLUMNS]


def test_a_row_that_differs_in_extra_alone_is_an_update(tmp_path: Path) -> None:
    landing, home = tmp_path / "landing", tmp_path / "home"
    delivered(tmp_path, "orders_1.csv", as_csv(ROWS))
    assert [accounted(row) for row in load(home, landing)] == [(3, 0, 0, 0)]
    delivered(tmp_path, "orders_2.csv", as_csv([ROWS[0] | {"Gift Wrap": "blue"}, *ROWS[1:]]))
    assert [accounted(row) for row in load(home, landing)] == [(0, 1, 2, 0)]
    kept = table(home, "raw.orders").sort("order_id")["extra"].to_list()
    assert kept == ['{"gift wrap":"blue"}', '{"billing name":"A***"}', None]


def test_the_order_and_the_case_of_unknown_columns_make_no_row_another(tmp_path: Path) -> None:
    landing, home = tmp_path / "landing", tmp_path / "home"
    delivered(tmp_path, "orders_1.csv", as_csv(ROWS))
    load(home, landing)
    delivered(tmp_path, "orders_2.csv", as_csv(ROWS, NAMES[::-1]).replace("Gift Wrap", "GIFT WRAP"))
    delivered(tmp_path, "orders_3.parquet", as_parquet(ROWS))
    assert [accounted(row) for row in load(home, landing)] == [(0, 0, 3, 0)] * 2


def test_the_columns_of_loaded_files_are_booked(tmp_path: Path) -> None:
    landing, home = tmp_path / "landing", tmp_path / "home"
    delivered(tmp_path, "orders_1.csv", as_csv(ROWS))
    delivered(tmp_path, "orders_2.csv", as_csv(ROWS))
    delivered(tmp_path, "orders_3.csv", "order_id\n1\n")
    load(home, landing)
    booked = table(home, "raw.delivered_columns").rows()
    assert booked == [
        (1, "billing name", False, 1), (1, "currency", True, 3), (1, "customer_id", True, 3),
        (1, "gift wrap", False, 1), (1, "order_id", True, 3), (1, "ordered_at", True, 3),
    ]  # fmt: skip
