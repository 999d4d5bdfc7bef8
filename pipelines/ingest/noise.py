"""Lines of a text table that are no data: a header again, the header of another table, totals.

They look like rows and must never become any. Each goes to quarantine, so that nothing is dropped in silence.
The quick reader knows none of this; ``quick_csv.py`` says in SQL what it must leave to the strict one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from features.contracts import Kind
from pipelines.ingest.cells import BadRow
from pipelines.ingest.dialect import Header
from pipelines.ingest.sources import FileKind
from pipelines.ingest.split import split_rows

TOTAL_WORDS = (
    "(grand|sub|sum|general)?[ -]?(totals?|totale|totaux|total général|sum|summe|gesamt(summe)?|zwischensumme|"
    "endsumme|totaal|suma)"
)
BLANK = "[ \\t\u00a0]*"
TOTAL = f"{BLANK}{TOTAL_WORDS}( (general|général|amount|rows|records))?{BLANK}[:=]?{BLANK}"
FIGURE = r"[\s\d.,+%()€$£¥'-]*([A-Z]{3})?\s*"
"""What may stand beside the word for a total: a number in any spelling, with a currency."""
NEED_A_DIGIT = (Kind.TIMESTAMP, Kind.DAY, Kind.MONEY, Kind.AMOUNT, Kind.QUANTITY, Kind.COUNT, Kind.INTEGER)
NAME = r"[^\W\d][^\d\r\n]{0,59}"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a table's rows are known by: names that its files may have, and the columns that every row needs."""

    header: Header
    known: frozenset[str]
    required: tuple[int, ...]
    """Places of the required columns that the file has; a header in the middle names the first of them."""
    typed: tuple[int, ...]
    """Those of them whose cells need a digit, so that no header and no total can be a good row."""

    @property
    def anchor(self) -> str:
        """The name that every header of this table has."""
        return self.header.names[self.required[0]]


def marks_of(kind: FileKind, header: Header, places: Mapping[str, int]) -> Marks:
    """Return the marks of a file of a kind; ``places`` are those of its columns in the file."""
    required = [column for column in kind.table.columns if column.required and column.name in places]
    typed = [column for column in required if column.kind in NEED_A_DIGIT]
    known = frozenset({_plain(name) for name in (*kind.headers, *header.names)} - {""})
    return Marks(header, known, *(tuple(places[column.name] for column in some) for some in (required, typed)))


def rows_above(lines: list[str], marks: Marks) -> list[BadRow]:
    """Return the lines above the header that could be rows: to pass over them would lose them.

    A sheet that was sorted with its header looks so, and a file whose first table has none.
    """
    header = replace(marks.header, n_lines_before=0)
    rows = split_rows(io.StringIO("".join(lines[: marks.header.n_lines_before]), newline=""), header)
    return [
        BadRow(0, "above_header", "it stands above the header; move that to the top", header.delimiter.join(row))
        for row in rows
        if isinstance(row, list) and _could_be_row(row, marks)
    ]


def _could_be_row(row: list[str], marks: Marks) -> bool:
    """Whether a line has the cells of a row, as many of them filled as a row has at least, half of all, and figures."""
    n_filled = sum(bool(cell.strip()) for cell in row)
    n_figures = sum(re.search(r"\d", cell) is not None for cell in row)
    is_filled = n_filled >= len(marks.required) and 2 * n_filled > marks.header.n_named
    return len(row) == marks.header.n_cells and is_filled and n_figures >= len(marks.typed)


@dataclass(slots=True)
class Noise:
    """Judges the rows of one file; remembers that another table has begun."""

    marks: Marks
    is_below_other: bool = False

    def problem(self, row: list[str], *, is_after_blank: bool) -> BadRow | None:
        """Return what a row is that is no data, else None."""
        if self._is_header(row):
            own = [_plain(name) for name in self.marks.header.names]
            self.is_below_other = own != [_plain(cell) for cell in row[: len(own)]]
            if not self.is_below_other:
                return BadRow(0, "repeated_header", "the header again", self._text(row))
        elif is_after_blank and _are_names(row):
            self.is_below_other = True
        if self.is_below_other:
            error = "another table begins above it; deliver each table as a file of its own"
            return BadRow(0, "other_table", error, self._text(row))
        return BadRow(0, "total_line", "a total, no row", self._text(row)) if self._is_total(row) else None

    def _text(self, row: list[str]) -> str:
        """Return a row as one text."""
        return self.marks.header.delimiter.join(row)

    def _is_header(self, row: list[str]) -> bool:
        """Whether a row names columns: the anchor among them, and at least half of what it says are known names."""
        anchor, place = self.marks.anchor, self.marks.required[0]
        # one that ends with another letter cannot be it, and the quick reader looks at these only
        here = len(row) > place and _is_alike(row[place], anchor)
        if not here and not any(len(cell) == len(anchor) and cell.lower() == anchor.lower() for cell in row):
            return False
        if any(re.search(r"\d", row[typed]) for typed in self.marks.typed if typed < len(row)):
            return False
        said = [_plain(cell) for cell in row if cell.strip()]
        return 2 * sum(name in self.marks.known for name in said) >= len(said)

    def _is_total(self, row: list[str]) -> bool:
        """Whether a row is a total: it begins with the word, nothing but figures beside it, something required away."""
        first = next((cell for cell in row if cell.strip()), "")
        if len(row) < 2 or first[-1:].isdigit() or not re.fullmatch(TOTAL, first, re.IGNORECASE):  # noqa: PLR2004
            return False
        figures = [cell for cell in row if cell.strip()][1:]
        needed = [row[place] if place < len(row) else "" for place in self.marks.required]
        is_partial = not self.marks.typed or not all(cell.strip() for cell in needed)
        return is_partial and all(re.fullmatch(FIGURE, cell) for cell in figures)


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
