"""The warehouse: one DuckDB file with one writer, changed in one transaction a run.

A run's changes become visible when it commits, after every blocking check; a run that fails or dies
leaves the warehouse as it was. Nothing but the pipeline opens the file.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import duckdb
import polars as pl

import sql
from pipelines.errors import ReturnwatchError
from pipelines.ingest.sandbox import raise_if_ours
from pipelines.ingest.sources import EXTRA, FileKind, raw_tables
from pipelines.sqltext import identifier, stored_columns

SCHEMAS = ("raw", "core", "feat", "score", "report")
FILE = "warehouse.duckdb"
BOOKS = ("ingest_ledger", "quarantine", "key_check", "delivered_columns", "check_results")
"""Tables of raw beside those of delivered rows: ``sql/raw/create_<name>.sql``."""


@dataclass(slots=True)
class RunLock:
    """The home's lock: held by the one run that may write, freed by the system when that process ends."""

    path: Path
    file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock; ReturnwatchError naming the holder where another run has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise ReturnwatchError(
                f"{self.path.parent}: another run is writing here (process {holder}); "
                "wait for it to end, or use another --home"
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self.file = file

    def release(self) -> None:
        """Free the lock."""
        if self.file is not None:
            self.file.close()
            self.file = None


class Warehouse:
    """A connection with an open transaction; leaving the ``with`` block without ``commit`` undoes everything."""

    def __init__(self, home: Path, memory_limit: str) -> None:
        self.home = home
        self.path = home / FILE
        self._is_new = not self.path.exists()
        self.is_committed = False
        spill = str(home / "spill")
        try:
            self.connection = duckdb.connect(
                str(self.path), config={"memory_limit": memory_limit, "temp_directory": spill}
            )
        except duckdb.Error as error:
            raise ReturnwatchError(
                f"{self.path}: cannot be opened as a DuckDB file ({_first_line(error)}); "
                "restore it, or delete it and load every export again"
            ) from None
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute("begin transaction")
        self._create_missing()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def commit(self) -> None:
        """Make the run's changes the warehouse's state; ReturnwatchError where the disk has no room for them."""
        try:
            self.connection.execute("commit")
        except duckdb.Error as error:
            raise_if_ours(error)
            raise
        self.is_committed = True

    def close(self) -> None:
        """Close; what was not committed is undone, and a file that was made for it is removed."""
        if not self.is_committed:
            # a commit that failed has undone everything already, and there is nothing left to undo
            with contextlib.suppress(duckdb.TransactionException):
                self.connection.rollback()
        self.connection.close()
        if self._is_new and not self.is_committed:
            self.path.unlink(missing_ok=True)
            self.path.with_name(f"{FILE}.wal").unlink(missing_ok=True)

    def _create_missing(self) -> None:
        """Create the schemas and the raw tables that are not there yet."""
        for schema in SCHEMAS:
            self.connection.execute(f"create schema if not exists {identifier(schema)}")
        for name in BOOKS:
            self.connection.execute(sql.statement(f"raw/create_{name}"))
        for kind in raw_tables().values():
            self.connection.execute(f"create table if not exists {_raw_table(kind)}")
            # a warehouse of an earlier version has no such column
            table = identifier(f"raw.{kind.table.name}")
            self.connection.execute(f"alter table {table} add column if not exists {identifier(EXTRA)} varchar")

    def clear_raw(self) -> None:
        """Forget every delivery: what a full refresh begins with."""
        for name in (*BOOKS, *raw_tables()):
            self.connection.execute(f"delete from {identifier('raw.' + name)}")

    def set_variable(self, name: str, value: str | datetime | None) -> None:
        """Give the statements a value that they read with ``getvariable``."""
        kind = "timestamp" if isinstance(value, datetime) else "varchar"
        self.connection.execute(f"set variable {identifier(name)} = cast($value as {kind})", {"value": value})

    def build(self, table: str, statement: str) -> int:
        """Replace ``schema.table`` by the result of the statement file; return its rows."""
        name = identifier(table)
        self.connection.execute(f"create or replace table {name} as {sql.statement(statement)}")
        return self.count(table)

    def store(self, table: str, frame: pl.DataFrame) -> int:
        """Replace ``schema.table`` by a frame; return its rows."""
        self.connection.register("stored_frame", frame)
        self.connection.execute(f"create or replace table {identifier(table)} as select * from stored_frame")
        self.connection.unregister("stored_frame")
        return frame.height

    def count(self, table: str) -> int:
        """Return the rows of a table."""
        ((rows,),) = self.connection.execute(f"select count(*) from {identifier(table)}").fetchall()
        return int(rows)

    def select(self, statement: str, parameters: dict[str, Any] | None = None) -> pl.DataFrame:
        """Return the result of a statement file as a frame."""
        return self.connection.sql(sql.statement(statement), params=parameters or {}).pl()

    def frame(self, table: str, columns: list[str] | None = None) -> pl.DataFrame:
        """Return a table (or some of its columns) as a frame."""
        names = ", ".join(identifier(name) for name in columns) if columns else "*"
        return self.connection.sql(f"select {names} from {identifier(table)}").pl()

    def delivered_views(self) -> None:
        """Make a view ``delivered_<table>`` of each table that sources yield: the canonical rows and the translated.

        Before them come what the translations read: the sources' maps of codes, and their views.
        """
        for name, text in sql.maps().items():
            self.connection.register("map_rows", pl.read_csv(text.encode(), infer_schema=False))
            self.connection.execute(f"create or replace temp table {identifier(name)} as select * from map_rows")
            self.connection.unregister("map_rows")
        for name, text in sql.preparations().items():
            self.connection.execute(f"create or replace temp view {identifier(name)} as {text}")
        for table in (*DELIVERED, *TRANSLATED):
            parts = [f"select *, 'canonical' as source from {identifier('raw.' + table)}"] if table in DELIVERED else []
            parts += [f"({sql.statement(name)})" for name in sql.translations(table)]
            view = identifier(f"delivered_{table}")
            self.connection.execute(f"create or replace temp view {view} as {' union all by name '.join(parts)}")


DELIVERED = (
    "orders", "order_lines", "returns", "products", "customers", "support_contacts", "chargebacks", "review_labels",
)  # fmt: skip
"""Tables of the contract; any source may yield rows for them."""
TRANSLATED = ("other_lines", "unknown_codes")
"""Tables that the contract has no file for; sources that are translated may yield rows for them."""


def is_duckdb_file(path: Path) -> bool:
    """Whether a file begins as a DuckDB file does; the format's mark stands after a checksum of eight bytes."""
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def _raw_table(kind: FileKind) -> str:
    """Return the name and the columns of a raw table."""
    columns = [entry for column in kind.table.columns for entry in stored_columns(column)]
    if kind.ordinal:
        columns.append(f"{identifier(kind.ordinal[0])} bigint")
    columns.append(f"{identifier(EXTRA)} varchar")
    lineage = ["delivery_id bigint", "row_number bigint"]
    return f"{identifier('raw.' + kind.table.name)} ({', '.join([*columns, *lineage])})"


def _first_line(error: Exception) -> str:
    """Return the first line of a library's message."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
