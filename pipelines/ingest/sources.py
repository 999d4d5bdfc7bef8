"""What a source delivers: file kinds declared by ``sql/sources/<source>/manifest.toml``.

A file kind is one sort of file: its columns, the key of its rows, the raw table they go to. The
canonical source's kinds are the contract's tables; any other source declares its own by files alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatch, fnmatchcase
from functools import cache
from typing import Any

import sql
from features.contracts import CANONICAL_TABLES, Column, Kind, Progress, Table
from pipelines.errors import ReturnwatchError
from pipelines.ingest.manifest import Manifest, read_manifest
from pipelines.ingest.options import NOTHING_DECLARED, ReaderOptions
from pipelines.ingest.shape import PART, PLACE, Shape, build_shape

CANONICAL = "canonical"
EXTRA = "extra"
"""The column of every raw table for the cells of columns that the table does not have."""
POSITION = {PART: Column("part", Kind.TEXT), PLACE: Column("place", Kind.COUNT)}
"""Columns of every kind that explodes lists: the list that a row is of, and its place in it."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """One sort of file that a source delivers.

    ``headers`` maps the header in the file to the column's name (the same for canonical tables);
    ``ordinal`` names a column that numbers the rows of a file within another column; with ``short_rows``
    a CSV row may end before the header does, and the cells that it leaves away are empty. ``shape`` says how
    nested JSON becomes rows (None: objects are flat), ``maps`` names the map of codes of a column,
    ``ignored`` are names in lower case, also patterns, of what is known and neither stored nor told.
    """

    source: str
    pattern: str
    table: Table
    headers: dict[str, str]
    ordinal: tuple[str, str] | None = None
    short_rows: bool = False
    shape: Shape | None = None
    maps: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    name: str = ""
    """What the manifest calls the kind; of the canonical source, the table."""
    reader: ReaderOptions = NOTHING_DECLARED
    """What the manifest declares of how its files are read; a user's settings go before it."""

    @property
    def stored_columns(self) -> tuple[str, ...]:
        """Names of the columns of the raw table: a personal column is a hash and a mask, the last one is ``extra``."""
        names: list[str] = []
        for column in self.table.columns:
            names += [f"{column.name}_hash", f"{column.name}_mask"] if column.is_personal else [column.name]
        return (*names, *([self.ordinal[0]] if self.ordinal else []), EXTRA)

    def ignores(self, header: str) -> bool:
        """Whether a column of the file is known and not needed."""
        return any(fnmatchcase(header.strip().lower(), pattern) for pattern in self.ignored)


def source_names() -> tuple[str, ...]:
    """Return the names of the sources that can be read: the packaged ones and the user's own."""
    return tuple(sql.source_folders())


@cache
def file_kinds(source: str) -> tuple[FileKind, ...]:
    """Return the file kinds of a source, longest pattern first, so that the most exact one wins."""
    kinds = _canonical_kinds() if source == CANONICAL else _declared_kinds(source)
    return tuple(sorted(kinds, key=lambda kind: (-len(kind.pattern), kind.pattern)))


@cache
def raw_tables() -> dict[str, FileKind]:
    """Return every raw table that some source fills, by name, with the kind that fills it."""
    found: dict[str, FileKind] = {}
    for kind in (kind for source in source_names() for kind in file_kinds(source)):
        other = found.setdefault(kind.table.name, kind)
        if other is not kind:
            raise ReturnwatchError(
                f"sources {other.source} and {kind.source} both declare the table {kind.table.name}; rename one"
            )
    return found


def kind_of(source: str, filename: str) -> FileKind | None:
    """Return the kind of a file of ``source``, by its name in lower case; None where no kind takes it."""
    return next((kind for kind in file_kinds(source) if fnmatch(filename.lower(), kind.pattern)), None)


def _canonical_kinds() -> list[FileKind]:
    """Return one kind a table of the contract."""
    return [
        FileKind(
            CANONICAL, f"{table.name}*", table, {column.name: column.name for column in table.columns}, name=table.name
        )
        for table in CANONICAL_TABLES.values()
    ]


@cache
def manifest_of(source: str) -> Manifest:
    """Return what a source's manifest declares; ReturnwatchError where it is not as it must be."""
    return read_manifest(source, sql.source_folders()[source].joinpath(sql.MANIFEST).read_text(encoding="utf-8"))


def _declared_kinds(source: str) -> list[FileKind]:
    """Return the kinds of a source's manifest."""
    kinds = manifest_of(source).kinds
    return [_declared_kind(source, name, _whole(declaration)) for name, declaration in kinds.items()]


def _whole(declaration: dict[str, Any]) -> dict[str, Any]:
    """Return a declaration with what it leaves to the kind that it names by ``same_as`` (``source.kind``)."""
    if "same_as" not in declaration:
        return declaration
    source, kind = declaration["same_as"].split(".")
    return manifest_of(source).kinds[kind] | declaration


def _declared_kind(source: str, name: str, declaration: dict[str, Any]) -> FileKind:
    """Return one kind from its declaration in a manifest; ReturnwatchError where a path is none."""
    given = declaration["columns"]
    shape = _shape(source, name, declaration)
    columns = {header: _column(header, entry, shape) for header, entry in given.items()}
    if shape is not None and shape.lists:
        columns |= POSITION
    ordinal = declaration.get("ordinal")
    return FileKind(
        source,
        declaration["files"],
        Table(
            declaration["table"],
            tuple(declaration["key"]),
            tuple(columns.values()),
            declaration.get("version"),
            Progress(tuple(declaration.get("milestones", ()))),
        ),
        {header: column.name for header, column in columns.items()},
        (ordinal["column"], ordinal["within"]) if ordinal else None,
        declaration.get("short_rows", False),
        shape=shape,
        maps={entry["name"]: entry["map"] for entry in given.values() if "map" in entry},
        ignored=tuple(header.lower() for header in declaration.get("ignored", ())),
        name=name,
        reader=_reader(source, name, declaration.get("reader", {})),
    )


def _reader(source: str, name: str, declared: dict[str, Any]) -> ReaderOptions:
    """Return the reader options of one kind; ReturnwatchError where one is unknown or makes no sense."""
    try:
        return NOTHING_DECLARED.over(declared)
    except (TypeError, ValueError) as error:
        raise ReturnwatchError(
            f"{source}/manifest.toml: [{name}.reader] {error}; docs/settings.md lists what can be declared"
        ) from None


def _column(header: str, entry: dict[str, Any], shape: Shape | None) -> Column:
    """Return one column. What is required of an element of a list is looked after by its shape."""
    is_required = entry.get("required", False) and not (shape is not None and "[]." in header)
    return Column(entry["name"], Kind(entry["kind"]), is_required, tuple(entry.get("words", ())))


def _shape(source: str, name: str, declaration: dict[str, Any]) -> Shape | None:
    """Return the shape of a kind of nested JSON; None where its objects are flat."""
    if not {"lists", "wrapped_in"} & declaration.keys():
        return None
    columns = declaration["columns"]
    required = {header: entry.get("required", False) for header, entry in columns.items()}
    sparse = [header for header, entry in columns.items() if entry.get("sparse", False)]
    try:
        lists, wrappers, ignored = (declaration.get(key, ()) for key in ("lists", "wrapped_in", "ignored"))
        return build_shape(required, lists, wrappers, ignored, sparse)
    except ValueError as error:
        raise ReturnwatchError(f"{source}/manifest.toml: [{name}] {error}; see docs/add_a_source.md") from None
