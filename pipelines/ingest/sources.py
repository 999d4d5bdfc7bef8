"""What a source delivers: file kinds declared by ``sql/sources/<source>/manifest.toml``.

A file kind is one sort of file: its columns, the key of its rows, the raw table they go to. The
canonical source's kinds are the contract's tables; any other source declares its own by files alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from typing import Any

from features.contracts import CANONICAL_TABLES, Column, Kind, Table
from pipelines.ingest.options import NOTHING_DECLARED, ReaderOptions

CANONICAL = "canonical"
CONTRACT_SOURCES = (
    "canonical",
    "shopify",
    "amazon_fba",
    "amazon_mfn",
    "woocommerce",
    "adobe_commerce",
    "online_retail",
)


@dataclass(frozen=True, slots=True)
class FileKind:
    """One sort of file that a source delivers.

    ``headers`` maps the header in the file to the column's name (the same for canonical tables);
    ``ordinal`` names a column that numbers the rows of a file within another column; with ``short_rows``
    a CSV row may end before the header does, and the cells that it leaves away are empty.
    """

    source: str
    pattern: str
    table: Table
    headers: dict[str, str]
    ordinal: tuple[str, str] | None = None
    short_rows: bool = False
    name: str = ""
    """What the manifest calls the kind; of the canonical source, the table."""
    reader: ReaderOptions = NOTHING_DECLARED
    """What the manifest declares of how its files are read; a user's settings go before it."""

    @property
    def stored_columns(self) -> tuple[str, ...]:
        """Names of the columns of the raw table: a personal column is a hash and a mask."""
        names: list[str] = []
        for column in self.table.columns:
            names += [f"{column.name}_hash", f"{column.name}_mask"] if column.is_personal else [column.name]
        return (*names, *([self.ordinal[0]] if self.ordinal else []))


@cache
def source_names() -> tuple[str, ...]:
    """Return the names of the sources that can be read: the folders below ``sql/sources``."""
    folder = files("sql").joinpath("sources")
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.joinpath("manifest.toml").is_file()))


@cache
def file_kinds(source: str) -> tuple[FileKind, ...]:
    """Return the file kinds of a source, longest pattern first, so that the most exact one wins."""
    kinds = _canonical_kinds() if source == CANONICAL else _declared_kinds(source)
    return tuple(sorted(kinds, key=lambda kind: (-len(kind.pattern), kind.pattern)))


@cache
def raw_tables() -> dict[str, FileKind]:
    """Return every raw table that some source fills, by name, with the kind that fills it."""
    return {kind.table.name: kind for source in source_names() for kind in file_kinds(source)}


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


def _declared_kinds(source: str) -> list[FileKind]:
    """Return the kinds of a source's manifest."""
    return [_declared_kind(source, name, _whole(declaration)) for name, declaration in _manifest(source).items()]


def _manifest(source: str) -> dict[str, dict[str, Any]]:
    """Return what a source's manifest declares, by the name of the kind."""
    text = files("sql").joinpath("sources", source, "manifest.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _whole(declaration: dict[str, Any]) -> dict[str, Any]:
    """Return a declaration with what it leaves to the kind that it names by ``same_as`` (``source.kind``)."""
    if "same_as" not in declaration:
        return declaration
    source, kind = declaration["same_as"].split(".")
    return _manifest(source)[kind] | declaration


def _declared_kind(source: str, name: str, declaration: dict[str, Any]) -> FileKind:
    """Return one kind from its declaration in a manifest."""
    columns = tuple(
        Column(given["name"], Kind(given["kind"]), given.get("required", False), tuple(given.get("words", ())))
        for given in declaration["columns"].values()
    )
    ordinal = declaration.get("ordinal")
    return FileKind(
        source,
        declaration["files"],
        Table(declaration["table"], tuple(declaration["key"]), columns),
        {header: given["name"] for header, given in declaration["columns"].items()},
        (ordinal["column"], ordinal["within"]) if ordinal else None,
        declaration.get("short_rows", False),
        name,
        NOTHING_DECLARED.over(declaration.get("reader", {})),
    )
