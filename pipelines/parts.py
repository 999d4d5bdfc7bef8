"""The core rows of a shop in parts of some shoppers each, written once and read one by one: memory follows a part.

What belongs here: the temporary tables that place RMAs, shoppers and orders in buckets, by the statements that Spark
runs, too (``sql/buckets``), and the files of each bucket's rows. What does not: what is made of the rows
(``engines/parts.py``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

import sql
from engines.base import BY_BUCKET, CORE, IS_HOME, Parts
from features.contracts import CORE_FRAMES
from pipelines.sqltext import identifier, literal

PLACED = ("owners", "shoppers", "homes", "rma_places", "order_places")
"""The temporary tables, each made from those before it."""
STATEMENTS = ("list_owners", "list_shoppers", "list_homes", "place_rmas", "place_orders")
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
        schema = dict(CORE_FRAMES[name].schema) | ({} if name == "support_contacts" else {IS_HOME: pl.Boolean()})
        if not files:
            return pl.DataFrame(schema=schema)
        return pl.concat(pl.read_parquet(file, hive_partitioning=False) for file in files).select(*schema)


@dataclass(frozen=True, slots=True)
class WholeShop:
    """A shop of one part: its tables as they are stored."""

    connection: duckdb.DuckDBPyConnection
    n: int = 1

    def rows(self, number: int) -> Mapping[str, pl.DataFrame]:  # noqa: ARG002 - there is one
        """Return all rows."""
        return {name: self.connection.sql(f"from {_selected(name)}").pl() for name in BY_BUCKET}


@contextmanager
def parted(connection: duckdb.DuckDBPyConnection, most: int, folder: Path) -> Iterator[Parts]:
    """Part the stored core rows, about ``most`` RMAs a part; files lie in ``folder`` until the block is left."""
    n_parts = max(1, -(-_count(connection, "rma_lines", "rma_id") // most))
    n_parts = max(n_parts, -(-_count(connection, "order_lines") // (LINES_FOR_AN_RMA * most)))
    if n_parts == 1:
        yield WholeShop(connection)
        return
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _write(connection, n_parts, folder)
        yield StoredParts(folder, n_parts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(connection: duckdb.DuckDBPyConnection, n_parts: int, folder: Path) -> None:
    """Write the rows of each part."""
    try:
        _place(connection, n_parts)
        for name in BY_BUCKET:
            place = folder / name
            place.mkdir(parents=True)
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
    for name, statement in zip(PLACED, STATEMENTS, strict=True):
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
