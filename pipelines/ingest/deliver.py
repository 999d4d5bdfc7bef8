"""One delivery: which files are new, what is in them, and what the warehouse makes of them.

All files are read before the warehouse is changed, so that a delivery of which nothing can be used
changes nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

import sql
from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.filled import write_columns
from pipelines.ingest.isolate import Limits, Reader
from pipelines.ingest.ledger import DUPLICATE, LOADED, REFUSED, Ledger
from pipelines.ingest.merge import MergeCounts, merge_files
from pipelines.ingest.sandbox import raise_if_ours
from pipelines.ingest.sources import raw_tables
from pipelines.ingest.stage import StagedFile
from pipelines.sqltext import literal
from pipelines.warehouse import Warehouse

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
    """Return which of the found files the ledger (path, sha256, status, error) does not know yet.

    A path is known with the content that it had last: what went back to an earlier content is new again. So is what
    was refused, once other reader options are declared for it.
    """
    rows = ledger.iter_rows(named=True) if ledger is not None else iter(())
    last = {row["path"]: row for row in rows}
    found = list(found)
    rows_of_files = {(path, row["sha256"]): row for path, row in last.items()}
    retried = {
        content
        for file in found
        if (content := (file.path, file.sha256)) in rows_of_files
        and _is_worth_another_try(file, rows_of_files[content])
    }
    known = {content: row for content, row in rows_of_files.items() if content not in retried}
    new = tuple(file for file in found if (file.path, file.sha256) not in known)
    old = tuple(file for file in found if (file.path, file.sha256) in known)
    refused = tuple(
        (file.path, known[file.path, file.sha256]["error"])
        for file in old
        if known[file.path, file.sha256]["status"] == REFUSED
    )
    return Delivery(new, old, refused)


def _is_worth_another_try(file: DeliveredFile, row: dict[str, object]) -> bool:
    """Whether a file that the ledger knows was refused, and is now to be read by other options."""
    return row["status"] == REFUSED and (row.get("reader_options") or "") != file.options.text


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
    limits: Limits | str,
    tell: Callable[[StagedFile], None] = lambda _: None,
) -> list[StagedFile]:
    """Stage every file below ``folder``, in order, in a process apart; ``tell`` hears of each one.

    ``limits`` may be the memory alone (``1GB``). What comes twice under two names is staged once. Raises
    ReturnwatchError where the folder cannot be written, or the disk gives out.
    """
    _make_folder(folder)
    with Reader(folder, key, Limits(limits) if isinstance(limits, str) else limits) as reader:
        return stage_each(files, reader.stage, tell)


def stage_each(
    files: Iterable[DeliveredFile],
    stage: Callable[[DeliveredFile], StagedFile],
    tell: Callable[[StagedFile], None] = lambda _: None,
) -> list[StagedFile]:
    """Stage every file by ``stage``, in order, the same content once."""
    by_content: dict[tuple[str | None, str], StagedFile] = {}
    staged = []
    for file in files:
        content = (file.table, file.sha256)
        before = by_content.get(content) if file.reason is None else None
        one = replace(before, file=file) if before else stage(file)
        if one.refusal is None:
            by_content[content] = one
        tell(one)
        staged.append(one)
    return staged


def _make_folder(folder: Path) -> None:
    """Make the staging folder; ReturnwatchError where that fails, or DuckDB would take its path for a pattern."""
    if set(str(folder)) & set("*?["):
        raise ReturnwatchError(f"{folder.parent}: the path of the home holds one of * ? [; name another with --home")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise_if_ours(error)
        raise ReturnwatchError(f"{folder}: cannot be made ({error.strerror}); name another home with --home") from None


def load_delivery(warehouse: Warehouse, staged: Iterable[StagedFile], loaded_at: datetime) -> list[dict[str, object]]:
    """Merge staged files into the raw tables, in order, and write ledger and quarantine; return the ledger's rows.

    Raises ReturnwatchError where disk or memory give out.
    """
    ledger = Ledger.of(warehouse.select("raw/select_known_files"))
    files = list(enumerate(staged, ledger.next_id))
    for delivery_id, one in files:
        ledger.take(delivery_id, one)
    try:
        rows = [row | {"loaded_at": loaded_at} for row in _load_files(warehouse, files, ledger)]
        _write_ledger(warehouse, rows)
        write_columns(
            warehouse,
            [(number, one) for (number, one), row in zip(files, rows, strict=True) if row["status"] == LOADED],
        )
    except duckdb.Error as error:
        raise_if_ours(error)
        raise
    return rows


def _write_ledger(warehouse: Warehouse, rows: list[dict[str, object]]) -> None:
    """Add rows to the ledger, which refuses a row whose counts do not add up."""
    if rows:
        warehouse.connection.register("delivered_files", pl.DataFrame(rows, infer_schema_length=None))
        warehouse.connection.execute(sql.statement("raw/delete_repeated_refusals"))
        warehouse.connection.execute(sql.statement("raw/insert_ledger_rows"))
        warehouse.connection.unregister("delivered_files")


def _load_files(warehouse: Warehouse, files: list[tuple[int, StagedFile]], ledger: Ledger) -> list[dict[str, object]]:
    """Merge the files table by table and return their rows of the ledger, in the order of the files."""
    merged: dict[str, list[tuple[int, Path]]] = {}
    for delivery_id, one in files:
        if one.place is not None and delivery_id not in ledger.repeats:
            merged.setdefault(one.file.table or "", []).append((delivery_id, one.place))
    counts: dict[int, MergeCounts] = {}
    for table, places in merged.items():
        counts |= merge_files(warehouse.connection, raw_tables()[table], places, ledger.paths)
    for delivery_id, one in files:
        if delivery_id in counts and delivery_id not in ledger.renamed:
            _quarantine(warehouse, one, delivery_id)
    return [_ledger_row(one, number, counts.get(number), ledger) for number, one in files]


def _quarantine(warehouse: Warehouse, one: StagedFile, delivery_id: int) -> None:
    """Keep the refused rows of a file."""
    if one.rows_quarantined:
        places = ", ".join(map(literal, one.places))
        warehouse.connection.execute(
            f"create or replace temp view refused as select {literal(one.file.path)} as path, "  # noqa: S608 - literals
            f"{literal(one.file.table or '')} as table_name, {delivery_id} as delivery_id, * "
            f"from read_parquet([{places}], union_by_name = true)"
        )
        warehouse.connection.execute(sql.statement("raw/insert_quarantine"))
        warehouse.connection.execute("drop view refused")


def _ledger_row(one: StagedFile, delivery_id: int, merged: MergeCounts | None, ledger: Ledger) -> dict[str, object]:
    """Return a row of the ledger: always rows_read = loaded + updated + duplicate + quarantined (held by the table)."""
    counts, refused = merged or MergeCounts(0, 0, 0), 0 if one.refusal else one.rows_quarantined
    if delivery_id in ledger.repeats:
        counts, refused = MergeCounts(0, 0, one.rows_read), 0
    elif delivery_id in ledger.renamed:
        counts, refused = replace(counts, duplicate=counts.duplicate + refused), 0
    is_repetition = counts.duplicate == one.rows_read and delivery_id in ledger.repeats | ledger.renamed
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
        "rows_stale": counts.stale,
        "rows_quarantined": refused,
        "status": REFUSED if one.place is None else DUPLICATE if is_repetition else LOADED,
        "error": one.refusal,
        "unknown_columns": ", ".join(one.unknown_columns) or None,
        "reader_options": one.file.options.text or None,
    }
