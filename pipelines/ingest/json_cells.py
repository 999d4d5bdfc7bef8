"""JSON as text: one object a line, or one array of objects; numbers keep the digits that they were written with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from pipelines.errors import FileRefusedError
from pipelines.ingest.cells import BadRow, Cells, CellsBuilder
from pipelines.ingest.decode import TextFile
from pipelines.ingest.extra import NESTED


class Repeated:
    """Stands for an object that names something twice: which of the two is meant, nobody knows."""


def json_cells(file: TextFile, *, is_lines: bool, known: Iterable[str]) -> Cells:
    """Read the objects of a file; what is no object, or holds a list where a value belongs, is a bad row."""
    headers = tuple(sorted(known))
    built, seen = CellsBuilder(headers), set[str]()
    unknown_cells: dict[int, dict[str, str | None]] = {}
    with file.open() as text:
        for number, item in enumerate(_json_lines(text) if is_lines else _json_array(text), 1):
            row = item if isinstance(item, BadRow) else _row(item, headers)
            if isinstance(row, BadRow):
                built.bad.append(BadRow(number, row.code, row.error, row.text))
            else:
                built.add(number, row)
                names = set(item if isinstance(item, dict) else ())
                seen |= names
                if isinstance(item, dict) and not names.issubset(headers):
                    unknown_cells[number] = {name: _unknown_text(item[name]) for name in names.difference(headers)}
    frame = built.finish()
    present = tuple(name for name in headers if name in seen or (frame.is_empty() and not built.bad))
    unknown = tuple(sorted(seen - set(headers)))
    return Cells(frame.select("row_number", *present), present, unknown, tuple(built.bad), unknown_cells)


def _row(item: object, headers: tuple[str, ...]) -> list[str | None] | BadRow:
    """Return the cells of an object, or what is wrong with it."""
    if isinstance(item, Repeated):
        return BadRow(0, "repeated_name", "the object names a column twice", "")
    if not isinstance(item, dict):
        return BadRow(0, "not_json", "not a JSON object", str(item))
    cells = [item.get(name) for name in headers]
    nested = next(
        (name for name, cell in zip(headers, cells, strict=True) if isinstance(cell, dict | list | Repeated)), ""
    )
    if nested:
        return BadRow(0, "nested_value", f"{nested} holds a list or an object", "")
    texts = [_text(cell) for cell in cells]
    if any(text is not None and not _is_text(text) for text in texts):
        return BadRow(0, "not_text", "a cell holds a NUL byte or bytes that are no text", "")
    return texts


def _json_lines(text: IO[str]) -> Iterator[object]:
    """Yield the objects of a file with one JSON object a line; blank lines say nothing."""
    for line in text:
        stripped = line.strip().lstrip("\ufeff")
        if stripped:
            try:
                yield _loads(stripped)
            except (ValueError, RecursionError):
                yield BadRow(0, "not_json", "not a JSON object", stripped)


def _json_array(text: IO[str]) -> Iterator[object]:
    """Yield the objects of a file that is one JSON array (or one object); FileRefusedError where it is not JSON."""
    try:
        content = _loads(text.read().lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise FileRefusedError(f"not valid JSON ({error}); deliver it again, or one object a line as .jsonl") from None
    yield from content if isinstance(content, list) else [content]


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


def _text(value: object) -> str | None:
    """Return a JSON value as the text of a cell."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _unknown_text(value: object) -> str | None:
    """Return the value of a name that the table does not have, as far as it can be kept."""
    if isinstance(value, dict | list | Repeated):
        return NESTED
    text = _text(value)
    return text if text is None or _is_text(text) else None


def _is_text(cell: str) -> bool:
    """Whether a cell can be stored as text: no NUL, no half of a surrogate pair."""
    return "\0" not in cell and (cell.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in cell))
