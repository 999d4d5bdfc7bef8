"""Read a text table of which nothing is known but that its first line names its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.ingest.cells import BadRow, Cells
from pipelines.ingest.csv_cells import strict_csv
from pipelines.ingest.decode import TextFile, inspect_text
from pipelines.ingest.dialect import DELIMITERS, Dialect, Header
from pipelines.ingest.header import decide, head_lines, header_names, is_passed_over, read_all, refuse_same_names


@dataclass(frozen=True, slots=True)
class TextTable:
    """The names of a text table, its rows as text (an empty cell is empty), and the rows that could not be split."""

    names: tuple[str, ...]
    rows: list[tuple[str, ...]]
    bad: tuple[BadRow, ...]


def read_text_table(place: Path, compression: str | None = None, given: Dialect | None = None) -> TextTable:
    """Read a text table. What is ``given`` of its dialect is not searched for.

    Raises FileRefusedError where it is empty or damaged, or two columns have the same name.
    """
    given = given or Dialect()
    file = inspect_text(place, compression, given.encoding)
    header = _header(file, given)
    refuse_same_names(header.names)
    columns = {f"c{number}": number for number, _ in enumerate(header.names)}
    found: Cells = strict_csv(file, header, columns)
    return TextTable(header.names, [tuple(row[1:]) for row in found.frame.iter_rows()], found.bad)


def _header(file: TextFile, given: Dialect) -> Header:
    """Return the header: of the delimiters that split it at all, the one that makes most rows whole."""
    lines, is_cut = head_lines(file)
    said = (place for place, line in enumerate(lines) if not is_passed_over(line))
    place = next(said, 0) if given.skip_lines is None else given.skip_lines
    headers = [
        Header(delimiter, (), place, given.quote if given.quote is not None else '"', given.escape or "")
        for delimiter in ([given.delimiter] if given.delimiter else DELIMITERS)
    ]
    named = [replace(header, names=header_names(lines[place:], header)) for header in headers]
    split = [header for header in named if len(header.names) > 1] or named[:1]
    readings = [read_all(header, "".join(lines), is_cut=is_cut) for header in split]
    best = min(readings, key=lambda one: (one.n_bad, -len(one.header.names)))
    return decide([replace(best.header, n_more=0)], lines, given, is_cut=is_cut)
