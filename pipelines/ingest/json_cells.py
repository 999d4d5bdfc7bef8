"""JSON as text: one object a line, or one array of objects; numbers keep the digits that they were written with.

Nested objects become rows by the shape that their kind declares (``shape.py``).
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import IO, Any

from pipelines.errors import FileRefusedError
from pipelines.ingest.cells import BadRow, Cells, CellsBuilder
from pipelines.ingest.decode import TextFile
from pipelines.ingest.extra import NESTED
from pipelines.ingest.paths import ShapeError
from pipelines.ingest.shape import Shape
from pipelines.ingest.split import LINE_TOO_LONG, LONGEST_LINE


class Repeated:
    """Stands for an object that names something twice: which of the two is meant, nobody knows."""


def json_cells(file: TextFile, *, is_lines: bool, known: Iterable[str], shape: Shape | None = None) -> Cells:
    """Read the objects of a file; what is no object, or holds a list where a value belongs, is a bad row.

    With a shape an object becomes several rows; rows are counted over the whole file.
    """
    headers = tuple(sorted(known)) if shape is None else shape.headers
    built, seen = CellsBuilder(headers), set[str]()
    unknown_cells: dict[int, dict[str, str | None]] = {}
    with file.open() as text:
        items = _json_lines(text) if is_lines else _json_array(text)
        for number, (row, unknown_of_row) in enumerate(_rows(items, headers, shape, seen), 1):
            if isinstance(row, BadRow):
                built.bad.append(BadRow(number, row.code, row.error, row.text))
            else:
                built.add(number, row)
                if unknown_of_row:
                    unknown_cells[number] = unknown_of_row
    frame = built.finish()
    there = seen if shape is None else shape.headers_seen(seen)
    present = tuple(name for name in headers if name in there or (frame.is_empty() and not built.bad))
    unknown = tuple(sorted(seen - _known(headers, shape)))
    return Cells(frame.select("row_number", *present), present, unknown, tuple(built.bad), unknown_cells)


def _known(headers: tuple[str, ...], shape: Shape | None) -> frozenset[str]:
    """Return the names of an object that are no unknown columns."""
    return frozenset(headers) if shape is None else shape.roots | shape.ignored


def _rows(
    items: Iterable[object], headers: tuple[str, ...], shape: Shape | None, seen: set[str]
) -> Iterator[tuple[list[str | None] | BadRow, dict[str, str | None]]]:
    """Yield the rows of a file's objects, each with its unknown cells; an object's stand in its first row.

    ``seen`` gathers the names of the objects that were taken.
    """
    objects, known = (
        items if shape is None else chain.from_iterable(map(shape.unwrapped, items)),
        _known(headers, shape),
    )
    for item in objects:
        names = set(item) if isinstance(item, dict) else set[str]()
        unknown = {name: _unknown_text(item[name]) for name in names - known} if isinstance(item, dict) else {}
        for row in [_row(item, headers)] if shape is None else _shaped_rows(item, shape):
            if isinstance(row, BadRow):
                yield row, {}
            else:
                seen |= names
                yield row, unknown
                unknown = {}


def _shaped_rows(item: object, shape: Shape) -> Iterator[list[str | None] | BadRow]:
    """Yield the rows of a nested object, or what is wrong with each."""
    if not isinstance(item, dict):
        yield _no_object(item)
        return
    for cells in shape.rows(item):
        if isinstance(cells, ShapeError):
            yield BadRow(0, cells.code, str(cells), _text(item, default=str) or "")
        else:
            yield _texts(cells)


def _no_object(item: object) -> BadRow:
    """Return what is wrong with what is no object."""
    if isinstance(item, BadRow):
        return item
    if isinstance(item, Repeated):
        return BadRow(0, "repeated_name", "the object names a column twice", "")
    return BadRow(0, "not_json", "not a JSON object", str(item))


def _row(item: object, headers: tuple[str, ...]) -> list[str | None] | BadRow:
    """Return the cells of an object, or what is wrong with it."""
    if not isinstance(item, dict):
        return _no_object(item)
    cells = [item.get(name) for name in headers]
    nested = next(
        (name for name, cell in zip(headers, cells, strict=True) if isinstance(cell, dict | list | Repeated)), ""
    )
    if nested:
        return BadRow(0, "nested_value", f"{nested} holds a list or an object", "")
    return _texts(cells)


def _texts(cells: list[Any]) -> list[str | None] | BadRow:
    """Return cells as text, or what is wrong with them."""
    if any(isinstance(cell, Repeated) for cell in cells):
        return BadRow(0, "repeated_name", "the object names a column twice", "")
    texts = [_text(cell) for cell in cells]
    if any(text is not None and not _is_text(text) for text in texts):
        return BadRow(0, "not_text", "a cell holds a NUL byte or bytes that are no text", "")
    return texts


def _json_lines(text: IO[str]) -> Iterator[object]:
    """Yield the objects of a file with one JSON object a line; blank lines say nothing.

    One array under this file's name is read as well.
    """
    first = next((line for line in text if _bare(line)), "")
    if _bare(first).startswith("["):
        content = first + text.read()
        array = _read(_bare(content))
        yield from array if isinstance(array, list) else _objects_of_lines(io.StringIO(content))
    else:
        yield from _objects_of_lines(chain([first], text))


def _objects_of_lines(lines: Iterable[str]) -> Iterator[object]:
    """Yield the object of each line, or what is wrong with it."""
    for line in lines:
        bare = _bare(line)
        if len(bare) > LONGEST_LINE:
            yield LINE_TOO_LONG
        elif bare:
            yield _read(bare)


def _json_array(text: IO[str]) -> Iterator[object]:
    """Yield the objects of a file that is one JSON array (or one object); FileRefusedError where it is not JSON.

    One object a line under this file's name is read as well, where the first line is one.
    """
    content = text.read().lstrip("\ufeff")
    try:
        found = _loads(content)
    except (ValueError, RecursionError) as error:
        if not isinstance(_read(content.lstrip().partition("\n")[0]), dict | Repeated):
            raise FileRefusedError(
                f"not valid JSON ({error}); deliver it again, or one object a line as .jsonl"
            ) from None
        yield from _objects_of_lines(io.StringIO(content))
        return
    yield from found if isinstance(found, list) else [found]


def _bare(text: str) -> str:
    """Return a text without the blanks around it and the marks before it."""
    return text.strip().lstrip("\ufeff")


def _read(text: str) -> object:
    """Return a JSON text's value; a bad row where it is none."""
    try:
        return _loads(text)
    except (ValueError, RecursionError):
        return BadRow(0, "not_json", "not a JSON object", text)


def _loads(text: str) -> object:
    """Return a JSON text, names in lower case, numbers as the text that they are: whole floats without ``.0``."""
    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_int=str,
        parse_float=lambda number: number.removesuffix(".0"),
        parse_constant=lambda name: None if name == "NaN" else name,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Repeated:
    """Return an object by its names in lower case."""
    item = {name.strip().lower(): value for name, value in pairs}
    return item if len(item) == len(pairs) else Repeated()


def _text(value: object, default: Callable[[object], str] | None = None) -> str | None:
    """Return a JSON value as the text of a cell; ``default`` tells what JSON cannot hold."""
    return value if value is None or isinstance(value, str) else json.dumps(value, default=default)


def _unknown_text(value: object) -> str | None:
    """Return the value of a name that the table does not have, as far as it can be kept."""
    if isinstance(value, dict | list | Repeated):
        return NESTED
    text = _text(value)
    return text if text is None or _is_text(text) else None


def _is_text(cell: str) -> bool:
    """Whether a cell can be stored as text: no NUL, no half of a surrogate pair."""
    return "\0" not in cell and (cell.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in cell))
