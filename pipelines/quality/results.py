"""The history of checks: what each one found, kept for every state of the deliveries.

A state is the number of the last delivery. A run on the same deliveries replaces what an earlier one found, so that
the history says the same however often nothing new came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

import sql
from pipelines.quality.judge import Verdict
from pipelines.quality.model import Check, Suite
from pipelines.warehouse import Warehouse

SCHEMA = {
    "table": pl.String,
    "check_name": pl.String,
    "severity": pl.String,
    "n_rows": pl.Int64,
    "n_breaches": pl.Int64,
    "value": pl.Float64,
    "threshold": pl.Float64,
    "is_ok": pl.Boolean,
    "found": pl.String,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: the rows that it looked at, those that break it, the verdict and what may be told."""

    check: Check
    n_rows: int
    n_breaches: int
    verdict: Verdict
    found: str | None = None


def record_findings(warehouse: Warehouse, suite: Suite, findings: Mapping[str, Finding]) -> None:
    """Keep what the checks of a table found on the deliveries so far."""
    rows = [
        (
            suite.table,
            name,
            finding.verdict.severity.value,
            finding.n_rows,
            finding.n_breaches,
            float(finding.check.value(finding.n_breaches, finding.n_rows)),
            finding.check.tolerated,
            finding.verdict.is_ok,
            finding.found,
        )
        for name, finding in findings.items()
    ]
    warehouse.set_variable("checked_table", suite.table)
    warehouse.connection.execute(sql.statement("raw/delete_check_results"))
    warehouse.connection.register("check_figures", pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    warehouse.connection.execute(sql.statement("raw/insert_check_results"))
    warehouse.connection.unregister("check_figures")
