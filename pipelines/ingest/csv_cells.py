"""CSV as text: its header, and the strict reader that goes line by line."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from pipelines.errors import FileRefusedError
from pipelines.ingest.cells import BadRow, Cells, CellsBuilder
from pipelines.ingest.decode import NOT_TEXT, TextFile

DELIMITERS = ",;\t|"
HEAD = 1 << 20
"""Characters within which a header ends."""
LONGEST_LINE, LONGEST_ROW = 1 << 22, 1 << 18
"""Characters of a line, and of a row of several lines: a row that is longer has a quote that nobody closed."""
csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a CSV file: the delimiter, the names as they stand, the lines before it that are blank."""

    delimiter: str
    names: tuple[str, ...]
    n_lines_before: int = 0


def read_header(file: TextFile, known: Iterable[str]) -> Header:
    """Return the header: of the delimiters, the one that yields most known names.

    Blank lines before it and the ``sep=;`` that Excel writes there are passed over. Raises
    FileRefusedError where two columns have the same name.
    """
    with file.open() as text:
        lines = io.StringIO(text.read(HEAD).lstrip("\ufeff"), newline="").readlines()
    before = next((place for place, line in enumerate(lines) if not _is_passed_over(line)), len(lines))
    wanted = {name.lower() for name in known}
    readings = [(delimiter, _names(lines[before:], delimiter)) for delimiter in DELIMITERS]
    delimiter, names = max(readings, key=lambda reading: sum(name.lower() in wanted for name in reading[1]))
    refuse_same_names(names)
    return Header(delimiter, names, before)


def refuse_same_names(names: Iterable[str]) -> None:
    """Raise FileRefusedError where two columns have the same name, in any case; nameless ones are let pass."""
    named = [name.strip().lower() for name in names if name.strip()]
    if len(set(named)) < len(named):
        raise FileRefusedError("two columns of the header have the same name; rename one and deliver again")


def _is_passed_over(line: str) -> bool:
    """Whether a line before the header says nothing."""
    return not line.strip() or re.fullmatch(r'"?sep=."?', line.strip()) is not None


def _names(lines: list[str], delimiter: str) -> tuple[str, ...]:
    """Return the names of a header; its own text where it cannot be split."""
    try:
        return tuple(name.strip() for name in next(csv.reader(lines, delimiter=delimiter), []))
    except csv.Error:
        return (lines[0],)


def strict_csv(file: TextFile, header: Header, wanted: dict[str, int], *, short_rows: bool = False) -> Cells:
    """Read a CSV file row by row. ``wanted`` are the columns to keep: their names, and their places in the file.

    A row with another number of cells than the header is a bad row (with ``short_rows`` one with fewer is
    filled up with empty ones); where quotes are broken, the line that the row begins with is, and reading
    goes on with the next line.
    """
    built = CellsBuilder(tuple(wanted))
    places = list(wanted.values())
    with file.open() as text:
        for number, row in enumerate(_rows(text, header)):
            if number == 0:
                continue
            if short_rows and isinstance(row, list):
                row.extend([""] * (len(header.names) - len(row)))
            problem = row if isinstance(row, BadRow) else _problem(row, header)
            if problem is not None:
                built.bad.append(BadRow(number, problem.code, problem.error, problem.text))
            else:
                built.add(number, [row[place] for place in places] if isinstance(row, list) else [])
    return Cells(built.finish(), built.headers, bad=tuple(built.bad))


def _problem(row: list[str], header: Header) -> BadRow | None:
    """Return what is wrong with a row that could be split."""
    text = header.delimiter.join(row)
    if "\0" in text or NOT_TEXT in text:
        return BadRow(0, "not_text", "a cell holds a NUL byte or bytes that are no text", text)
    if len(row) != len(header.names):
        error = f"{len(row)} cells where the header has {len(header.names)}"
        return BadRow(0, "wrong_cell_count", error, text)
    return None


def _rows(text: IO[str], header: Header) -> Iterator[list[str] | BadRow]:
    """Yield the header and the rows that are not blank."""
    lines = Lines(text)
    for _ in range(header.n_lines_before):
        next(lines)
    while True:
        lines.begin_row()
        try:
            row = next(csv.reader(lines, delimiter=header.delimiter, strict=True, skipinitialspace=True))
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(0, "broken_quotes", str(error), lines.back_to_second())
            continue
        if row:
            yield row


class Lines:
    """The lines of a text; those of the row that is being read can be read again."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self._row.append(line)
        self._length += len(line)
        if len(self._row) > 1 and self._length > LONGEST_ROW:
            raise csv.Error("a quote is not closed")
        return line

    def _read(self) -> str:
        """Return the next line; one that is too long to be a row is told as bytes that are no text."""
        line = self._text.readline(LONGEST_LINE)
        if len(line) < LONGEST_LINE or line[-1] in "\r\n":
            return line
        while (rest := self._text.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
            pass
        return NOT_TEXT + "\n"

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self._row, self._length = [], 0

    def back_to_second(self) -> str:
        """Go back to the second line of the row; return the first."""
        self._again.extendleft(reversed(self._row[1:]))
        return self._row[0]
