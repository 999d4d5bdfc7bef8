"""The strict reader of text tables: row by row, every row a row of cells or a bad one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.ingest.cells import BadRow, Cells, CellsBuilder
from pipelines.ingest.decode import NOT_TEXT, TextFile
from pipelines.ingest.dialect import Header
from pipelines.ingest.noise import Noise
from pipelines.ingest.split import LINE_TOO_LONG, TOO_LONG, split_rows


def strict_csv(  # noqa: PLR0913 - what a file is read with
    file: TextFile,
    header: Header,
    wanted: dict[str, int],
    noise: Noise | None = None,
    *,
    above: Sequence[BadRow] = (),
    short_rows: bool = False,
) -> Cells:
    """Read a text table row by row. ``wanted`` are the columns to keep: their names, and their places in the file.

    A row with another number of cells than the header is a bad row (with ``short_rows`` one with fewer, but more
    than one, is filled up with empty ones), and so is what ``noise`` takes for no data; where quotes are broken,
    the line that the row begins with is, and reading goes on with the next line. ``above`` are lines above the
    header that could be rows: they are counted first.
    """
    built = CellsBuilder(tuple(wanted))
    places = list(wanted.values())
    built.bad.extend(replace(bad, row_number=number) for number, bad in enumerate(above, 1))
    number, is_after_blank = len(above) - 1, False
    with file.open() as text:
        for row in split_rows(text, header):
            if row is None:
                is_after_blank = number > len(above)
                continue
            number += 1
            if number == len(above):  # the header
                continue
            bad = row if isinstance(row, BadRow) else None
            if isinstance(row, list):
                if noise is not None:
                    bad = noise.problem(row, is_after_blank=is_after_blank)
                # one cell alone is the text below a table, not a row of which nothing but its key is left
                if short_rows and len(row) > 1:
                    row.extend([""] * (header.n_cells - len(row)))
                bad = bad or _problem(row, header)
            is_after_blank = False
            if bad is not None:
                built.bad.append(replace(bad, row_number=number))
            elif isinstance(row, list):
                built.add(number, [row[place] for place in places])
    return Cells(built.finish(), built.headers, bad=tuple(built.bad))


def _problem(row: list[str], header: Header) -> BadRow | None:
    """Return what is wrong with a row that could be split."""
    text = header.delimiter.join(row)
    if TOO_LONG in text:
        return LINE_TOO_LONG
    if "\0" in text or NOT_TEXT in text:
        return BadRow(0, "not_text", "a cell holds a NUL byte or bytes that are no text", text)
    if len(row) != header.n_cells:
        return BadRow(0, "wrong_cell_count", f"{len(row)} cells where the header has {header.n_cells}", text)
    # the row may hold one cell too many, so that all others stand under a wrong name
    if any(cell.strip() for cell in row[header.n_named :]):
        return BadRow(0, "wrong_cell_count", "a cell stands behind the last column", text)
    return None
