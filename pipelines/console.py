"""What people see of a run in a terminal: progress on stderr, the result on stdout."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Self

from rich.console import Console
from rich.table import Table

from pipelines.runner import StepDone
from pipelines.summary import RunSummary


def print_json(content: dict[str, Any]) -> None:
    """Print one JSON object on stdout."""
    Console(soft_wrap=True, highlight=False, markup=False).print(json.dumps(content, default=str))


class RunConsole:
    """Tells of a run: one line a step on stderr, the summary on stdout."""

    def __init__(self) -> None:
        self._progress = Console(stderr=True, highlight=False)
        self._status = self._progress.status("starting …")

    def __enter__(self) -> Self:
        if self._progress.is_terminal:  # elsewhere nobody sees it, and drawing it ten times a second takes its time
            self._status.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._status.stop()

    def step(self, done: StepDone) -> None:
        """Tell of a step that ended."""
        rows = f"{done.rows:>12,} rows" if done.rows is not None else " " * 17
        self._progress.print(f"{done.name:<34}{rows}{done.seconds:>8.2f} s", markup=False)

    def say(self, line: str) -> None:
        """Tell something else, such as whom the run waits for."""
        self._progress.print(line, markup=False)

    def show(self, summary: RunSummary, *, as_json: bool) -> None:
        """Print the result."""
        if as_json:
            print_json(summary.as_json())
            return
        show_summary(Console(highlight=False), summary)


def show_summary(console: Console, summary: RunSummary) -> None:
    """Print a run's summary for people."""
    _show_rows(console, summary)
    console.print(_suspicious(summary))
    console.print(_costs(summary))
    for table, days in summary.days_changed.items():
        if days["count"]:
            console.print(f"Days of request changed in {table}: {_days(days)}.", markup=False)
    state = "Nothing new: the published set stands" if summary.is_unchanged else "Published"
    console.print(f"{state}: {summary.published}", markup=False, soft_wrap=True)
    console.print(f"Report: {summary.report}", markup=False, soft_wrap=True)
    console.print(f"As of {summary.as_of}; {summary.seconds:.1f} s.", markup=False)


def _days(days: dict[str, Any]) -> str:
    """Return how many days a run changed, and from when to when."""
    span = f"{days['first']} to {days['last']}" if days["count"] > 1 else str(days["first"])
    return f"{days['count']:,} ({span})"


def _show_rows(console: Console, summary: RunSummary) -> None:
    """Print what came in, what was refused, and what the exports do not say."""
    rows = ", ".join(f"{table} {count:,}" for table, count in summary.rows.items())
    total = sum(summary.rows.values())
    console.print(f"Rows in: {total:,} ({rows}); quarantined: {summary.quarantined:,}.", markup=False)
    for refused in summary.files_refused:
        console.print(f"Refused: {refused['path']}: {refused['reason']}", markup=False, soft_wrap=True)
    for table, columns in summary.absent_columns.items():
        console.print(f"Not in the exports ({table}): {', '.join(columns)}.", markup=False)
    for unknown in summary.unknown_codes:
        told = f"{unknown['source']} {unknown['map']}: {_plain(unknown['code'])} ({unknown['n_rows']:,} rows)"
        console.print(f"No map knows this code: {told}.", markup=False, soft_wrap=True)
    if summary.unmatched_lines:
        console.print(f"RMA lines without a known purchase: {summary.unmatched_lines:,}.", markup=False)
    for warning in summary.warnings:
        console.print(f"Unusual: {warning}.", markup=False, soft_wrap=True)
    console.print(f"RMAs scored: {summary.rmas_scored:,}; flagged: {summary.rmas_flagged:,}.", markup=False)


def _suspicious(summary: RunSummary) -> Table:
    """Return the table of the most suspicious RMAs."""
    table = Table(title="Most suspicious RMAs", title_justify="left", expand=True)
    table.add_column("#", justify="right")
    table.add_column("RMA", no_wrap=True)
    table.add_column("risk", justify="right")
    table.add_column(f"at stake{f' ({summary.currency})' if summary.currency else ''}", justify="right")
    table.add_column("what is unusual", ratio=1)
    for row in summary.top:
        risk, amount = f"{row.risk_score:.1f}", f"{row.amount_at_stake:,.2f}"
        table.add_row(str(row.risk_rank), _plain(row.rma_id), risk, amount, _plain(row.reason))
    return table


def _costs(summary: RunSummary) -> Table:
    """Return the table of what returns cost, by component."""
    table = Table(title="What returns cost", title_justify="left")
    table.add_column("component")
    table.add_column(summary.currency or "amount", justify="right")
    for component, amount in summary.costs.items():
        table.add_row(component.replace("_", " "), f"{amount:,.2f}")
    table.add_section()
    table.add_row("total", f"{summary.total_return_cost or Decimal(0):,.2f}")
    return table


def _plain(text: str) -> str:
    """Return a text from the exports with nothing in it that a terminal or its markup would act on."""
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown.replace("[", r"\[")
