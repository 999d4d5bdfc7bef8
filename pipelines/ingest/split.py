"""Split the text of a table into rows, one after another, by a dialect that is known.

A row that is broken costs its own line alone: reading goes on with the line after it.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import IO

from pipelines.ingest.cells import BadRow
from pipelines.ingest.decode import NOT_TEXT
from pipelines.ingest.dialect import STAND_IN, Header, csv_options

LONGEST_LINE, LONGEST_ROW = 1 << 22, 1 << 18
"""Characters of a line, and of a row of several lines: a row that is longer has a quote that nobody closed."""
LENIENT_LINES = 20
"""Lines of a row that is given a second try."""
TOO_LONG = "\udcfe"
"""Stands for a line that is longer than a row can be; no text can hold it."""
LINE_TOO_LONG = BadRow(0, "too_long", f"the line has more than {LONGEST_LINE:,} characters", "")
csv.field_size_limit(LONGEST_LINE)


def split_rows(text: IO[str], header: Header) -> Iterator[list[str] | BadRow | None]:
    """Yield the header, then the rows as they stand; None for a blank line."""
    lines = Lines(text, header)
    for _ in range(header.n_lines_before):
        next(lines, None)
    options = csv_options(header.delimiter, header.quote, header.escape)
    while True:
        lines.begin_row()
        try:
            row = next(csv.reader(lines, **options))  # type: ignore[arg-type]
        except StopIteration:
            return
        except csv.Error as failure:
            cells = _second_try(lines, header)
            if cells is None:
                yield BadRow(0, "broken_quotes", str(failure), lines.back_to_second())
                continue
            row = cells
        if len(row) < 2 and lines.is_blank:  # noqa: PLR2004 - a blank line has one cell at most
            yield None
        elif len(lines.row) > 1 and _swallows_rows(row, header):
            error = "a quote seems to be closed by one of a later row"
            yield from [BadRow(0, "broken_quotes", error, line) for line in lines.row]
        elif header.quote and header.quote in lines.row[0] and _has_half_quote(row, "".join(lines.row), header):
            error = "a cell ends with a quote that it does not begin with"
            yield BadRow(0, "broken_quotes", error, lines.back_to_second())
        elif header.escape and _escapes_needlessly(lines.row, header):
            error = f"{header.escape} stands before a sign that needs none"
            yield BadRow(0, "broken_quotes", error, lines.row[0])
        else:
            yield row if len(header.delimiter) == 1 else [cell.replace(STAND_IN, header.delimiter) for cell in row]


class Lines:
    """The lines of a text; those of the row that is being read can be read again."""

    def __init__(self, text: IO[str], header: Header) -> None:
        self._text = text
        self._header = header
        self._again: deque[str] = deque()
        self._length = 0
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self.row.append(line)
        self._length += len(line)
        if len(self.row) > 1 and self._length > LONGEST_ROW:
            raise csv.Error("a quote is not closed")
        return line

    @property
    def is_blank(self) -> bool:
        """Whether the row is one blank line."""
        return len(self.row) == 1 and not self.row[0].strip()

    def _read(self) -> str:
        """Return the next line, ready to be split; of one that is too long only that it is."""
        line = self._text.readline(LONGEST_LINE)
        if len(line) >= LONGEST_LINE and line[-1] not in "\r\n":
            while (rest := self._text.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
                pass
            return TOO_LONG + "\n"
        if len(self._header.delimiter) > 1:
            line = line.replace(STAND_IN, NOT_TEXT).replace(self._header.delimiter, STAND_IN)
        # Databases write \N for null; without this the escape would leave an N behind
        if self._header.escape and f"{self._header.escape}N" in line:
            line = _null_cells(self._header).sub("", line)
        return line

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.row, self._length = [], 0

    def back_to_first(self) -> None:
        """Go back to the first line of the row."""
        self._again.extendleft(reversed(self.row))
        self.begin_row()

    def back_to_second(self) -> str:
        """Go back to the second line of the row; return the first."""
        self._again.extendleft(reversed(self.row[1:]))
        return self.row[0]


@cache
def _null_cells(header: Header) -> re.Pattern[str]:
    r"""Return the pattern of a cell that is ``\N`` alone."""
    mark = re.escape(_mark(header))
    return re.compile(rf"(?:(?<={mark})|^){re.escape(header.escape)}N(?={mark}|[\r\n]|$)")


@cache
def _needed_escapes(header: Header) -> re.Pattern[str]:
    """Return the pattern of escapes that a writer needs: before the quote, the delimiter, a line end, itself."""
    escape = re.escape(header.escape)
    return re.compile(rf"{escape}(?:{escape}|{re.escape(header.quote or _mark(header))}|{re.escape(_mark(header))}|\s)")


def _mark(header: Header) -> str:
    """Return the one sign that stands between cells while a row is split."""
    return header.delimiter if len(header.delimiter) == 1 else STAND_IN


def _escapes_needlessly(lines: list[str], header: Header) -> bool:
    """Whether an escape stands where none is needed, so that the sign before it may belong to the text."""
    return any(header.escape in _needed_escapes(header).sub("", line) for line in lines)


def _swallows_rows(row: list[str], header: Header) -> bool:
    """Whether a cell of several lines seems to hold the rows between two quotes that do not belong together.

    Then it holds as many delimiters as whole rows have, and its lines begin as this row does.
    """
    if header.n_cells < 2 or not any(sign.isdigit() for sign in row[0]):  # noqa: PLR2004 - rows without delimiter
        return False
    mark, shape = _mark(header), _shape(row[0])
    for cell in row:
        lines = re.split(r"\r\n|\r|\n", cell)[1:]
        if (
            lines
            and cell.count(mark) == len(lines) * (header.n_cells - 1)
            and all(_shape(line.split(mark, 1)[0].strip(f" {header.quote}")) == shape for line in lines)
        ):
            return True
    return False


def _has_half_quote(row: list[str], text: str, header: Header) -> bool:
    """Whether a cell ends with a quote and does not begin with one, in a row with quoted cells.

    In a row without any it is a mark of inches, say; behind quotes it stands tripled.
    """
    quote = header.quote
    halves = [cell for cell in row if cell.endswith(quote) and cell.count(quote) % 2]
    return (
        bool(halves)
        and (text.startswith(quote) or f"{_mark(header)}{quote}" in text)
        and any(cell.replace(quote, quote * 2) + quote not in text for cell in halves)
        and not header.escape
    )


def _shape(cell: str) -> str:
    """Return the shape of a cell: letters as x, digits as 9, runs of either as one."""
    return re.sub(r"[0-9]+", "9", re.sub(r"[^\W\d_]+", "x", cell.strip()))


def _second_try(lines: Lines, header: Header) -> list[str] | None:
    """Return the cells of a row that the csv module cannot split for blanks behind a closing quote, else None."""
    if header.escape or not header.quote or header.delimiter == " ":
        return None
    first = lines.row[0]
    if f"{header.quote} " not in first and f"{header.quote}\t" not in first:
        return None
    lines.back_to_first()
    text, cells = "", None
    try:
        while cells is None and len(lines.row) < LENIENT_LINES and (line := next(lines, "")):
            text += line
            cells = _split_loosely(text, header)
    except csv.Error:
        return None
    return cells or None


@cache
def _loose_cell(header: Header) -> re.Pattern[str]:
    """Return the pattern of one cell and what ends it: quoted with blanks around the quotes, or plain."""
    quote, mark = re.escape(header.quote), re.escape(_mark(header))
    quoted = rf" *{quote}(?P<quoted>(?:[^{quote}]|{quote}{quote})*+){quote}[ \t]*"
    plain = rf" *(?P<plain>(?!{quote})[^{mark}\r\n]*)"
    return re.compile(rf"(?:{quoted}|{plain})(?P<end>{mark}|\r\n|\r|\n|\Z)")


def _split_loosely(text: str, header: Header) -> list[str] | None:
    """Return the cells of a row; an empty list where it is broken, None where more lines belong to it."""
    cells, place = [], 0
    while True:
        found = _loose_cell(header).match(text, place)
        if found is None:
            quotes = text.count(header.quote, place)
            return None if quotes % 2 and text[place:].lstrip(" ").startswith(header.quote) else []
        quoted = found["quoted"]
        cells.append(found["plain"] if quoted is None else quoted.replace(header.quote * 2, header.quote))
        place = found.end()
        if found["end"] != _mark(header):
            return cells if place == len(text) else []
