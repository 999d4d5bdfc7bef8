"""The cells of a delivered file, as text, row by row: one reader a format, each with the same result.

A reader that is quick refuses what it does not understand; then a strict one goes row by row, so
that a bad row costs that row alone and the count of rows is exact.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

import polars as pl

from pipelines.errors import FileRefusedError
from pipelines.ingest.decode import TextFile

DELIMITERS = ",;\t|"
csv.field_size_limit(1 << 30)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be split into cells. ``text`` is the row as delivered: mask it before it is kept."""

    row_number: int
    code: str
    error: str
    text: str


@dataclass(slots=True)
class Cells:
    """Cells as text: a frame with ``row_number`` (1 is the first after the header), and the rows that have none."""

    frame: pl.DataFrame
    bad: list[BadRow] = field(default_factory=list)


def read_header(file: TextFile, known: Iterable[str]) -> tuple[str, list[str]]:
    """Return the delimiter and the header's names: of the delimiters, the one that yields most known names."""
    with file.open() as text:
        line = text.readline().lstrip("\ufeff")
    wanted = {name.lower() for name in known}
    readings = [(delimiter, _split(line, delimiter)) for delimiter in DELIMITERS]
    return max(readings, key=lambda reading: sum(name.lower() in wanted for name in reading[1]))


def _split(line: str, delimiter: str) -> list[str]:
    """Return the names of a header line; its own text where it cannot be split."""
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [line]


def strict_csv(file: TextFile, delimiter: str, names: list[str]) -> Cells:
    """Read a CSV file row by row; a row with another number of cells than the header is a bad row."""
    rows: list[list[str]] = []
    numbers: list[int] = []
    bad: list[BadRow] = []
    with file.open() as text:
        for number, row in enumerate(islice(_csv_rows(text, delimiter), 1, None), 1):
            if isinstance(row, BadRow):
                bad.append(BadRow(number, row.code, row.error, row.text))
            elif len(row) == len(names):
                rows.append(row)
                numbers.append(number)
            else:
                error = f"{len(row)} cells where the header has {len(names)}"
                bad.append(BadRow(number, "wrong_cell_count", error, delimiter.join(row)))
    return Cells(_frame(names, rows, numbers), bad)


def _csv_rows(text: IO[str], delimiter: str) -> Iterator[list[str] | BadRow]:
    """Yield the rows that are not blank; what the reader cannot split is one bad row."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(0, "broken_quotes", str(error), "")
            continue
        if any("\0" in cell for cell in row):
            yield BadRow(0, "nul_byte", "a cell holds a NUL byte", delimiter.join(row).replace("\0", "\ufffd"))
        elif row:
            yield row


def _frame(names: list[str], rows: list[list[str]], numbers: list[int]) -> pl.DataFrame:
    """Return rows of text as a frame with their numbers."""
    schema = dict.fromkeys(names, pl.String())
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(row_number=pl.Series(numbers, dtype=pl.Int64))


def json_cells(file: TextFile, *, is_lines: bool, known: Iterable[str]) -> Cells:
    """Read JSON objects, one a line or one array, numbers as their own text; a line that is no object is a bad row."""
    names = sorted(known)
    with file.open() as text:
        found = list(_json_lines(text) if is_lines else _json_array(text))
    good = [(number, item) for number, item in found if isinstance(item, dict)]
    bad = [BadRow(number, item.code, item.error, item.text) for number, item in found if isinstance(item, BadRow)]
    present = [name for name in names if any(name in item for _, item in good)]
    rows = [[_cell_text(item.get(name)) for name in present] for _, item in good]
    return Cells(_frame(present, rows, [number for number, _ in good]), bad)


def _json_lines(text: IO[str]) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """Yield the objects of a file with one JSON object a line."""
    lines = (line.strip().lstrip("\ufeff") for line in text)
    for number, line in enumerate((line for line in lines if line), 1):
        try:
            item = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            item = None
        yield number, _lower(item) if isinstance(item, dict) else BadRow(number, "not_json", "not a JSON object", line)


def _json_array(text: IO[str]) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """Yield the objects of a file that is one JSON array (or one object); FileRefusedError where it is not JSON."""
    try:
        content = json.loads(text.read().lstrip("\ufeff"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise FileRefusedError(f"not valid JSON ({error}); deliver it again, or one object a line as .jsonl") from None
    items = content if isinstance(content, list) else [content]
    for number, item in enumerate(items, 1):
        bad = BadRow(number, "not_json", "not a JSON object", str(item))
        yield number, _lower(item) if isinstance(item, dict) else bad


def _lower(item: dict[str, Any]) -> dict[str, Any]:
    """Return an object with its names in lower case."""
    return {name.strip().lower(): value for name, value in item.items()}


def _cell_text(value: object) -> str | None:
    """Return a JSON value as the text of a cell."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
