"""Publish: one complete, immutable set of Parquet files, put in place in one atomic step.

A set is written beside the others under a name of its own, synced to disk, and only then does
``published/current`` point to it. A reader that opened the old set can finish with it: the last few
sets are kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.errors import ReturnwatchError
from pipelines.sqltext import identifier, literal
from pipelines.warehouse import Warehouse

CURRENT = "current"
MANIFEST = "manifest.json"
PARTIAL = ".partial-"


@dataclass(frozen=True, slots=True)
class SetFacts:
    """What the manifest says beside the tables."""

    as_of: datetime
    published_at: datetime
    model_version: str | None
    run_id: str
    request_digest: str
    reporting_currency: str | None


def write_set(warehouse: Warehouse, published: Path, tables: Mapping[str, str], facts: SetFacts) -> Path:
    """Write a set with the tables (published name to warehouse table) below ``published``; return where it lies.

    It is not current yet. Sets that an earlier run left half-written are removed first.
    """
    published.mkdir(parents=True, exist_ok=True)
    for left in published.glob(f"{PARTIAL}*"):
        shutil.rmtree(left)
    partial = published / f"{PARTIAL}{facts.run_id}"
    partial.mkdir()
    entries = {}
    for name, table in sorted(tables.items()):
        place = partial / f"{name}.parquet"
        source = identifier(table)
        warehouse.connection.execute(f"copy {source} to {literal(str(place))} (format parquet, compression zstd)")
        entries[name] = {"rows": warehouse.count(table), "sha256": _sha256(place), "file": place.name}
    _write_manifest(partial, entries, facts)
    return partial


def _write_manifest(folder: Path, entries: Mapping[str, object], facts: SetFacts) -> None:
    """Write the manifest of a set."""
    manifest = {
        "as_of": facts.as_of.isoformat() + "Z",
        "published_at": facts.published_at.isoformat() + "Z",
        "model_version": facts.model_version,
        "run_id": facts.run_id,
        "reporting_currency": facts.reporting_currency,
        "request_digest": facts.request_digest,
        "tables": entries,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def activate(partial: Path, keep: int, before: Callable[[], None] = lambda: None) -> Path:
    """Make a written set the current one and remove all but the last ``keep`` sets; return where it lies.

    ``before`` runs between the last step that can fail for want of space and the first that readers
    see: the place to commit the warehouse.
    """
    published = partial.parent
    content = hashlib.sha256((partial / MANIFEST).read_bytes()).hexdigest()[:8]
    moment = json.loads((partial / MANIFEST).read_text(encoding="utf-8"))["published_at"]
    final = published / f"{moment.replace('-', '').replace(':', '')}-{content}"
    for file in partial.iterdir():
        _sync(file)
    _sync(partial)
    if final.exists():  # the same content was published in the same second
        before()
        shutil.rmtree(partial)
        return final
    pointer = published / f"{PARTIAL}{CURRENT}"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(final.name)
    before()
    partial.rename(final)
    pointer.replace(published / CURRENT)
    _sync(published)
    _prune(published, final, keep)
    return final


def current_set(home: Path) -> Path | None:
    """Return the folder of the current set; None where nothing was published yet."""
    pointer = home / "published" / CURRENT
    return pointer.resolve() if (pointer / MANIFEST).is_file() else None


def read_manifest(folder: Path) -> dict[str, object]:
    """Return the manifest of a set; ReturnwatchError where it cannot be read or names no tables."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"{MANIFEST} cannot be read: {type(error).__name__}") from None
    if not isinstance(content, dict) or not isinstance(content.get("tables"), dict):
        raise _damaged(folder, f"{MANIFEST} names no tables")
    return content


def missing_files(folder: Path) -> list[str]:
    """Return the tables of a set whose files are not there; ReturnwatchError as ``read_manifest``."""
    return [name for name in tables_of(folder) if not (folder / f"{name}.parquet").is_file()]


def tables_of(folder: Path) -> dict[str, dict[str, object]]:
    """Return the tables that a set's manifest names, with rows and hash each."""
    tables: dict[str, dict[str, object]] = read_manifest(folder)["tables"]  # type: ignore[assignment]
    return tables


def read_table(folder: Path, name: str, columns: list[str] | None = None) -> pl.DataFrame:
    """Return a table of a set; ReturnwatchError where its file is missing or damaged."""
    try:
        return pl.read_parquet(folder / f"{name}.parquet", columns=columns)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _damaged(folder, f"table {name} cannot be read: {type(error).__name__}") from None


def last_deliveries(folder: Path) -> dict[str, str]:
    """Return the content (hash) that each path was last delivered with, as the ledger of a set says."""
    ledger = read_table(folder, "ingest_ledger", ["path", "sha256", "delivery_id"])
    last = ledger.sort("delivery_id").unique("path", keep="last")
    return dict(last.select("path", "sha256").iter_rows())


def _damaged(folder: Path, what: str) -> ReturnwatchError:
    """Return the error of a set that is there but cannot be used."""
    return ReturnwatchError(f"{folder}: the published set is damaged ({what}); publish it anew with `returnwatch run`")


def _prune(published: Path, current: Path, keep: int) -> None:
    """Remove the oldest sets, so that ``keep`` remain."""
    sets = sorted(entry for entry in published.iterdir() if entry.is_dir() and not entry.is_symlink())
    others = [entry for entry in sets if entry != current and not entry.name.startswith(PARTIAL)]
    for old in others[: max(0, len(others) - keep + 1)]:
        shutil.rmtree(old)


def _sync(place: Path) -> None:
    """Make sure that a file or folder is on disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(place: Path) -> str:
    """Return the hash of a file's bytes."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
