"""Count the rows that break each check of a suite, and find a few of them: DuckDB's part of the work.

Statements read the name of the table that is checked as the variable ``checked_table``, where they serve
several.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.quality.model import Check, Severity, Suite, sentence
from pipelines.sqltext import identifier
from pipelines.warehouse import Warehouse

EXAMPLES = 3
"""Breaches that a sentence names at most."""


def count_breaches(warehouse: Warehouse, suite: Suite) -> dict[str, int]:
    """Return how many rows break each check, by the check's name, in the order of the suite.

    Conditions on rows of the table are counted in one pass over it. Warnings of a raw table that no delivery was for
    have nothing to find, and are not looked for: a shop uses a few tables of the many that sources declare.
    """
    if suite.table.startswith("raw.") and not _is_delivered(warehouse, suite.table):
        critical = replace(suite, checks=suite.of(Severity.CRITICAL))
        return {check.name: 0 for check in suite.checks} | _counted(warehouse, critical)
    return _counted(warehouse, suite)


def _is_delivered(warehouse: Warehouse, table: str) -> bool:
    """Whether a raw table has rows, or the ledger names a file for it."""
    named = "select 1 from raw.ingest_ledger as l where 'raw.' || l.table = ?"
    statement = f"select exists (from {identifier(table)}) or exists ({named})"
    ((is_delivered,),) = warehouse.connection.execute(statement, [table]).fetchall()
    return bool(is_delivered)


def _counted(warehouse: Warehouse, suite: Suite) -> dict[str, int]:
    """Return the rows that break each check of a suite."""
    warehouse.set_variable("checked_table", suite.table)
    counted = _count_by_condition(warehouse, suite)
    for check in suite.checks:
        if check.query is not None:
            counted[check.name] = _figures(warehouse, f"select coalesce(sum(n_rows), 0) from (\n{check.query}\n)")[0]  # noqa: S608 - the project's own text
    return {check.name: counted[check.name] for check in suite.checks}


def describe_breach(warehouse: Warehouse, suite: Suite, check: Check, n_rows: int) -> str:
    """Return one line: how many rows break the check, with the first few of them by what the check shows."""
    warehouse.set_variable("checked_table", suite.table)
    found = f"select * exclude (n_rows) from (\n{_breaches(suite, check)}\n) order by all limit {EXAMPLES}"  # noqa: S608 - the project's own text
    return sentence(suite.table, check, n_rows, warehouse.connection.execute(found).fetchall())


def _count_by_condition(warehouse: Warehouse, suite: Suite) -> dict[str, int]:
    """Return the counts of the checks that are a condition on a row."""
    checks = [check for check in suite.checks if check.condition is not None]
    if not checks:
        return {}
    terms = ", ".join(f"count(*) filter (where {check.condition}) as {identifier(check.name)}" for check in checks)
    figures = _figures(warehouse, f"select {terms} from {identifier(suite.table)}")  # noqa: S608 - identifiers
    return {check.name: n_rows for check, n_rows in zip(checks, figures, strict=True)}


def _breaches(suite: Suite, check: Check) -> str:
    """Return the query of a check's breaches: ``n_rows`` and what an example shows."""
    if check.query is not None:
        return check.query
    keys = ", ".join(identifier(name) for name in suite.key)
    return f"select 1 as n_rows, {keys} from {identifier(suite.table)} where {check.condition}"  # noqa: S608 - identifiers


def _figures(warehouse: Warehouse, text: str) -> tuple[int, ...]:
    """Return the one row of whole numbers that a statement yields."""
    return tuple(int(figure) for figure in warehouse.connection.execute(text).fetchall()[0])
