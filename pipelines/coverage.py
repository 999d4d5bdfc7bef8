"""Which delivered columns hold anything: what needs an absent column is absent, and that is said once."""

from __future__ import annotations

import polars as pl

from pipelines.ingest.sources import FileKind, raw_tables
from pipelines.sqltext import identifier
from pipelines.warehouse import Warehouse

SCHEMA = {"source": pl.String, "table": pl.String, "column": pl.String, "n_rows": pl.Int64, "n_filled": pl.Int64}


def store_coverage(warehouse: Warehouse) -> int:
    """Store ``report.report_coverage``: one row a column of a delivered table, with its rows and filled cells."""
    frames = [_coverage(warehouse, kind) for _, kind in sorted(raw_tables().items())]
    return warehouse.store("report.report_coverage", pl.concat(frames))


def _coverage(warehouse: Warehouse, kind: FileKind) -> pl.DataFrame:
    """Return the coverage of one delivered table, column by column."""
    names = [column.name for column in kind.table.columns]
    stored = [f"{column.name}_hash" if column.is_personal else column.name for column in kind.table.columns]
    counts = ", ".join(f"count({identifier(name)})" for name in stored)
    statement = f"select count(*), {counts} from {identifier('raw.' + kind.table.name)}"
    ((total, *filled),) = warehouse.connection.execute(statement).fetchall()
    values = [(kind.source, kind.table.name, name, total, count) for name, count in zip(names, filled, strict=True)]
    return pl.DataFrame(values, schema=SCHEMA, orient="row")
