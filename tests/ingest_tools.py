"""Deliver small files in tests: stage one and see its rows, or load a folder and see ledger and tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.ingest.deliver import load_delivery, plan_delivery, stage_delivery
from pipelines.ingest.discover import DeliveredFile, describe, discover
from pipelines.ingest.stage import StagedFile, stage_file
from pipelines.warehouse import Warehouse

KEY = b"a key of tests, long enough"
MEMORY = "1GB"
LOADED_AT = datetime.fromisoformat("2026-11-23T06:00:00")
ORDERS = "order_id,customer_id,ordered_at,currency\n"


@dataclass(frozen=True, slots=True)
class Read:
    """One staged file and all its rows, good and bad, in their order."""

    staged: StagedFile
    rows: list[dict[str, Any]]

    @property
    def good(self) -> list[dict[str, Any]]:
        """The rows that were taken."""
        return [row for row in self.rows if row["error_code"] is None]

    @property
    def codes(self) -> list[str | None]:
        """The error code of each row; None where it was taken."""
        return [row["error_code"] for row in self.rows]

    def column(self, name: str) -> list[object]:
        """Return the values of a column in the rows that were taken."""
        return [row[name] for row in self.good]


def delivered(folder: Path, name: str, content: str | bytes, source: str = "canonical") -> DeliveredFile:
    """Write one file into a landing folder below ``folder`` and return it as it is discovered."""
    landing = folder / "landing"
    place = landing / source / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    file = describe(place, landing)
    assert file is not None
    return file


def read(folder: Path, name: str, content: str | bytes, source: str = "canonical") -> Read:
    """Stage one file and return what became of it."""
    staging = folder / "staging"
    staging.mkdir(parents=True, exist_ok=True)
    staged = stage_file(delivered(folder, name, content, source), staging, KEY, MEMORY)
    assert list(staging.glob("*.csv*")) == [], "a link to the delivered file was left behind"
    return Read(staged, rows_of(staged))


def rows_of(staged: StagedFile) -> list[dict[str, Any]]:
    """Return the rows of a staged file, in their order."""
    frames = [pl.read_parquet(place) for place in staged.places]
    return pl.concat(frames, how="diagonal").sort("row_number").to_dicts() if frames else []


def refusal(folder: Path, name: str, content: str | bytes) -> str:
    """Stage a file that must be refused whole and return why."""
    staged = read(folder, name, content).staged
    assert staged.refusal is not None
    assert (staged.rows_read, staged.rows_quarantined, staged.place) == (0, 0, None)
    return staged.refusal


def load(home: Path, landing: Path) -> list[dict[str, Any]]:
    """Load what is new in a landing folder, as a run does; return the new rows of the ledger, each of which adds up."""
    home.mkdir(exist_ok=True)
    with Warehouse(home, MEMORY) as warehouse:
        delivery = plan_delivery(discover(landing), warehouse.select("raw/select_known_files"))
        rows = load_delivery(warehouse, stage_delivery(delivery.new, home / "staging", KEY, MEMORY), LOADED_AT)
        warehouse.commit()
    for row in rows:
        assert row["rows_read"] == sum(accounted(row)), row
    return rows


def accounted(row: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return loaded, updated, duplicate and quarantined of a row of the ledger."""
    return row["rows_loaded"], row["rows_updated"], row["rows_duplicate"], row["rows_quarantined"]


def table(home: Path, name: str) -> pl.DataFrame:
    """Return a table of the warehouse."""
    with Warehouse(home, MEMORY) as warehouse:
        return warehouse.frame(name)
