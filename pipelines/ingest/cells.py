"""What the readers of delivered files have in common: cells as text, row by row, and the rows that have none.

A reader that is quick refuses what it does not understand; then a strict one goes row by row, so
that a bad row costs that row alone and the count of rows is exact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

BATCH = 20_000
"""Rows that are held as Python objects before they are packed into a frame."""
EXTENT = 200
"""Characters of a row without cells that the quarantine keeps at most."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be split into cells. ``text`` is the row as delivered: mask it before it is kept."""

    row_number: int
    code: str
    error: str
    text: str


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells as text: a frame with ``row_number`` (1 is the first row of data) and a column a known header.

    ``headers`` are those of the frame; ``unknown`` are names in the file that the table does not have, and
    ``unknown_cells`` what rows have there, by the row's number.
    """

    frame: pl.DataFrame
    headers: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    bad: tuple[BadRow, ...] = ()
    unknown_cells: Mapping[int, Mapping[str, str | None]] = field(default_factory=dict)


@dataclass(slots=True)
class CellsBuilder:
    """Packs rows of text into frames as they come, so that a large file is never held as Python objects."""

    headers: tuple[str, ...]
    frames: list[pl.DataFrame] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    rows: list[Sequence[str | None]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def add(self, number: int, row: Sequence[str | None]) -> None:
        """Take a row that has a cell for each header."""
        self.numbers.append(number)
        self.rows.append(row)
        if len(self.rows) >= BATCH:
            self._pack()

    def finish(self) -> pl.DataFrame:
        """Return all rows."""
        self._pack()
        return pl.concat(self.frames)

    def _pack(self) -> None:
        """Turn the rows that wait into a frame."""
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * len(self.headers)
        series = [pl.Series(name, list(cells), pl.String) for name, cells in zip(self.headers, columns, strict=True)]
        self.frames.append(pl.DataFrame([pl.Series("row_number", self.numbers, pl.Int64), *series]))
        self.numbers, self.rows = [], []


def masked_text(text: str) -> str:
    """Return the shape of a row that could not be split: every letter is x, every digit 9, marks stand as they are."""
    shown = re.sub(r"[0-9]", "9", text[:EXTENT])
    return re.sub(r"[^ -@\[-`{-~]", "x", shown)


def safe_name(name: str) -> str:
    """Return a header as it may be told; what looks like data (a file without header) is told as its shape."""
    is_name = re.fullmatch(r"[^\W\d][\w .()/#-]{0,59}", name) and not re.search(r"\d{5}", name)
    return name if is_name else f"'{masked_text(name)[:30]}'"
