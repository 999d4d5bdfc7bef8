"""What must hold of a home at any moment: whole published sets, and a ledger that accounts for every row.

Everything is read as users read it: the manifest, the Parquet files, and (while no run is on) the
warehouse, by DuckDB alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

LEFT = ("staging", "spill", "published/.partial-*", ".key-*", ".*.part*", "models/.*", "warehouse.duckdb.*")
"""What a run may leave when it dies, and the next run must have removed, or taken in, when it ends."""
SCRATCH = re.compile(r"(?:^|/)(?:staging|spill|\.[^/]*)(?=/|$)")
"""Places of scratch, which no run reads again: what is half-written there differs and leaves the same home."""


def current(home: Path) -> str | None:
    """Return the name of the current set; None where there is none."""
    pointer = home / "published" / "current"
    return pointer.readlink().name if pointer.is_symlink() else None


def broken(folder: Path) -> list[str]:
    """Return what is wrong with a published set: each file against its manifest, and the tables against each other."""
    try:
        tables = json.loads((folder / "manifest.json").read_bytes())["tables"]
        frames = {}
        for name, entry in tables.items():
            content = (folder / entry["file"]).read_bytes()
            if hashlib.sha256(content).hexdigest() != entry["sha256"]:
                return [f"{folder.name}: {name} is not what the manifest says"]
            frames[name] = pl.read_parquet(content)
            if frames[name].height != entry["rows"]:
                return [f"{folder.name}: {name} has not the rows that the manifest says"]
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as error:
        return [f"{folder.name}: {type(error).__name__} {error}"]
    return [f"{folder.name}: {problem}" for problem in torn(frames)]


def torn(tables: dict[str, pl.DataFrame]) -> Iterator[str]:
    """Yield each sum that differs between two tables of one set."""
    scores, queue, ledger = tables["rma_scores"], tables["flagged_queue"], tables["ingest_ledger"]
    costs, components = tables["return_costs"], tables["report_costs_by_component"]
    if sorted(queue["rma_id"]) != sorted(scores.filter("is_flagged")["rma_id"]):
        yield "the queue does not hold the flagged RMAs"
    if sorted(tables["rma_features"]["rma_id"].unique()) != sorted(scores["rma_id"]):
        yield "features and scores are of other RMAs"
    if costs["amount"].sum() != components["amount"].sum():
        yield "costs by component do not sum up to the ledger of costs"
    if ledger["rows_quarantined"].sum() != tables["quarantine"].height:
        yield "the ledger of files and the quarantine count other rows"
    yield from unaccounted(ledger)


def unaccounted(ledger: pl.DataFrame) -> Iterator[str]:
    """Yield each file of the ledger whose rows do not add up."""
    kinds = ("rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined")
    for row in ledger.iter_rows(named=True):
        if row["rows_read"] != sum(row[kind] for kind in kinds):
            yield f"{row['path']}: {row['rows_read']} rows read, others accounted for"


def unread(folder: Path) -> list[str]:
    """Return each file of a set's ledger that its reader was lost over, with what is said of it."""
    ledger = pl.read_parquet(folder / "ingest_ledger.parquet").filter(pl.col("sha256").fill_null("") == "")
    return [f"{row['path']}: {row['error']}" for row in ledger.iter_rows(named=True)]


def warehouse_problems(home: Path) -> list[str]:
    """Return where the warehouse's ledger, raw tables and quarantine disagree; none where there is no warehouse."""
    place = home / "warehouse.duckdb"
    if not place.exists():
        return []
    try:
        with duckdb.connect(str(place), read_only=True) as connection:
            return _disagreements(connection)
    except duckdb.Error as error:
        return [f"the warehouse cannot be read: {str(error).splitlines()[0]}"]


def _disagreements(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return where the ledger of a warehouse disagrees with itself, with its raw tables or with the quarantine."""
    ledger = connection.sql("select * from raw.ingest_ledger").pl()
    problems = list(unaccounted(ledger))
    loaded = dict(ledger.group_by("table").agg(pl.col("rows_loaded").sum()).iter_rows())
    loaded["quarantine"] = ledger["rows_quarantined"].sum()
    for table, rows in loaded.items():
        if table is not None:
            ((held,),) = connection.execute(f'select count(*) from raw."{table}"').fetchall()  # noqa: S608 - a table's name
            problems += [] if held == rows else [f"raw.{table}: {held} rows, and the ledger says {rows}"]
    return problems


def leftovers(home: Path) -> list[str]:
    """Return what runs left that no user should find."""
    return [str(place.relative_to(home)) for pattern in LEFT for place in home.glob(pattern)]


def state(home: Path) -> dict[str, str]:
    """Return a home's every entry with a hash of its content; a place of scratch is one entry, whatever is in it.

    Names that are drawn at random are made equal.
    """
    found = {}
    for place in sorted(home.rglob("*")):
        if place.name == "run.lock":
            continue
        name = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\.key-[0-9a-f]+", "*", place.relative_to(home).as_posix())
        if place.is_symlink():
            found[name] = f"-> {place.readlink()}"
        elif scratch := SCRATCH.search(name):
            found[name[: scratch.end()]] = "scratch"
        elif place.is_file():
            found[name] = hashlib.sha256(place.read_bytes()).hexdigest()
        else:
            found[name] = "folder"
    return found


def published_files(home: Path) -> dict[str, str]:
    """Return the hash of each file of the finished sets of a home, whichever is current."""
    return {
        name: digest for name, digest in state(home / "published").items() if digest != "scratch" and name != "current"
    }
