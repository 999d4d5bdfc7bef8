"""The page ``docs/data_quality.md``, made from the suites."""

from __future__ import annotations

from pipelines.quality.model import Check, Suite
from pipelines.quality.suites import core_suites, raw_suites, report_suites

INTRODUCTION = """\
# Data quality

What raw, core and the report must hold. A run checks each table as soon as it is built. DuckDB counts the rows that
break a check; a Great Expectations suite for each table expects every count to be 0 (or no more than a check
tolerates) and says how grave a breach is:

- **critical**: the pipeline promises this, so a breach is a defect or damage. What is computed from the table does not
  run, nothing is published, the warehouse stays as it was, and the run ends with one line that names the table, the
  number of rows and a few of them.
- **warning**: an export may well deliver this. It stops nothing; it stands with the table in Dagster's pages, and
  what is about columns, files or days in the run's summary too.

What every check found is kept for each state of the deliveries in `report_data_quality` (docs/reports.md), and the
last run's in `HOME/data_docs/index.html`, which opens without a network, also after a run that a check stopped.

A row of an export that cannot be read does not come so far: it is in `quarantine`. Most checks of columns follow from
the declaration of the delivered tables. Null breaks only a check that a column is given. The cut is the moment that
`--as-of` names: core leaves out what happened later, and without `--as-of` it leaves out nothing. `as_of` is the same
moment, or else that of the last thing the exports tell of.

## What is usual

Volumes and silence are held against the table's own past, never against a figure that somebody has to set:

- `days_usual`: the events of each of the last fourteen days that were over at `as_of` (a row's event is the first
  moment that its table requires) against those of the same weekday in the eight weeks before, four at least. Usual is
  the median, give or take four times the spread: the median distance from the median as a standard deviation (times
  1.4826), and never less than that of chance, the root of the median. A day without rows counts as a day.
- `delivery_usual`: the rows that the last run read, against the last eight days with deliveries on that weekday, in
  the same way.
- `events_fresh`: the last event lies further before `as_of` than twice the gap between days with events that 95 of
  100 gaps of the year before do not pass, and more than two days. It takes eight gaps.

A peak that comes once a year is told too: it is unusual, and no error.

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
