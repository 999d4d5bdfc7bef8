"""What the published set says of each source: when it delivered last, what it fills, how its files changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.ingest.ledger import REFUSED
from pipelines.ingest.sources import raw_tables

LINE = "{column} of {table} is {kind} since delivery {first_delivery_id} ({n_deliveries} files, {n_rows} rows)"


def source_health(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the health of each source by its name; tables that a set of an earlier version lacks say nothing."""
    found = _deliveries(pl.read_parquet(folder / "ingest_ledger.parquet"))
    parts: dict[str, dict[str, Any]] = {
        "coverage": _coverage(_table(folder, "report_coverage")),
        "drift": _drift(_table(folder, "report_schema_drift")),
        "unknown_codes": _unknown_codes(_table(folder, "report_unknown_codes")),
    }
    for source, facts in found.items():
        facts |= {name: by_source.get(source, {}) for name, by_source in parts.items()}
    return found


def _table(folder: Path, name: str) -> Iterable[dict[str, Any]]:
    """Return the rows of a published table; none where the set has no such table."""
    place = folder / f"{name}.parquet"
    return pl.read_parquet(place).iter_rows(named=True) if place.is_file() else ()


def _deliveries(ledger: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Return, for each source, its last delivery, its rows and the files that were refused."""
    by_source = ledger.group_by("source").agg(
        pl.col("loaded_at").max().alias("last_delivery"),
        pl.len().alias("files"),
        pl.col("rows_read").sum(),
        pl.col("rows_quarantined").sum(),
        (pl.col("status") == REFUSED).sum().alias("files_refused"),
    )
    return {row.pop("source"): row for row in by_source.sort("source").iter_rows(named=True)}


def _coverage(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the share of rows that fill each optional column, by source and table that has rows."""
    optional = {
        (name, column.name)
        for name, kind in raw_tables().items()
        for column in kind.table.columns
        if not column.required
    }
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows:
        if row["n_rows"] and (row["table"], row["column"]) in optional:
            shares = found.setdefault(row["source"], {}).setdefault(row["table"], {})
            shares[row["column"]] = round(row["n_filled"] / row["n_rows"], 4)
    return found


def _drift(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the changes of a source's files that the last file of their table has."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["is_current"]:
            found.setdefault(row["source"], []).append({name: row[name] for name in row if name != "is_current"})
    return found


def _unknown_codes(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Return how often a source delivered each code that no map of it knows."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["source"], {})[f"{row['map']}: {row['code']}"] = row["n_rows"]
    return found


def told_sources(sources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the health of the sources as it is printed: a line a table, and a line a change."""
    return {source: _told(facts) for source, facts in sources.items()}


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the health of one source as it is printed."""
    shares = {
        f"filled in {table}": ", ".join(f"{name} {share:.0%}" for name, share in columns.items())
        for table, columns in facts["coverage"].items()
    }
    changes = "; ".join(
        LINE.format(**change | {"kind": change["kind"].replace("_", " "), "n_rows": change["n_rows"] or 0})
        for change in facts["drift"] or ()
    )
    codes = ", ".join(f"{code} ({count:,})" for code, count in facts["unknown_codes"].items())
    plain = {name: value for name, value in facts.items() if name not in ("coverage", "drift", "unknown_codes")}
    return plain | shares | {"drift": changes or "none", "unknown_codes": codes or "none"}
