"""A published set made large: every RMA many times over, under names of its own, its day moved within the same span.

What belongs here: the copies. Tables that sum up the whole shop stay as they are, but for the daily sums, which the
product's own statements make of the copies.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.sqltext import identifier, literal
from sql import statement

NAMES = ("rma_id", "customer_id", "other_customer_id", "ring_id", "case_id", "order_id", "parcel_line_id")
"""Columns whose values get the number of their copy."""
RANKS = ("risk_rank", "queue_rank")
OWN = ("return_costs", "report_shoppers", "report_account_links")
"""Tables that grow with RMAs beside those with one row an RMA."""
CUBES = {
    "report_daily_lines": "reports/summarise_daily_lines",
    "report_daily_components": "reports/summarise_daily_components",
}
MOVED = ("requested_at", "received_at", "refunded_at", "shipped_at", "authorized_at", "inspected_at", "closed_at")
"""Moments that move with the day of the request."""
STEP_DAYS = 53
"""Days by which each copy lies later than the one before, round and round within the span."""


@dataclass(frozen=True, slots=True)
class Copies:
    """How often each RMA is written, and the span of days that requests lie in."""

    times: int
    first: str
    days: int


def enlarge(source: Path, home: Path, n_rmas: int) -> Path:
    """Publish in a home a set with at least so many RMAs, made of the set in a folder; return where it lies."""
    folder = home / "published" / f"large-{n_rmas}"
    folder.mkdir(parents=True)
    with duckdb.connect(config={"memory_limit": "6GB", "temp_directory": str(folder / "spill")}) as connection:
        copies = _copies(connection, source, n_rmas)
        manifest = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
        for name in manifest["tables"]:
            _write_table(connection, source / f"{name}.parquet", folder / f"{name}.parquet", copies)
        _write_cubes(connection, folder)
        for name in {*manifest["tables"], *CUBES}:
            place = literal(str(folder / f"{name}.parquet"))
            ((rows,),) = connection.execute(f"select count(*) from read_parquet({place})").fetchall()  # noqa: S608
            manifest["tables"][name] = {"rows": rows, "sha256": "", "file": f"{name}.parquet"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for extra in source.glob("definitions.json"):
        (folder / extra.name).write_bytes(extra.read_bytes())
    current = home / "published" / "current"
    current.unlink(missing_ok=True)
    current.symlink_to(folder.name)
    return folder


def _copies(connection: duckdb.DuckDBPyConnection, source: Path, n_rmas: int) -> Copies:
    """Return how often each RMA is to be written."""
    place = literal(str(source / "rma_scores.parquet"))
    span = "min(requested_at)::date::varchar, date_diff('day', min(requested_at), max(requested_at)) + 1"
    ((held, first, days),) = connection.execute(f"select count(*), {span} from read_parquet({place})").fetchall()  # noqa: S608
    return Copies(-(-n_rmas // held), first, days)


def _write_table(connection: duckdb.DuckDBPyConnection, source: Path, place: Path, copies: Copies) -> None:
    """Write a table's copies, one after the other, or the table as it is where it does not grow with RMAs."""
    read = f"read_parquet({literal(str(source))})"
    columns = [row[0] for row in connection.execute(f"describe select * from {read}").fetchall()]  # noqa: S608
    grows = source.stem in OWN or "rma_id" in columns
    changed = [f"copy || '-' || {identifier(name)} as {identifier(name)}" for name in NAMES if name in columns]
    changed += [f"({name} - 1) * {copies.times} + number + 1 as {name}" for name in RANKS if name in columns]
    moved = "to_days(cast((day_of + number * step) % span - day_of as integer))"
    if "requested_at" in columns:
        changed += [f"{name} + {moved} as {name}" for name in MOVED if name in columns]
    day = f"date_diff('day', date {literal(copies.first)}, requested_at)" if "requested_at" in columns else "0"
    inner = (
        f"select *, {day} as day_of, {copies.days} as span, {STEP_DAYS} as step, "  # noqa: S608
        f"lpad(number::varchar, 4, '0') as copy from range({copies.times}) as n(number) cross join {read}"
    )
    replaced = f"replace ({', '.join(changed)})" if changed else ""
    kept = f"select * exclude (number, copy, day_of, span, step) {replaced} from ({inner})"  # noqa: S608
    order = next((f" order by {name}" for name in RANKS if name in columns), " order by rma_id" * ("rma_id" in columns))
    select = kept + order if grows else f"select * from {read}"  # noqa: S608
    connection.execute(f"copy ({select}) to {literal(str(place))} (format parquet, compression zstd)")


def _write_cubes(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the daily sums of the copies."""
    connection.execute("create schema report")
    for name in ("return_costs", "report_return_lines"):
        read = f"select * from read_parquet({literal(str(folder / f'{name}.parquet'))})"  # noqa: S608
        connection.execute(f"create view report.{identifier(name)} as {read}")
    for name, place in CUBES.items():
        file = literal(str(folder / f"{name}.parquet"))
        connection.execute(f"copy ({statement(place)}) to {file} (format parquet, compression zstd)")
