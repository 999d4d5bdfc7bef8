"""Which of two records with the same key is the newer one, whatever order they arrive in.

Evidence comes from the record (the moment at which it was changed, how far it is on its way) and from the
name of its file (the day that it names, its place in a series). Only what both records have is compared;
where nothing tells them apart, the later arrival is the newer one. ``merge.py`` puts this into statements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from features.contracts import Table
from pipelines.sqltext import identifier, literal

DAY = re.compile(r"(?<!\d)((?:19|20|21)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
MONTH = re.compile(r"(?<!\d)((?:19|20|21)\d\d)[-_.](0[1-9]|1[0-2])(?![-_.]?\d)")
DIGITS = re.compile(r"\d+")
STAGE, MILESTONE = 10_000, 100
"""What one stage, and one milestone, weigh in the figure of progress: a table has fewer than 100 of either."""


@dataclass(frozen=True, slots=True)
class Name:
    """What the name of a delivered file says about when it was made.

    ``named_on`` is the day (the first of a month) that it names; ``series`` is the path without its digits,
    ``number`` those digits, so that they compare as numbers do.
    """

    named_on: date | None
    series: str
    number: str | None

    def is_after(self, other: Name) -> bool:
        """Whether the names alone say that this file is newer than the other."""
        if self.named_on and other.named_on and self.named_on != other.named_on:
            return self.named_on > other.named_on
        return self.series == other.series and (self.number or "") > (other.number or "")


def read_name(path: str) -> Name:
    """Return what a path below the landing folder says; the last date in it counts."""
    digits = [found.lstrip("0").rjust(40, "0") for found in DIGITS.findall(path)]
    return Name(_named_on(path), DIGITS.sub("#", path), ".".join(digits) or None)


def natural_order(path: str) -> tuple[tuple[str, ...], str]:
    """Return what sorts paths as people do: ``part_9`` before ``part_10``."""
    return tuple(DIGITS.sub(lambda found: found[0].lstrip("0").rjust(40, "0"), part) for part in path.split("/")), path


def _named_on(path: str) -> date | None:
    """Return the last day that a path names, else the first day of the last month; None where it names neither."""
    for year, _, month, day in reversed(DAY.findall(path)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    months = MONTH.findall(path)
    return date(int(months[-1][0]), int(months[-1][1]), 1) if months else None


def updated_term(table: Table) -> str:
    """Return the expression of the moment at which a row of ``table`` was changed last; null where it has none."""
    return identifier(table.updated) if table.updated else "null::timestamp"


def progress_term(table: Table) -> str:
    """Return the expression of how far a row of ``table`` is: stages weigh more than milestones, these more than words.

    0 where the table declares no progress.
    """
    progress = table.progress
    filled = [f"(case when {identifier(name)} is not null then {MILESTONE} else 0 end)" for name in progress.milestones]
    if progress.status is None:
        return " + ".join(filled) or "0"
    words = [
        f"when {literal(word)} then {place * STAGE + rank}"
        for place, stage in enumerate(progress.stages)
        for rank, word in enumerate(stage)
    ]
    return " + ".join([f"(case {identifier(progress.status)} {' '.join(words)} else 0 end)", *filled])
