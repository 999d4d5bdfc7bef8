"""One delivery: which files are new, what is in them, and what the warehouse makes of them.

Files are read before the warehouse is opened for writing, so that a delivery of which nothing can be
used changes nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

import sql
from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.merge import MergeCounts, merge_file
from pipelines.ingest.sources import raw_tables
from pipelines.ingest.stage import StagedFile, stage_file
from pipelines.warehouse import Warehouse

LOADED, DUPLICATE, REFUSED = "loaded", "duplicate", "refused"
UNPACKED = {"gz": 8, "zst": 8}
"""How much larger a packed text usually is once unpacked."""
WORKING_SPACE = 48 << 20
"""Bytes that the smallest run needs on the home's disk: warehouse, staging, published set."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files of a landing folder against the ledger."""

    new: tuple[DeliveredFile, ...]
    known: tuple[DeliveredFile, ...]
    refused_before: tuple[tuple[str, str], ...] = field(default=())


def plan_delivery(found: Iterable[DeliveredFile], ledger: pl.DataFrame | None) -> Delivery:
    """Return which of the found files the ledger (path, sha256, status, error) does not know yet."""
    rows = ledger.iter_rows(named=True) if ledger is not None else iter(())
    known = {(row["path"], row["sha256"]): row for row in rows}
    new = tuple(file for file in found if (file.path, file.sha256) not in known)
    old = tuple(file for file in found if (file.path, file.sha256) in known)
    refused = tuple(
        (file.path, known[file.path, file.sha256]["error"])
        for file in old
        if known[file.path, file.sha256]["status"] == REFUSED
    )
    return Delivery(new, old, refused)


def check_space(files: Iterable[DeliveredFile], home: Path) -> None:
    """Raise ReturnwatchError where the home's disk has clearly too little space for a delivery."""
    need = WORKING_SPACE + sum(file.n_bytes * UNPACKED.get(file.compression or "", 1) for file in files)
    free = shutil.disk_usage(home).free
    if free < need:
        raise ReturnwatchError(
            f"{home}: no space left for this run (needs about {need >> 20} MB, {free >> 20} MB are free); "
            "free some, or name another disk with --home"
        )


def stage_delivery(
    files: Iterable[DeliveredFile],
    folder: Path,
    key: bytes,
    memory_limit: str,
    tell: Callable[[StagedFile], None] = lambda _: None,
) -> list[StagedFile]:
    """Stage every file below ``folder``, in order; ``tell`` hears of each one."""
    folder.mkdir(parents=True, exist_ok=True)
    staged = []
    for file in files:
        one = stage_file(file, folder, key, memory_limit)
        tell(one)
        staged.append(one)
    return staged


def load_delivery(warehouse: Warehouse, staged: Iterable[StagedFile], loaded_at: datetime) -> list[dict[str, object]]:
    """Merge staged files into the raw tables, in order, and write ledger and quarantine; return the ledger's rows."""
    known = warehouse.select("raw/select_known_files")
    seen = {
        (row["table"], row["sha256"]): row["rows_read"]
        for row in known.iter_rows(named=True)
        if row["status"] == LOADED
    }
    next_id = known.height + 1
    rows = []
    for delivery_id, one in enumerate(staged, next_id):
        row = _load_file(warehouse, one, delivery_id, seen) | {"loaded_at": loaded_at}
        warehouse.connection.execute(sql.statement("raw/insert_ledger_row"), row)
        rows.append(row)
    return rows


def _load_file(
    warehouse: Warehouse, one: StagedFile, delivery_id: int, seen: dict[tuple[str | None, str], int]
) -> dict[str, object]:
    """Merge one staged file and return its row of the ledger."""
    file, content = one.file, (one.file.table, one.file.sha256)
    if one.refusal is not None or one.place is None or file.kind is None:
        return _ledger_row(one, delivery_id, MergeCounts(0, 0, 0), REFUSED)
    if content in seen:
        return _ledger_row(one, delivery_id, MergeCounts(0, 0, seen[content]), DUPLICATE, quarantined=0)
    counts = merge_file(warehouse.connection, file.kind, one.place, delivery_id)
    if one.rows_quarantined:
        values = {"path": file.path, "table": file.table, "delivery_id": delivery_id, "staged": str(one.place)}
        warehouse.connection.execute(sql.statement("raw/insert_quarantine"), values)
    seen[content] = one.rows_read
    return _ledger_row(one, delivery_id, counts, LOADED)


def _ledger_row(
    one: StagedFile, delivery_id: int, counts: MergeCounts, status: str, quarantined: int | None = None
) -> dict[str, object]:
    """Return a row of the ledger: always rows_read = loaded + updated + duplicate + quarantined."""
    return {
        "delivery_id": delivery_id,
        "path": one.file.path,
        "sha256": one.file.sha256,
        "source": one.file.source,
        "table": one.file.table,
        "rows_read": one.rows_read,
        "rows_loaded": counts.loaded,
        "rows_updated": counts.updated,
        "rows_duplicate": counts.duplicate,
        "rows_quarantined": one.rows_quarantined if quarantined is None else quarantined,
        "status": status,
        "error": one.refusal,
        "unknown_columns": ", ".join(one.unknown_columns) or None,
    }


def known_tables() -> tuple[str, ...]:
    """Return the names of the raw tables."""
    return tuple(raw_tables())
