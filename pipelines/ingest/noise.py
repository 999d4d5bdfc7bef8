"""Lines of a text table that are no data: a header again, the header of another table, totals.

They look like rows and must never become any. Each goes to quarantine, so that nothing is dropped in silence.
The quick reader knows none of this: ``triggers`` says in SQL what it must leave to the strict one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from pipelines.ingest.cells import BadRow
from pipelines.ingest.dialect import Header

TOTAL_WORDS = (
    "(grand|sub|sum|general)?[ -]?(totals?|totale|totaux|total général|sum|summe|gesamt(summe)?|zwischensumme|"
    "endsumme|totaal|suma)"
)
BLANK = "[ \\t\u00a0]*"
TOTAL = f"{BLANK}{TOTAL_WORDS}( (general|général|amount|rows|records))?{BLANK}[:=]?{BLANK}"
FIGURE = r"[\s\d.,+%()€$£¥'-]*([A-Z]{3})?\s*"
"""What may stand beside the word for a total: a number in any spelling, with a currency."""
NAME = r"[^\W\d][^\d\r\n]{0,59}"


@dataclass(slots=True)
class Noise:
    """Judges the rows of one file; remembers that another table has begun."""

    header: Header
    known: Collection[str]
    anchor: str
    """The column that every header of this table has."""
    is_below_other: bool = False
    _names: frozenset[str] = field(default=frozenset(), init=False)
    _own: tuple[str, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        self._own = tuple(_plain(name) for name in self.header.names)
        self._names = frozenset({*self._own, *map(_plain, self.known)} - {""})

    def problem(self, row: list[str], *, is_after_blank: bool) -> BadRow | None:
        """Return what a row is that is no data, else None."""
        code, error = self._judged(row, is_after_blank=is_after_blank)
        return BadRow(0, code, error, self.header.delimiter.join(row)) if code else None

    def _judged(self, row: list[str], *, is_after_blank: bool) -> tuple[str, str]:
        """Return the code and the error of a row that is no data, else nothing."""
        if self._is_header(row):
            self.is_below_other = self._own != tuple(_plain(cell) for cell in row[: len(self._own)])
            if not self.is_below_other:
                return "repeated_header", "the header again"
        elif is_after_blank and _are_names(row):
            self.is_below_other = True
        if self.is_below_other:
            return "other_table", "another table begins above it; deliver each table as a file of its own"
        return ("total_line", "a total, no row") if is_total(row) else ("", "")

    def _is_header(self, row: list[str]) -> bool:
        """Whether a row names columns: the anchor among them, and at least half of what it says are known names."""
        place = self.header.names.index(self.anchor)
        # one that ends with another letter cannot be it, and the quick reader looks at these only
        here = len(row) > place and _is_alike(row[place], self.anchor)
        if not here and not any(cell.lower() == self.anchor.lower() for cell in row):
            return False
        said = [_plain(cell) for cell in row if cell.strip()]
        return 2 * sum(name in self._names for name in said) >= len(said)


def is_total(row: list[str]) -> bool:
    """Whether a row is a total: it begins with the word, and nothing but figures stand beside it."""
    said = [cell for cell in row if cell.strip()]
    return (
        len(row) > 1
        and bool(said)
        and re.fullmatch(TOTAL, said[0], re.IGNORECASE) is not None
        and all(re.fullmatch(FIGURE, cell) for cell in said[1:])
    )


def _is_alike(cell: str, name: str) -> bool:
    """Whether a cell is a name but for case, blanks and marks, and ends as it does."""
    return cell.rstrip(" ")[-1:].lower() == name[-1:].lower() and _plain(cell) == _plain(name)


def _are_names(row: list[str]) -> bool:
    """Whether a row below a blank line is the header of another table: names without a digit, each of them once."""
    names = [cell.strip().lower() for cell in row]
    return len(names) > 1 and len(set(names)) == len(names) and all(re.fullmatch(NAME, name) for name in names)


def _plain(name: str) -> str:
    """Return a name without what programs write differently: case, blanks, marks."""
    return re.sub(r"[\W_]+", "", name.lower())
