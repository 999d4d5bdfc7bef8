"""Count the rows that break each check of a suite, and find a few of them: DuckDB's part of the work."""

from __future__ import annotations

from pipelines.quality.model import Check, Suite, sentence
from pipelines.sqltext import identifier
from pipelines.warehouse import Warehouse

EXAMPLES = 3
"""Breaches that a sentence names at most."""


def count_breaches(warehouse: Warehouse, suite: Suite) -> dict[str, int]:
    """Return how many rows break each check, by the check's name, in the order of the suite.

    Conditions on rows of the table are counted in one pass over it.
    """
    counted = _count_by_condition(warehouse, suite)
    for check in suite.checks:
        if check.query is not None:
            counted[check.name] = _count_by_query(warehouse, check)
    return {check.name: counted[check.name] for check in suite.checks}


def describe_breach(warehouse: Warehouse, suite: Suite, check: Check, n_rows: int) -> str:
    """Return one line: how many rows break the check, with the first few of them by their shown values."""
    text = f"select * exclude (n_rows) from (\n{suite.breaches(check)}\n) order by all limit {EXAMPLES}"
    examples = warehouse.connection.execute(text, dict(check.parameters)).fetchall()
    return sentence(suite.table, check, n_rows, examples)


def _count_by_condition(warehouse: Warehouse, suite: Suite) -> dict[str, int]:
    """Return the counts of the checks that are a condition on a row."""
    checks = [check for check in suite.checks if check.condition is not None]
    if not checks:
        return {}
    terms = ", ".join(f"count(*) filter (where {check.condition}) as {identifier(check.name)}" for check in checks)
    row = warehouse.connection.execute(f"select {terms} from {identifier(suite.table)}").fetchone() or ()
    return {check.name: int(n_rows) for check, n_rows in zip(checks, row, strict=True)}


def _count_by_query(warehouse: Warehouse, check: Check) -> int:
    """Return the rows that a query of breaches stands for."""
    text = f"select coalesce(sum(n_rows), 0) from (\n{check.query}\n)"
    row = warehouse.connection.execute(text, dict(check.parameters)).fetchone()
    return int(row[0]) if row else 0
