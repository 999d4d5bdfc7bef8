"""What a check is and what a suite of checks is; how a breach is said in a sentence.

Belongs here: the words of the trade of checking. Does not: which checks there are (``columns.py``,
``suites.py``), how rows are counted (``count.py``), who judges the counts (``judge.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ONE = {"have": "has", "repeat": "repeats", "give": "gives", "name": "names", "are": "is", "differ": "differs"}
"""The verbs that breaches begin with, as they are said of one row."""
CELL = 40
"""Characters of a value that an example shows at most."""


class Severity(StrEnum):
    """What a breach means, in the words of Great Expectations."""

    CRITICAL = "critical"
    """The pipeline promises this: a breach is damage or a defect, and nothing is published."""
    WARNING = "warning"
    """An export may well deliver this: it is worth knowing and stops nothing."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a table: no row may break it.

    ``name`` is unique in its suite. ``rule`` says what holds. ``breach`` says what rows that break it do, and begins
    with a verb said of many; ``subject`` is what is counted. Either ``condition`` picks the rows of the suite's table
    that break the check, or ``query`` yields one row a breach: ``n_rows``, how many rows it stands for, then what an
    example of it shows. ``tolerated`` is the share of the table's rows that may break it. What ``is_told`` shows
    nothing of a person in its examples, which the history of checks and the run's summary may then repeat.
    """

    name: str
    rule: str
    breach: str
    severity: Severity = Severity.CRITICAL
    subject: str = "row"
    condition: str | None = None
    query: str | None = None
    tolerated: float = 0.0
    is_told: bool = False

    def value(self, n_breaches: int, n_rows: int) -> float:
        """Return what is held against ``tolerated``: the rows that break the check, as a share where some may."""
        return n_breaches / max(n_rows, 1) if self.tolerated else n_breaches

    def limit(self, n_rows: int) -> int:
        """Return how many rows of a table may break the check."""
        return int(self.tolerated * n_rows)


@dataclass(frozen=True, slots=True)
class Suite:
    """The checks of one table. ``key`` names a row in examples; ``reads`` are further tables that queries read."""

    table: str
    key: tuple[str, ...]
    checks: tuple[Check, ...]
    reads: tuple[str, ...] = ()

    def of(self, severity: Severity) -> tuple[Check, ...]:
        """Return the checks of one severity."""
        return tuple(check for check in self.checks if check.severity is severity)


def sentence(table: str, check: Check, n_rows: int, examples: Sequence[Sequence[object]]) -> str:
    """Return one line: how many rows of which table break the check, with examples."""
    verb, rest = check.breach.split(" ", 1)
    what = f"1 {check.subject} {ONE.get(verb, verb)}" if n_rows == 1 else f"{n_rows:,} {check.subject}s {verb}"
    shown = ", ".join(f"({', '.join(_cell(value) for value in row)})" for row in examples)
    return f"{table}: {what} {rest}{', e.g. ' if shown else ''}{shown}"


def _cell(value: object) -> str:
    """Return a value as an example shows it: on one line, and not long."""
    text = "null" if value is None else " ".join(str(value).split())
    return text if len(text) <= CELL else f"{text[:CELL]}…"
