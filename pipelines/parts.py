"""The core rows that RMAs' features need, read a bucket of shoppers at a time: memory follows the bucket.

What belongs here: the temporary tables that place RMAs, shoppers and orders in buckets, by the statements that Spark
runs, too (``sql/buckets``). What does not: what is made of the rows (``engines/parts.py``).
"""

from __future__ import annotations

from collections.abc import Generator

import duckdb
import polars as pl

import sql
from engines.base import BY_BUCKET, CORE
from features.contracts import CORE_FRAMES
from pipelines.sqltext import identifier

PLACED = ("owners", "asked", "shoppers", "rma_places", "order_places")
"""The temporary tables, each made from those before it."""


def read_parts(
    connection: duckdb.DuckDBPyConnection, most: int, asked: pl.DataFrame | None
) -> Generator[dict[str, pl.DataFrame]]:
    """Yield the core rows of about ``most`` RMAs at once, as ``engines.base.Tables.parts`` says."""
    try:
        n_buckets = _place(connection, most, asked)
        for bucket in range(n_buckets):
            yield {name: _rows(connection, name, bucket) for name in BY_BUCKET}
    finally:
        _drop(connection)


def _place(connection: duckdb.DuckDBPyConnection, most: int, asked: pl.DataFrame | None) -> int:
    """Say which bucket needs which RMA and order; return how many buckets there are."""
    for name in BY_BUCKET:
        columns = ", ".join(identifier(column) for column in CORE_FRAMES[name].schema)
        table = identifier(f"{CORE}.{name}")
        connection.execute(f"create or replace temp view {name} as select {columns} from {table}")
    _keep(connection, "owners", sql.statement("buckets/list_owners"))
    if asked is None:
        _keep(connection, "asked", "from owners")
    else:
        connection.register("asked_names", asked)
        _keep(connection, "asked", "from owners where rma_id in (select rma_id from asked_names)")
        connection.unregister("asked_names")
    n_buckets = -(-connection.table("asked").shape[0] // most)
    connection.execute(f"create or replace temp macro bucket_of(name) as (hash(name) % {max(1, n_buckets):d})::integer")
    _keep(connection, "shoppers", sql.statement("buckets/list_shoppers"))
    _keep(connection, "rma_places", sql.statement("buckets/place_rmas"))
    _keep(connection, "order_places", sql.statement("buckets/place_orders"))
    return n_buckets


def _keep(connection: duckdb.DuckDBPyConnection, name: str, statement: str) -> None:
    """Keep the result of a statement as a temporary table."""
    connection.execute(f"create or replace temp table {name} as {statement}")


def _rows(connection: duckdb.DuckDBPyConnection, name: str, bucket: int) -> pl.DataFrame:
    """Return the rows of a core table that a bucket needs."""
    statement = sql.statement(f"buckets/select_{name}_by_bucket")
    return connection.sql(f"select * exclude (bucket) from ({statement}) as rows where bucket = {bucket:d}").pl()


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what ``_place`` made."""
    for name in PLACED:
        connection.execute(f"drop table if exists temp.{name}")
    for name in BY_BUCKET:
        connection.execute(f"drop view if exists temp.{name}")
    connection.execute("drop macro if exists temp.bucket_of")
