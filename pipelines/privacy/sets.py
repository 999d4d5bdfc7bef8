"""Published sets and the warehouse, written anew with every row as it is to be."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dashboards.report import write_report
from pipelines.errors import ReturnwatchError
from pipelines.privacy.rewrite import Relation, file_relation
from pipelines.privacy.switch import Switch
from pipelines.publish import CURRENT, MANIFEST, REPORT_PAGE, missing_files, read_manifest, tables_of
from pipelines.scratch import PARTIAL
from pipelines.sqltext import identifier, literal
from pipelines.warehouse import BESIDE, FILE

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to the rows of each table: how many change, and the select of all rows as they become."""

    count: Callable[[duckdb.DuckDBPyConnection, Relation], int]
    select: Callable[[Relation], str]


def published_sets(home: Path) -> list[Path]:
    """Return the folders of the complete sets; ReturnwatchError where one of them is damaged."""
    folder = home / PUBLISHED
    sets = sorted(place for place in folder.glob("*") if place.is_dir() and not place.is_symlink())
    whole = [place for place in sets if not place.name.startswith(PARTIAL)]
    for place in whole:
        missing = missing_files(place)
        if missing:
            raise ReturnwatchError(
                f"{place}: the published set lacks {missing[0]}.parquet; remove the set, or run again"
            )
    return whole


def set_relations(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Relation]:
    """Return the tables of a set."""
    return [file_relation(connection, name, str(folder / f"{name}.parquet"), None) for name in tables_of(folder)]


def rewrite_set(connection: duckdb.DuckDBPyConnection, folder: Path, switch: Switch, change: Change) -> dict[str, int]:
    """Prepare a set anew, where anything of it changes; return the rows that do, by table."""
    touched = [(one, change.count(connection, one)) for one in set_relations(connection, folder)]
    changed = {one.name: rows for one, rows in touched if rows}
    if not changed:
        return {}
    new = switch.place(f"sets/{folder.name}/{MANIFEST}").parent
    manifest = read_manifest(folder)
    for place in folder.iterdir():
        if place.name not in {MANIFEST, REPORT_PAGE, *(f"{name}.parquet" for name in changed)}:
            _same(place, new / place.name)
    tables: dict[str, Any] = manifest["tables"]  # type: ignore[assignment]
    for relation, _ in ((one, rows) for one, rows in touched if rows):
        place = new / f"{relation.name}.parquet"
        connection.execute(
            f"copy ({change.select(relation)}) to {literal(str(place))} (format parquet, compression zstd)"
        )
        tables[relation.name]["sha256"] = _sha256(place)
    (new / MANIFEST).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    if (folder / REPORT_PAGE).exists():
        write_report(new, new / REPORT_PAGE)
    _plan(folder, new, switch)
    return changed


def _plan(folder: Path, new: Path, switch: Switch) -> None:
    """Plan that a new set takes an old one's place; the pointer follows before the old one goes."""
    content = _sha256(new / MANIFEST)[:8]
    name = f"{folder.name.rsplit('-', 1)[0]}-{content}"
    switch.move(f"sets/{new.name}", f"{PUBLISHED}/{name}")
    if (folder.parent / CURRENT).resolve() == folder.resolve():
        switch.place(CURRENT).symlink_to(name)
        switch.move(CURRENT, f"{PUBLISHED}/{CURRENT}")
    switch.removes.append(f"{PUBLISHED}/{folder.name}")


def rewrite_warehouse(
    connection: duckdb.DuckDBPyConnection,
    relations: Iterable[Relation],
    switch: Switch,
    change: Change,
    fill: Callable[[str], None],
) -> dict[str, int]:
    """Prepare the warehouse's file anew; return the rows that change, by table.

    A new file has no old bytes in free blocks. ``fill`` puts into the attached database (its name is given) what
    comes in addition.
    """
    place = switch.place(FILE)
    ((catalog,),) = connection.execute("select current_database()").fetchall()
    connection.execute(f"attach {literal(str(place))} as rewritten")
    connection.execute(f"copy from database {identifier(catalog)} to rewritten (schema)")
    changed = {}
    for relation in relations:
        rows = change.count(connection, relation)
        select = change.select(relation) if rows else f"select * from {relation.source} order by rowid"
        connection.execute(f"insert into rewritten.{identifier(relation.name)} {select}")
        if rows:
            changed[relation.name] = rows
    fill("rewritten")
    connection.execute("detach rewritten")
    switch.removes += BESIDE
    switch.move(FILE, FILE)
    return changed


def table_names(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield ``schema.table`` of every table of the warehouse."""
    found = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database() "
        "and not temporary order by all"
    )
    yield from (str(name) for (name,) in found.fetchall())


def _same(place: Path, target: Path) -> None:
    """Put an unchanged file of a set into another: sets are never changed, so both may be one."""
    try:
        os.link(place, target)
    except OSError:
        shutil.copy2(place, target)


def _sha256(place: Path) -> str:
    """Return the hash of a file's bytes."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
