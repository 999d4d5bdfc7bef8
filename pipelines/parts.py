"""The core rows of a shop in parts of some shoppers each, written once and read one by one: memory follows a part.

What belongs here: the temporary tables that place RMAs, shoppers and orders in buckets, by the statements that Spark
runs, too (``sql/buckets``), and the files of each bucket's rows. What does not: what is made of the rows
(``engines/parts.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

import sql
from engines.base import BY_BUCKET, CORE, IS_HOME, Parts
from features.contracts import CORE_FRAMES
from pipelines.sqltext import identifier, literal

PLACED = {
    "owners": "list_owners",
    "shoppers": "list_shoppers",
    "homes": "list_homes",
    "rma_places": "place_rmas",
    "order_places": "place_orders",
}
"""The temporary tables and their statements, each made from those before it."""
LINES_FOR_AN_RMA = 8
"""Order lines that a part may have for each of its RMAs: shops where hardly anything comes back are parted, too."""


@dataclass(frozen=True, slots=True)
class StoredParts:
    """Parts as Parquet files, a folder a table and in it one a bucket."""

    folder: Path
    n: int

    def rows(self, number: int) -> Mapping[str, pl.DataFrame]:
        """Return the rows of a part."""
        return {name: self._table(name, number) for name in BY_BUCKET}

    def _table(self, name: str, number: int) -> pl.DataFrame:
        """Return the rows of a table in a part."""
        files = sorted((self.folder / name / f"bucket={number}").glob("*.parquet"))
        no_rows = pl.DataFrame(schema={**CORE_FRAMES[name].schema, IS_HOME: pl.Boolean()})
        read = (pl.read_parquet(file, hive_partitioning=False).select(no_rows.columns) for file in files)
        return pl.concat([no_rows, *read])


@dataclass(frozen=True, slots=True)
class WholeShop:
    """A shop of one part: its tables as they are stored."""

    connection: duckdb.DuckDBPyConnection
    n: int = 1

    def rows(self, number: int) -> Mapping[str, pl.DataFrame]:  # noqa: ARG002 - there is one
        """Return all rows."""
        return {name: self.connection.sql(f"from {_selected(name)}").pl() for name in BY_BUCKET}


def parted(connection: duckdb.DuckDBPyConnection, most: int, folder: Path) -> Parts:
    """Part the stored core rows, about ``most`` RMAs a part; files of several parts go to ``folder``, empty before."""
    by_rmas = -(-_count(connection, "rma_lines", "rma_id") // most)
    by_lines = -(-_count(connection, "order_lines") // (LINES_FOR_AN_RMA * most))
    n_parts = max(by_rmas, by_lines)
    if n_parts <= 1:
        return WholeShop(connection)
    _write(connection, n_parts, folder)
    return StoredParts(folder, n_parts)


def _write(connection: duckdb.DuckDBPyConnection, n_parts: int, folder: Path) -> None:
    """Write the rows of each part."""
    try:
        _place(connection, n_parts)
        for name in BY_BUCKET:
            place = folder / name
            place.mkdir()
            statement = sql.statement(f"buckets/select_{name}_by_bucket")
            connection.execute(f"copy ({statement}) to {literal(str(place))} (format parquet, partition_by (bucket))")
    finally:
        # a statement that failed has ended the transaction, and with it all that was placed
        with suppress(duckdb.TransactionException):
            _drop(connection)


def _place(connection: duckdb.DuckDBPyConnection, n_parts: int) -> None:
    """Say which bucket needs which RMA, shopper and order."""
    for name in BY_BUCKET:
        connection.execute(f"create or replace temp view {name} as from {_selected(name)}")
    connection.execute(f"create or replace temp macro bucket_of(name) as (hash(name) % {n_parts:d})::integer")
    for name, statement in PLACED.items():
        connection.execute(f"create or replace temp table {name} as {sql.statement(f'buckets/{statement}')}")


def _selected(name: str) -> str:
    """Return the columns of a stored core table that features read, as a subquery."""
    columns = ", ".join(identifier(column) for column in CORE_FRAMES[name].schema)
    return f"(select {columns} from {identifier(f'{CORE}.{name}')})"


def _count(connection: duckdb.DuckDBPyConnection, name: str, distinct: str = "") -> int:
    """Return the rows of a stored core table, or how many different values it has in a column."""
    what = f"distinct {identifier(distinct)}" if distinct else "*"
    ((rows,),) = connection.execute(f"select count({what}) from {identifier(f'{CORE}.{name}')}").fetchall()
    return int(rows)


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what ``_place`` made."""
    for name in PLACED:
        connection.execute(f"drop table if exists temp.{name}")
    for name in BY_BUCKET:
        connection.execute(f"drop view if exists temp.{name}")
    connection.execute("drop macro if exists temp.bucket_of")
