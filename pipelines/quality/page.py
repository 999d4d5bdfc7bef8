"""The page ``docs/data_quality.md``, made from the suites."""

from __future__ import annotations

from pipelines.quality.model import Check, Suite
from pipelines.quality.suites import core_suites, raw_suites, report_suites

INTRODUCTION = """\
# Data quality

What raw, core and the report must hold. A run checks each table as soon as it is built. DuckDB counts the rows that
break a check; a Great Expectations suite for each table expects every count to be 0 and says how grave a breach is:

- **critical**: the pipeline promises this, so a breach is a defect or damage. What is computed from the table does not
  run, nothing is published, the warehouse stays as it was, and the run ends with one line that names the table, the
  number of rows and a few of them.
- **warning**: an export may well deliver this. It stops nothing; it stands with the table in Dagster's pages.

A row of an export that cannot be read does not come so far: it is in `quarantine`. Most checks of columns follow from
the declaration of the delivered tables. Null breaks only a check that a column is given. The cut is the moment that
`--as-of` names: core leaves out what happened later, and without `--as-of` it leaves out nothing. `as_of` is the same
moment, or else that of the last thing the exports tell of.

This page is made from `pipelines/quality/suites.py` by `render_quality_doc()`.
"""


def render_quality_doc() -> str:
    """Return the page: every checked table with its checks."""
    suites = (*raw_suites(), *core_suites(), *report_suites())
    return "\n".join([INTRODUCTION, *(_section(suite) for suite in suites)])


def _section(suite: Suite) -> str:
    """Return the part of the page for one table."""
    rows = "".join(_row(check) for check in suite.checks)
    return f"## {suite.table}\n\n| check | what holds | a breach is |\n|---|---|---|\n{rows}"


def _row(check: Check) -> str:
    """Return a check's row of the table."""
    return f"| `{check.name}` | {check.rule[0].upper()}{check.rule[1:]}. | {check.severity.value} |\n"
