"""The shape of nested JSON: how one object becomes rows, by what its kind declares.

An object becomes one row of its own and one row for each element of the lists that the kind explodes. Every
row has the object's own columns; only the rows of a list have that list's columns. ``[part]`` names the list
(empty in the object's own row, which is there with or without elements), ``[place]`` counts within it from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.ingest.paths import JsonPath, MissingError, ShapeError, parse_path

PART, PLACE = "[part]", "[place]"
"""Headers of the two columns that say which row of its object a row is."""
BLANKS = " \t\n\v\f\r\xa0\u200b\u202f\u3000\ufeff"
"""What a cell is trimmed of (sql/ingest/clean_cell.sql)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: where its value lies, in which list (None: in the object), and whether a row must have it."""

    header: str
    path: JsonPath
    part: str | None = None
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a kind's objects: its columns, exploded lists, wrappers, and names that are passed over."""

    fields: tuple[Field, ...]
    lists: Mapping[str, JsonPath]
    wrappers: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()
    sparse: frozenset[str] = frozenset()
    """Headers of what an object names only where it has it: a file without them lacks no column."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of a row's cells."""
        return (*(field.header for field in self.fields), *((PART, PLACE) if self.lists else ()))

    @property
    def roots(self) -> frozenset[str]:
        """The names of an object that some column or list begins with."""
        own = (field.path.roots for field in self.fields if field.part is None)
        return frozenset().union(*own, *(path.roots for path in self.lists.values()))

    def headers_seen(self, names: Iterable[str]) -> set[str]:
        """Return the headers whose columns are there in objects with these names."""
        seen = set(names)
        return {
            *(PART, PLACE),
            *self.sparse,
            *(field.header for field in self.fields if self._root(field) & seen),
        }

    def _root(self, field: Field) -> frozenset[str]:
        """Return the names of the object that a column begins with."""
        return field.path.roots if field.part is None else self.lists[field.part].roots

    def unwrapped(self, item: object) -> Iterator[object]:
        """Yield the objects that an object holds under the name of a wrapper, or itself where it is none."""
        inner = self._inner(item) if isinstance(item, dict) else None
        if inner is None:
            yield item
        elif isinstance(inner, list):
            yield from inner
        else:
            yield from self.unwrapped(inner)

    def _inner(self, item: dict[str, object]) -> object:
        """Return what a wrapper holds; None where the object is one of the kind: it has a required value."""
        required = [field for field in self.fields if field.is_required and field.part is None]
        if any(field.path.roots & item.keys() for field in required):
            return None
        return next((item[name] for name in self.wrappers if isinstance(item.get(name), dict | list)), None)

    def rows(self, item: dict[str, object]) -> Iterator[list[object] | ShapeError]:
        """Yield the cells of an object's rows, in the order of ``headers``; a row of another shape as its error."""
        try:
            own = {field.header: field.path.value_in(item) for field in self.fields if field.part is None}
        except ShapeError as error:
            yield error
            return
        yield self._row(own, None, 0, {})
        for part, path in self.lists.items():
            yield from self._elements(own, part, _list(item, path))

    def _elements(
        self, own: dict[str, object], part: str, elements: list[object] | ShapeError
    ) -> Iterator[list[object] | ShapeError]:
        """Yield a row an element of a list."""
        if isinstance(elements, ShapeError):
            yield elements
            return
        for place, element in enumerate(elements, 1):
            if not isinstance(element, dict):
                yield ShapeError(f"element {place} of {part} is no object")
                continue
            try:
                yield self._row(own, part, place, element)
            except ShapeError as error:
                yield error

    def _row(self, own: dict[str, object], part: str | None, place: int, element: dict[str, object]) -> list[object]:
        """Return the cells of one row; MissingError where a value that its list must have is missing."""
        cells = dict(own)
        for field in self.fields:
            if part is not None and field.part == part:
                value = field.path.value_in(element)
                if field.is_required and (value is None or not str(value).strip(BLANKS)):
                    raise MissingError(f"{field.header} is missing")
                cells[field.header] = value
        values = [cells.get(field.header) for field in self.fields]
        return [*values, part, str(place)] if self.lists else values


def _list(item: dict[str, object], path: JsonPath) -> list[object] | ShapeError:
    """Return the elements of a list of an object; none where it has none."""
    value: object = item
    for name in path.ways[0][0]:
        value = value.get(str(name)) if isinstance(value, dict) else None
    if not value:
        return []
    return value if isinstance(value, list) else ShapeError(f"{path.text} is no list")


def build_shape(
    required: Mapping[str, bool],
    lists: Iterable[str],
    wrappers: Iterable[str],
    ignored: Iterable[str],
    sparse: Iterable[str] = (),
) -> Shape:
    """Return the shape of a kind from its headers (each with whether it is required) and lists; ValueError if bad."""
    paths = {text.lower(): parse_path(text) for text in lists}
    fields = tuple(_field(header, paths, is_required=is_required) for header, is_required in required.items())
    return Shape(
        fields,
        paths,
        tuple(name.lower() for name in wrappers),
        frozenset(name.lower() for name in ignored),
        frozenset(header.lower() for header in sparse),
    )


def _field(header: str, lists: Mapping[str, JsonPath], *, is_required: bool) -> Field:
    """Return the column of a header; ValueError where it names a list that is not exploded."""
    name, mark, rest = header.partition("[].")
    if not mark:
        return Field(header.lower(), parse_path(header), None, is_required)
    if name.lower() not in lists:
        raise ValueError(f"'{header}': the list '{name}' is not one of the kind's lists")
    return Field(header.lower(), parse_path(rest), name.lower(), is_required)
