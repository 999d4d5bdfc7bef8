"""What is personal is nowhere in the home in clear text: not in the warehouse, its log, staging, quarantine, ledger."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.contracts import CANONICAL_TABLES
from pipelines.ingest.deliver import load_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT, MEMORY, table

if TYPE_CHECKING:
    from tests.conftest import LandingWriter

PLANTED = {
    "email": "Griselda.Quux@plantedmail.example",
    "phone": "+44 7911 123987",
    "ship_name": "Griselda Quuxington",
    "ship_address": "99 Plantation Crescent, Flat 7",
    "address": "98 Plantation Crescent, Flat 8",
    "payment_fingerprint": "fpplanted4242",
    "refund_payment_fingerprint": "fpplanted4343",
    "device_id": "devplanted-77aa",
    "ip_address": "203.0.113.77",
}
"""One value for each personal column of the contract."""
TRACES = (
    *PLANTED.values(), *(value.lower() for value in PLANTED.values()),
    "griselda", "quux", "plantedmail", "447911123987", "7911 123987", "plantation", "203.0.113", "devplanted",
    "fpplanted",
)  # fmt: skip
GOOD = {
    "order_id": "O1", "customer_id": "C1", "ordered_at": "2026-01-01", "currency": "EUR", "rma_id": "R1", "sku": "S1",
    "quantity": "1", "requested_at": "2026-01-02", "status": "closed",
}  # fmt: skip
TABLES = ("orders", "returns", "customers")


def header(name: str) -> list[str]:
    columns = CANONICAL_TABLES[name].columns
    return [column.name for column in columns if column.is_personal or column.name in GOOD]


def rows(name: str) -> list[list[str]]:
    """Return a good row, one without its key, and one with an unreadable value, each full of personal values."""
    good = [PLANTED.get(column) or GOOD[column] for column in header(name)]
    return [good, ["", *good[1:]], [value if value not in {"2026-01-01", "2026-01-02"} else "soon" for value in good]]


def csv_file(name: str) -> str:
    def line(cells: list[str]) -> str:
        return ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)

    good = rows(name)[0]
    ragged = [
        "",
        line(good[:-1]),
        line(good) + ",more",
        '"' + line(good).replace('"', ""),
        line(good).replace("O1", "O\0"),
    ]
    return "\n".join(map(line, [header(name), *rows(name)])) + "\n".join([*ragged, ""])


def json_file(name: str) -> str:
    good = [json.dumps(dict(zip(header(name), row, strict=True))) for row in rows(name)]
    return "\n".join([*good, good[0][:-2], json.dumps(list(PLANTED.values())), good[0].replace('"C1"', '["C1"]')])


def parquet_file(name: str) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(dict(zip(header(name), zip(*rows(name), strict=True), strict=True))), file)
    return file.getvalue()


def headless(name: str) -> str:
    return "\n".join(",".join(row) for row in rows(name))


def personal_columns() -> set[str]:
    return {column.name for entry in CANONICAL_TABLES.values() for column in entry.columns if column.is_personal}


def found_traces(home: Path) -> list[tuple[str, str]]:
    """Return each trace and the file of the home that holds it, as UTF-8, UTF-16 or in a compressed page."""
    files = [(place, place.read_bytes()) for place in home.rglob("*") if place.is_file()]
    forms = [(trace, form) for trace in TRACES for form in (trace.encode(), trace.encode("utf-16-le"))]
    clear = [(trace, place.name) for place, content in files for trace, form in forms if form in content]
    with duckdb.connect() as connection:  # pages of Parquet are packed, so its cells are searched too
        for place, _ in files:
            if place.suffix == ".parquet":
                cells = str(connection.execute(f"select * from read_parquet('{place}')").fetchall())  # noqa: S608 - a path of the test
                clear += [(trace, place.name) for trace in TRACES if trace in cells]
    return clear


def test_every_personal_column_has_a_planted_value() -> None:
    assert set(PLANTED) == personal_columns()


@pytest.mark.parametrize("commits", [True, False])
def test_no_clear_text_in_the_home(tmp_path: Path, write_landing: LandingWriter, commits: bool) -> None:
    files: dict[str, str | bytes] = {}
    for name in TABLES:
        files |= {
            f"{name}.csv": csv_file(name),
            f"{name}_2.jsonl": json_file(name),
            f"{name}_3.parquet": parquet_file(name),
        }
        files |= {f"{name}_4.csv": headless(name), f"{name}_5.csv.gz": gzip.compress(csv_file(name).encode("utf-16"))}
        files |= {f"{name}_6.json": json_file(name), f"{name}_7.csv": csv_file(name).encode("cp1252") + b"\xff\n"}
    landing, home = write_landing(files), tmp_path / "home"
    home.mkdir()
    with Warehouse(home, MEMORY) as warehouse:
        staged = stage_delivery(discover(landing), home / "staging", KEY, MEMORY)
        ledger = load_delivery(warehouse, staged, LOADED_AT)
        assert found_traces(home) == []
        if commits:
            warehouse.commit()
    assert found_traces(home) == []
    quarantined = sum(int(str(row["rows_quarantined"])) for row in ledger)
    assert quarantined >= 50
    assert not [trace for trace in TRACES if trace in str(ledger)]
    if commits:
        cells = str([table(home, f"raw.{name}").rows() for name in (*TABLES, "quarantine", "ingest_ledger")])
        assert not [trace for trace in TRACES if trace in cells]
        assert table(home, "raw.quarantine").height == quarantined
        assert "G***@***" in cells


def test_the_search_itself_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(f"seen {PLANTED['email']}", encoding="utf-8")
    pq.write_table(pa.table({"a": ["fpplanted4242"] * 9}), tmp_path / "x.parquet", compression="zstd")
    assert {trace for trace, _ in found_traces(tmp_path)} >= {PLANTED["email"], "fpplanted4242", "fpplanted"}
