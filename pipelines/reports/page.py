"""``docs/reports.md``: every report table with its grain and the definition of each column."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import ReportTable

INTRODUCTION = """\
# Report tables

Money is in the reporting currency with four decimals. A rate or share is a number from 0 to 1 (a rate by units can
pass 1 where more came back than was sold in the period). Moments and days are UTC. Every table is published as a
Parquet file of the same name, but for those that say they are not: these stay in the warehouse, for tables that share
their work.

An RMA line *counts as returned* unless it was denied, cancelled or rejected; one that was refunded nevertheless
counts. Claims of goods that never arrived count too: what they ask back is lost in the same way.

This page is made from `pipelines/reports/`.
"""


def render_reports_doc(tables: Iterable[ReportTable] = REPORT_TABLES) -> str:
    """Return ``docs/reports.md``: every table with its grain and the definition of each column."""
    return "\n".join([INTRODUCTION, *(_section(table) for table in tables)])


def _section(table: ReportTable) -> str:
    """Return the part of the page for one table."""
    rows = "".join(f"| `{name}` | {definition} |\n" for name, definition in table.columns.items())
    kept = "" if table.is_published else " Not published."
    head = (
        f"## {table.name}\n\n{table.description}{kept}\n\nGrain: {table.grain}. Statement: `sql/{table.statement}.sql`."
    )
    return f"{head}\n\n| column | definition |\n|---|---|\n{rows}"
