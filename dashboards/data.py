"""The published set as dashboards read it: a folder with a manifest and one Parquet file a table.

What belongs here: opening a set, reading columns of its tables, and saying clearly what is wrong
with a set that cannot be read. What does not: what any column means to a reader (``report.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import polars as pl
from polars.exceptions import ColumnNotFoundError, PolarsError

MANIFEST = "manifest.json"
DEFINITIONS = "definitions.json"
UNPUBLISHED = "Nothing is published that could be shown. Run `returnwatch run` and load this again."
"""What people and programs are told where no set can be read; where it lies is for the log alone."""


class PublishedSetError(Exception):
    """A published set is missing, incomplete or unreadable; the message names the set and the next step."""


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """One complete, immutable set. ``path`` is the set's own folder, never a pointer that may move on to a newer one.

    ``rows`` is the number of rows of each table that the manifest names, ``manifest`` all that it says.
    """

    path: Path
    manifest: Mapping[str, object]
    rows: Mapping[str, int]

    @classmethod
    def open(cls, set_dir: Path) -> Self:
        """Open the set in a folder or behind a link to one. PublishedSetError where there is none."""
        path = set_dir.resolve()
        manifest = _manifest(path)
        return cls(path, MappingProxyType(manifest), MappingProxyType(_table_rows(path, manifest)))

    def has(self, name: str) -> bool:
        """Whether the manifest names that table."""
        return name in self.rows

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the names of the table's columns. PublishedSetError as for ``table``."""
        try:
            return _columns(self._file(name))
        except (PolarsError, OSError) as error:
            raise self._unreadable(name, error) from error

    def table(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Read a table, only the columns asked for, in that order (all where none are asked for).

        PublishedSetError where the set has no such table or column, or its file cannot be read.
        """
        try:
            return pl.read_parquet(self._file(name), columns=None if columns is None else list(columns))
        except ColumnNotFoundError as error:
            reason = f"Table {name} of the published set {self.path} lacks a column of {', '.join(columns or ())}"
            raise PublishedSetError(f"{reason}: run `returnwatch run` again to publish a new set.") from error
        except (PolarsError, OSError) as error:
            raise self._unreadable(name, error) from error

    def scan(self, name: str) -> pl.LazyFrame:
        """Return a table to be read when collected, only what is asked of it. PublishedSetError as for ``table``."""
        self.columns(name)
        return pl.scan_parquet(self._file(name))

    def optional(self, name: str) -> pl.DataFrame | None:
        """Read a table that a set may have been published without; None where it was."""
        return self.table(name) if self.has(name) else None

    def definitions(self, name: str) -> dict[str, str]:
        """Return what each column of a report table means, and under the empty name what the table is.

        Empty where the set says nothing of it. PublishedSetError where the file of definitions is damaged.
        """
        told = _definitions(self.path).get(name)
        return {"": told["description"], **told["columns"]} if told else {}

    def text(self, key: str) -> str | None:
        """Return what the manifest says under that key, as text; None where it says nothing."""
        value = self.manifest.get(key)
        return None if value is None else str(value)

    def moment(self, key: str) -> datetime | None:
        """Return a moment of the manifest in UTC, without a zone. PublishedSetError where it is none."""
        value = self.text(key)
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value)
        except ValueError as error:
            raise _broken(self.path, f"its {key} is not a moment: {value!r}") from error
        return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at

    def _file(self, name: str) -> Path:
        """Return the table's file. PublishedSetError where the manifest does not name the table."""
        if not self.has(name):
            raise PublishedSetError(
                f"The published set {self.path} has no table {name}: run `returnwatch run` to publish a new set."
            )
        return self.path / f"{name}.parquet"

    def _unreadable(self, name: str, error: Exception) -> PublishedSetError:
        """Return the error of a table whose file is missing or damaged."""
        # Polars adds its whole plan below the first line.
        return _broken(self.path, f"table {name} cannot be read ({str(error).partition(chr(10))[0]})")


@lru_cache(maxsize=256)
def _columns(file: Path) -> tuple[str, ...]:
    """Return the columns of a table's file, which never changes."""
    return tuple(pl.read_parquet_schema(file))


@lru_cache(maxsize=4)
def _definitions(path: Path) -> dict[str, dict[str, Any]]:
    """Return what a set says of its tables. PublishedSetError where the file is damaged."""
    try:
        tables: dict[str, dict[str, Any]] = json.loads((path / DEFINITIONS).read_text(encoding="utf-8"))["tables"]
        _ = [(told["description"], dict(told["columns"])) for told in tables.values()]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(path, f"{DEFINITIONS} cannot be read ({error})") from error
    return tables


def _broken(path: Path, what: str) -> PublishedSetError:
    """Return the error of a set that is there but cannot be used."""
    return PublishedSetError(
        f"The published set {path} is damaged: {what}. Run `returnwatch run` to publish a new set."
    )


def _manifest(path: Path) -> dict[str, object]:
    """Return the manifest. PublishedSetError where it is missing or is no JSON object."""
    file = path / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        reason = f"There is no published set in {path} (no {MANIFEST})"
        raise PublishedSetError(f"{reason}: run `returnwatch run --landing DIR` first.") from error
    except (OSError, ValueError) as error:
        raise _broken(path, f"{MANIFEST} cannot be read ({error})") from error
    if not isinstance(manifest, dict):
        raise _broken(path, f"{MANIFEST} is no JSON object")
    return manifest


def _table_rows(path: Path, manifest: dict[str, object]) -> dict[str, int]:
    """Return the rows of each table that the manifest names. PublishedSetError where it names none."""
    tables = manifest.get("tables")
    if not isinstance(tables, dict) or not tables:
        raise _broken(path, f"{MANIFEST} names no tables")
    try:
        return {str(name): int(entry["rows"]) for name, entry in tables.items()}
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(path, f"{MANIFEST} does not say how many rows each table has") from error
