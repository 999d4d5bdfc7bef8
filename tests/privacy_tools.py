"""A person with something in every column, and a search of every byte and every cell of a home for them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.ingest.run import ingest
from pipelines.settings import Settings
from pipelines.warehouse import FILE, Warehouse
from tests.ingest_tools import LOADED_AT, MEMORY

KEY = b"a key of tests, long enough"
CUSTOMER = "PLC-4711"
ORDERS = ("PLO-81", "PLO-82")
IDENTIFIERS = {
    "customer": (CUSTOMER,),
    "order": ORDERS,
    "rma": ("PLR-91", "PLR-92"),
    "tracking": ("PLT-555-1",),
    "serial": ("PLS-77-X",),
    "discount": ("PLD-MINE5",),
    "contact": ("PLK-1", "PLK-2"),
    "chargeback": ("PLB-1",),
}
TEXTS = ("Quuxcity", "QX1 7ZZ", "armchair squeaks", "asked about quux", "told quux")
"""Texts that go with the person."""
PERSONAL = {
    "email": "Ýriselda.Quux@plantedmail.example",
    "phone": "+44 7911 123987",
    "ship_name": "Ýriselda Quuxington",
    "ship_address": "Ý9 Plantation Crescent",
    "address": "Ý9 Plantation Crescent",
    "payment_fingerprint": "fp-planted-Ý4",
    "refund_payment_fingerprint": "fp-planted-Ý4",
    "device_id": "Ýdev-77aa",
    "ip_address": "Ý:203.0.113.77",
}
MASKS = ("Ý***@***", "Ý***", "***Ý4")


def rows_of(table: str) -> list[dict[str, str]]:
    """Return the rows of the planted person and of two others who have something to do with them."""
    return [dict(row) for row in ROWS[table]]


def _order(order: str, customer: str, day: str, **more: str) -> dict[str, str]:
    return {
        "order_id": order, "customer_id": customer, "ordered_at": f"2026-01-{day}T10:00:00Z", "currency": "EUR",
        "status": "delivered", "delivered_at": f"2026-01-{day}T20:00:00Z", "shipping_fee": "4.95", **more,
    }  # fmt: skip


def _line(order: str, line: str, sku: str, **more: str) -> dict[str, str]:
    return {"order_id": order, "line_id": line, "sku": sku, "quantity": "1", "unit_price": "20.50", **more}


def _return(rma: str, order: str, customer: str, sku: str, **more: str) -> dict[str, str]:
    return {
        "rma_id": rma, "order_id": order, "customer_id": customer, "sku": sku, "quantity": "1", "status": "refunded",
        "requested_at": "2026-01-20T10:00:00Z", "refund_amount": "20.50", "refunded_at": "2026-01-25T10:00:00Z", **more,
    }  # fmt: skip


_WHO = {name: value for name, value in PERSONAL.items() if name not in {"address", "refund_payment_fingerprint"}}
_WHERE = {"ship_city": "Quuxcity", "ship_postcode": "QX1 7ZZ", "bill_postcode": "QX1 7ZZ", "ship_country": "GB"}
ROWS: dict[str, tuple[dict[str, str], ...]] = {
    "customers": (
        {
            "customer_id": CUSTOMER, "created_at": "2020-01-01", "email": PERSONAL["email"],
            "phone": PERSONAL["phone"], "address": PERSONAL["address"], "city": "Quuxcity", "postcode": "QX1 7ZZ",
        },
        {"customer_id": "OTHER-1", "created_at": "2020-01-01", "email": "other@elsewhere.example"},
    ),
    "orders": (
        _order(ORDERS[0], CUSTOMER, "05", discount_code="PLD-MINE5", **_WHO, **_WHERE),
        _order(ORDERS[1], CUSTOMER, "06", discount_code="WELCOME", **_WHO, **_WHERE),
        _order("OTH-1", "OTHER-1", "07", discount_code="WELCOME", email="other@elsewhere.example"),
    ),
    "order_lines": (
        _line(ORDERS[0], "PLO-81/1", "SKU-A", serial_number="PLS-77-X"),
        _line(ORDERS[1], "1", "SKU-B"),
        _line("OTH-1", "1", "SKU-A"),
        _line("OTH-1", "2", "SKU-C", serial_number="SER-OTHER"),
    ),
    "returns": (
        _return(
            "PLR-91", ORDERS[0], CUSTOMER, "SKU-A", line_id="PLO-81/1", tracking_number="PLT-555-1",
            received_serial="PLS-77-X", customer_comment="The armchair squeaks, write to quux@plantedmail.example",
            refund_payment_fingerprint=PERSONAL["refund_payment_fingerprint"],
        ),
        _return("PLR-92", ORDERS[1], "", "SKU-B"),
        _return("OTR-1", "OTH-1", "OTHER-1", "SKU-A", customer_comment="as with order PLO-81 of my neighbour"),
    ),
    "support_contacts": (
        {"contact_id": "PLK-1", "contacted_at": "2026-01-21", "customer_id": CUSTOMER, "topic": "asked about quux"},
        {"contact_id": "PLK-2", "contacted_at": "2026-01-22", "order_id": ORDERS[1], "resolution": "told quux"},
        {"contact_id": "OTK-1", "contacted_at": "2026-01-22", "order_id": "OTH-1", "topic": "late"},
    ),
    "chargebacks": (
        {"chargeback_id": "PLB-1", "order_id": ORDERS[1], "opened_at": "2026-01-28", "amount": "20.50"},
    ),
    "review_labels": (
        {"rma_id": "PLR-92", "verdict": "legitimate", "decided_at": "2026-01-28", "decided_by": "A7"},
        {"rma_id": "OTR-1", "verdict": "fraud", "decided_at": "2026-01-28", "decided_by": "A7"},
    ),
}  # fmt: skip


def csv_text(rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as CSV with all columns that any of them has."""
    held = [dict(row) for row in rows]
    names = list(dict.fromkeys(name for row in held for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(held)
    return text.getvalue()


def awkward_orders() -> str:
    """Return orders of the person that end in quarantine, or cannot even be split, and a column that nobody knows."""
    good = csv_text([rows_of("orders")[0] | {"gift_note": "armchair squeaks"}])
    header, row = good.splitlines()
    bad_day = row.replace("2026-01-05T10:00:00Z", "soon")
    no_order = row.replace("PLO-81", "", 1)
    return "\n".join([header, bad_day, no_order, row + ",more", '"' + row.replace('"', ""), ""])


def landing_files() -> dict[str, str]:
    """Return the planted files by their name."""
    files = {f"{name}_planted.csv": csv_text(rows_of(name)) for name in ROWS}
    return files | {"orders_planted_bad.csv": awkward_orders()}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an ingestion works, as a run of the graph tells it."""

    home_path: Path
    landing_path: Path
    full_refresh: bool = False
    settings: Settings = field(default_factory=Settings)

    @property
    def staging(self) -> Path:
        return self.home_path / "staging"

    def refresh_views(self) -> None:
        """Nothing here reads the views of delivered rows."""


def deliver(home: Path, landing: Path, *, full_refresh: bool = False) -> list[dict[str, Any]]:
    """Load what is new in a landing folder, as a run does, into a home with the key of tests; return the ledger."""
    home.mkdir(exist_ok=True)
    if not (home / "key").exists():
        (home / "key").write_bytes(KEY)
    with Warehouse(home, MEMORY) as warehouse:
        rows = ingest(Place(home, landing, full_refresh), warehouse, LOADED_AT)
        warehouse.commit()
    return rows


def forms_of(value: str) -> set[bytes]:
    """Return a text as it may stand in a file: in several encodings and cases, and as hexadecimal digits."""
    cases = {value, value.upper(), value.lower()}
    plain = {case.encode(form) for case in cases for form in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")}
    return plain | {case.encode().hex().encode() for case in cases} | {value.encode().hex().upper().encode()}


def found_in(home: Path, values: Iterable[str]) -> dict[str, set[str]]:
    """Return for each value that is somewhere in a home the files that hold it: raw bytes, and all cells unpacked."""
    forms = {value: forms_of(value) for value in values}
    found: dict[str, set[str]] = {}
    for name, content in _contents(home):
        for value, ways in forms.items():
            if any(way in content for way in ways):
                found.setdefault(value, set()).add(name)
    return found


def _contents(home: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes of every file, and what is packed in it."""
    for place in sorted(home.rglob("*")):
        if place.is_symlink() or not place.is_file():
            continue
        name = re.sub(r"\d{8}T\d{6}Z-\w+", "SET", place.relative_to(home).as_posix())
        yield name, place.read_bytes()
        if place.suffix == ".parquet":
            yield name, str(pl.read_parquet(place).rows()).encode()
        elif zipfile.is_zipfile(place):
            with zipfile.ZipFile(place) as packed:
                yield name, b"\0".join(packed.read(entry) for entry in packed.namelist())
        elif place.name == FILE:
            for table, cells in _cells(place):
                yield f"{name}:{table}", cells


def _cells(place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all cells of each table of a warehouse."""
    with duckdb.connect(str(place), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        for schema, table in tables:
            rows = connection.execute(f'select * from "{schema}"."{table}"').fetchall()  # noqa: S608 - names of tables
            yield f"{schema}.{table}", str(rows).encode()


def person_hashes(home: Path) -> set[str]:
    """Return the keyed hashes of the planted person, as the warehouse of a home holds them."""
    with duckdb.connect(str(home / FILE), read_only=True) as connection:
        hashes: set[str] = set()
        for table in ("orders", "customers"):
            row = connection.execute(f"select columns('.*_hash') from raw.{table} where customer_id = '{CUSTOMER}'")  # noqa: S608 - as above
            hashes |= {cell for cells in row.fetchall() for cell in cells if cell}
    return hashes


def all_traces(home: Path) -> set[str]:
    """Return everything that a home may hold of the planted person."""
    identifiers = {value for values in IDENTIFIERS.values() for value in values}
    return identifiers | set(TEXTS) | set(MASKS) | person_hashes(home)


def table(home: Path, name: str) -> pl.DataFrame:
    """Return a table of the warehouse, read without opening it for writing."""
    with duckdb.connect(str(home / FILE), read_only=True) as connection:
        return connection.execute(f"select * from {name}").pl()  # noqa: S608 - names of tables
