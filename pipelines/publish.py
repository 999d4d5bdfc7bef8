"""Publish: one complete, immutable set of Parquet files, put in place in one atomic step.

A set is written beside the others under a name of its own, synced to disk, and only then does
``published/current`` point to it. A reader that opened the old set can finish with it: the last few
sets are kept, and every set for a while after another took its place.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import polars as pl

from pipelines.disk import sync
from pipelines.errors import ReturnwatchError
from pipelines.scratch import PARTIAL, remove
from pipelines.sqltext import identifier, literal
from pipelines.warehouse import Warehouse

CURRENT = "current"
MANIFEST = "manifest.json"
REPORT_PAGE = "report.html"
"""The page of a set, beside its tables."""
MOMENT = "%Y%m%dT%H%M%SZ"
"""How the name of a set begins: when it was published."""

log = logging.getLogger("returnwatch")


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
        remove(left)
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


@dataclass(frozen=True, slots=True)
class Retention:
    """Which sets are kept: the last few, and every one for a while after another took its place."""

    keep: int
    grace: timedelta = timedelta(hours=1)


def activate(partial: Path, retention: Retention, before: Callable[[], None] = lambda: None) -> Path:
    """Make a written set the current one and remove outdated ones; return where it lies.

    ``before`` runs between the last step that can fail for want of space and the first that readers
    see: the place to commit the warehouse. Everything is on disk before the pointer is, so that a loss
    of power leaves the old set or the new one. Once readers see the new set nothing fails any more.
    """
    published = partial.parent
    final = published / _name(partial)
    for place in (*partial.iterdir(), partial, published):
        sync(place)
    before()
    sync(published.parent)  # where the warehouse has made files of its own
    if final.exists():  # the same content was published in the same second
        remove(partial)
    else:
        partial.rename(final)
        sync(published)
    _point_to(final)
    _prune(published, final, retention)
    return final


def _name(folder: Path) -> str:
    """Return the name of a written set: its moment, and a part of the hash of its manifest."""
    content = (folder / MANIFEST).read_bytes()
    moment = json.loads(content)["published_at"]
    return f"{moment.replace('-', '').replace(':', '')}-{hashlib.sha256(content).hexdigest()[:8]}"


def _point_to(final: Path) -> None:
    """Have ``current`` point to a set, in one step; whether that is on disk at once is no reason to fail any more.

    A loss of power may bring the old pointer back; the next run then publishes what the warehouse holds.
    """
    pointer = final.parent / f"{PARTIAL}{CURRENT}"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(final.name)
    pointer.replace(final.parent / CURRENT)
    try:
        sync(final.parent)
    except OSError as error:
        log.warning("%s: published, but the disk did not confirm it (%s)", final.parent / CURRENT, error.strerror)


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


def _prune(published: Path, current: Path, retention: Retention) -> None:
    """Remove outdated sets; one that cannot be removed stays for the next run.

    A set leaves under a name that no reader looks for, so that none is ever seen half-removed.
    """
    others = sorted(place for place in published.iterdir() if place != current and _moment(place) is not None)
    n_surplus = max(0, len(others) + 1 - retention.keep)
    for old, successor in islice(pairwise([*others, current]), n_surplus):
        if _age(current, successor) >= retention.grace:
            leaving = published / f"{PARTIAL}{old.name}"
            try:
                old.rename(leaving)
            except OSError as error:
                log.warning("%s: outdated, but it cannot be removed (%s)", old, error.strerror)
                continue
            remove(leaving)


def _moment(folder: Path) -> datetime | None:
    """Return when a set was published, by its name; None for anything that is no set."""
    try:
        return datetime.strptime(folder.name.split("-")[0], MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _age(current: Path, successor: Path) -> timedelta:
    """Return for how long the set before ``successor`` has not been current, at the moment of the current one."""
    now, then = _moment(current), _moment(successor)
    return now - then if now is not None and then is not None else timedelta(0)


def _sha256(place: Path) -> str:
    """Return the hash of a file's bytes."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
