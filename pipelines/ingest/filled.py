"""How well a delivered file fills its columns, and the book that is kept of it (``raw.delivered_columns``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import duckdb
import polars as pl

import sql
from pipelines.ingest.extra import ExtraColumn, FileColumns, FilledColumn, extra_key
from pipelines.ingest.sources import EXTRA, FileKind
from pipelines.sqltext import identifier, literal

SCHEMA = {"delivery_id": pl.Int64, "column": pl.String, "is_known": pl.Boolean, "n_filled": pl.Int64}


class Filled(Protocol):
    """A staged file, as far as its columns matter."""

    @property
    def columns(self) -> tuple[FilledColumn, ...]:
        """The columns of the file."""


class Book(Protocol):
    """Where the book is kept."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The warehouse's connection."""


def with_unknown_cells(
    frame: pl.DataFrame, cells: Mapping[int, Mapping[str, str | None]], extra: Sequence[ExtraColumn]
) -> pl.DataFrame:
    """Return a frame of cells with a further column a kept unknown name; the cells come by the row's number."""
    if not extra:
        return frame
    columns = [pl.Series(one.cell, [row.get(one.header) for row in cells.values()], pl.String) for one in extra]
    numbers = pl.Series("row_number", list(cells), pl.Int64)
    return frame.join(pl.DataFrame([numbers, *columns]), on="row_number", how="left", maintain_order="left")


def filled_columns(
    connection: duckdb.DuckDBPyConnection, kind: FileKind, place: Path, columns: FileColumns
) -> tuple[FilledColumn, ...]:
    """Return how many rows of a staged file fill each of its columns, by name.

    Columns of the table are read from the file's own statistics, which cost nothing; unknown ones are counted.
    """
    stored = {
        column.name: f"{column.name}_hash" if column.is_personal else column.name for column in kind.table.columns
    }
    filled = dict(connection.execute(_statistics(place)).fetchall())
    known = [
        FilledColumn(name, is_known=True, n_filled=int(filled.get(stored[name], 0))) for name in sorted(columns.present)
    ]
    if not columns.unknown:
        return tuple(known)
    counted = dict(connection.execute(_extra_counts(place)).fetchall())
    kept = {column.key: int(counted.get(column.key, 0)) for column in columns.extra}
    names = sorted({*map(extra_key, columns.unknown), *kept})
    return (*known, *(FilledColumn(name, is_known=False, n_filled=kept.get(name)) for name in names))


def _statistics(place: Path) -> str:
    """Return the statement that reads the filled cells of each column of a Parquet file; no statistics, all filled."""
    return (  # a literal
        "select path_in_schema, sum(num_values - coalesce(stats_null_count, 0)) "  # noqa: S608
        f"from parquet_metadata({literal(str(place))}) group by all"
    )


def _extra_counts(place: Path) -> str:
    """Return the statement that counts the rows that have a cell of each unknown column."""
    return (
        f"select name, count(*) from (select unnest(json_keys({identifier(EXTRA)})) as name "  # noqa: S608 - a literal
        f"from read_parquet({literal(str(place))})) group by all"
    )


def write_columns(book: Book, staged: Iterable[tuple[int, Filled]]) -> None:
    """Write the columns of loaded files into the book, each with its number of delivery."""
    rows = [
        (delivery_id, column.name, column.is_known, column.n_filled)
        for delivery_id, one in staged
        for column in one.columns
    ]
    if rows:
        book.connection.register("filled_columns", pl.DataFrame(rows, schema=SCHEMA, orient="row"))
        book.connection.execute(sql.statement("raw/insert_delivered_columns"))
        book.connection.unregister("filled_columns")
