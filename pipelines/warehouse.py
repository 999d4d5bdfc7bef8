"""The warehouse: one DuckDB file with one writer, changed in one transaction a run.

A run's changes become visible when it commits, after every blocking check; a run that fails or dies
leaves the warehouse as it was. Nothing but the pipeline opens the file.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import polars as pl

import sql
from engines.base import Parts
from pipelines.delivered import make_delivered
from pipelines.disk import sync
from pipelines.errors import ReturnwatchError
from pipelines.failures import machine_failure
from pipelines.ingest.sandbox import raise_if_ours
from pipelines.ingest.sources import EXTRA, FileKind, raw_tables
from pipelines.parts import parted
from pipelines.scratch import SPILL, remove
from pipelines.sqltext import identifier, literal, stored_columns
from pipelines.undo import SUFFIX, Undo, put_back

log = logging.getLogger(__name__)
SCHEMAS = ("raw", "core", "feat", "score", "report")
FILE = "warehouse.duckdb"
LOG = f"{FILE}.wal"
BESIDE = (LOG, f"{FILE}{SUFFIX}")
"""Files that belong to FILE and to no other in its place."""
UNPUBLISHED = "unpublished"
"""A file of the home: single assets were made after the current set was, so that the next run publishes anew."""
AS_WRITTEN = {"disabled_optimizers": "build_side_probe_side"}
BUILT_WITH = {"report": {"disabled_compression_methods": "fsst", **AS_WRITTEN}, "core.orders": AS_WRITTEN}
"""DuckDB settings with which a table, or those of a schema, are built.

FSST saves a sixth of a table's size and takes a quarter longer to write it. Of tables that were made in the same
transaction the planner knows no sizes, and would hold two million lines in memory to look 50,000 products up in them,
and all orders to count their lines: what stands to the right of a join is held, as it is written.
"""
OWN_TEXTS = pl.col(pl.String) + ""
"""Texts of a batch, copied: a text that somebody keeps would otherwise keep the whole batch that it came with."""
PIECE = 100_000
"""Rows of a large table that are looked at together."""
KEYS = ("key_check", "retired_keys")
COMPUTED = "feat.computed"
"""From what the stored features were computed (``pipelines/increment.py``); without it all are computed anew."""
BOOKS = ("ingest_ledger", "quarantine", "delivered_columns", "check_results")
RAW_STATEMENTS = tuple(f"raw/create_{name}" for name in (*BOOKS, *KEYS, "erased", "reviews"))
"""Raw tables beside those of delivered rows."""


class Warehouse:
    """A connection with an open transaction; leaving the ``with`` block without ``commit`` undoes everything."""

    def __init__(self, home: Path, memory_limit: str) -> None:
        self.home = home
        self.path = home / FILE
        self._is_new = not self.path.exists()
        self.is_committed = False
        spill = str(home / SPILL)
        self._is_open = True
        self._memory_limit = memory_limit
        self._undo = Undo(self.path)
        try:
            put_back(self.path)
            if self._is_new:
                _make(self.path)
            self._undo.open()
            self.connection = duckdb.connect(
                str(self.path), config={"memory_limit": memory_limit, "temp_directory": spill}
            )
        except (duckdb.Error, OSError) as error:
            self._undo.close()
            if (line := machine_failure(str(error))) is not None:
                raise ReturnwatchError(line) from None
            raise ReturnwatchError(f"{self.path}: {_why_not_opened(_first_line(error))}") from None
        try:
            self.connection.execute("set timezone = 'UTC'")
            self.connection.execute("begin transaction")
            self._create_missing()
        except BaseException:  # nobody has the object yet who could close it
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def commit(self) -> None:
        """Make the run's changes the warehouse's state; ReturnwatchError where the disk has no room for them."""
        try:
            self._undo.keep(self.connection)  # of a large commit DuckDB makes a checkpoint
            self.connection.execute("commit")
        except (duckdb.Error, OSError) as error:
            raise_if_ours(error)
            raise
        self.is_committed = True

    def close(self) -> None:
        """Close, once; what was not committed is undone, and a file that was made for it is removed."""
        if not self._is_open:
            return
        self._is_open = False
        if not self.is_committed:
            # a commit that failed has undone everything already, and there is nothing left to undo
            with contextlib.suppress(duckdb.Error):
                self.connection.rollback()
        if not self._is_new or self.is_committed:
            self._take_log_in()
        self.connection.close()
        self._undo.close()
        if self._is_new and not self.is_committed:
            for name in (FILE, *BESIDE):
                self.path.with_name(name).unlink(missing_ok=True)

    def _take_log_in(self) -> None:
        """Write the log into the file; where that fails the log stays, and the next to open the file takes it in."""
        try:
            if self.path.with_name(LOG).exists():
                self._undo.keep(self.connection)
                self.connection.execute("checkpoint")
            with contextlib.suppress(OSError):  # whoever opens the file next sees that it is of no use any more
                self._undo.drop()
        except (duckdb.Error, OSError) as error:
            if self.is_committed:  # otherwise there is a failure to tell of already
                log.warning(
                    "%s: committed, but the log is not in the file yet (%s); the next run takes it in",
                    self.path, _first_line(error),
                )  # fmt: skip
            with contextlib.suppress(duckdb.Error):  # a database whose checkpoint failed takes no statement any more
                self.connection.execute("pragma disable_checkpoint_on_shutdown")

    def _create_missing(self) -> None:
        """Create the schemas and the raw tables that are not there yet."""
        for schema in SCHEMAS:
            self.connection.execute(f"create schema if not exists {identifier(schema)}")
        for statement in RAW_STATEMENTS:
            self.connection.execute(sql.statement(statement))
        kinds = raw_tables().values()
        for kind in kinds:
            self.connection.execute(f"create table if not exists {_raw_table(kind)}")
        # asked once: DuckDB lists every column of all schemas each time
        columns = self.select("days/select_columns").filter(pl.col("schema_name") == "raw")
        present = set(columns.select("table_name", "column_name").iter_rows())
        for kind in kinds:
            self._add_columns(kind.table.name, _raw_columns(kind), present)
        self._add_columns("ingest_ledger", ["rows_stale bigint", "reader_options varchar"], present)

    def _add_columns(self, table: str, columns: list[str], present: set[tuple[str, str]]) -> None:
        """Add the columns (``name type``) that a raw table of an earlier version does not have yet."""
        for column in columns:
            if (table, column.split(" ")[0].strip('"')) not in present:
                self.connection.execute(f"alter table {identifier('raw.' + table)} add column {column}")

    def clear_raw(self) -> None:
        """Forget every delivery: what a full refresh begins with.

        Who was erased stays so, and with that the keys by which they are known again.
        """
        keys = () if self.count("raw.erased") else KEYS
        for name in (*BOOKS, *keys, *raw_tables()):
            self.connection.execute(f"delete from {identifier('raw.' + name)}")
        self.forget_computed()

    def forget_computed(self) -> None:
        """Have the next run compute all features anew."""
        self.connection.execute(f"drop table if exists {identifier(COMPUTED)}")

    def as_committed(self) -> duckdb.DuckDBPyConnection:
        """Return a connection, to be closed, that sees what the last run committed, and nothing of this one."""
        return self.connection.cursor()

    def set_variable(self, name: str, value: str | datetime | None) -> None:
        """Give the statements a value that they read with ``getvariable``."""
        kind = "timestamp" if isinstance(value, datetime) else "varchar"
        self.connection.execute(f"set variable {identifier(name)} = cast($value as {kind})", {"value": value})

    def build(self, table: str, statement: str) -> int:
        """Replace ``schema.table`` by the result of the statement file; return its rows."""
        name = identifier(table)
        settings = BUILT_WITH.get(table, BUILT_WITH.get(table.partition(".")[0], {}))
        for setting, value in settings.items():
            self.connection.execute(f"set {identifier(setting)} = {literal(value)}")
        self.connection.execute(f"create or replace table {name} as {sql.statement(statement)}")
        for setting in settings:
            self.connection.execute(f"reset {identifier(setting)}")
        return self.count(table)

    def store(self, table: str, frame: pl.DataFrame) -> int:
        """Replace ``schema.table`` by a frame; return its rows."""
        self.read_frame(f"create or replace table {identifier(table)} as select * from frame", frame)
        return frame.height

    def read_frame(self, statement: str, frame: pl.DataFrame) -> duckdb.DuckDBPyConnection:  # noqa: ARG002 - named there
        """Run a statement that reads ``frame`` by that name.

        Unlike what is registered, which an open transaction holds until its end, the frame is let go afterwards.
        """
        return self.connection.execute(statement)

    @contextlib.contextmanager
    def temporary(self, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """Let statements read a frame as ``name``."""
        self.read_frame(f"create or replace temp table {identifier(name)} as select * from frame", frame)
        try:
            yield
        finally:
            # a statement that failed has ended the transaction, and the table with it
            with contextlib.suppress(duckdb.TransactionException):
                self.connection.execute(f"drop table temp.{identifier(name)}")

    def has_table(self, table: str) -> bool:
        """Whether there is a table of that name."""
        schema, _, name = table.rpartition(".")
        found = self.select("days/select_columns").filter(pl.col("schema_name") == schema, pl.col("table_name") == name)
        return not found.is_empty()

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

    def pieces(self, table: str, key: str, most: int = PIECE) -> Iterator[pl.DataFrame]:
        """Yield a table's rows in their order, about ``most`` at a time; neighbours of one ``key`` stay together.

        Nothing else may be asked of the connection before the last piece.
        """
        reader = self.connection.execute(f"select * from {identifier(table)}").to_arrow_reader(most)
        rest = pl.DataFrame(reader.schema.empty_table())
        for batch in reader:
            rows = pl.concat([rest, pl.DataFrame(batch).with_columns(OWN_TEXTS)])
            is_last = rows.get_column(key) == rows.get_column(key).last()
            rest = rows.filter(is_last)
            if rest.height < rows.height:
                yield rows.filter(~is_last)
        yield rest

    @contextlib.contextmanager
    def parts(self, most: int) -> Iterator[Parts]:
        """Return the core rows of all shoppers in parts (``pipelines/parts.py``), to be read until it is left."""
        with self.scratch("parts") as folder:
            yield parted(self.connection, most, folder)

    @contextlib.contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """Return an empty folder, which is removed when it is left; what a killed run leaves, the next removes."""
        folder = self.home / SPILL / name
        remove(folder)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            remove(folder)

    def give_back(self) -> None:
        """Have DuckDB give back the memory that it keeps read and written blocks in; it takes it again as it needs it.

        For whoever needs memory next in this process: without it the two take theirs side by side.
        """
        # the limit is the database's and not the connection's; one that it cannot meet, when it has given back all that
        # it can, is a failure of the other connection's transaction, and not of the run's
        other = self.connection.cursor()
        with contextlib.suppress(duckdb.OutOfMemoryException):
            other.execute("set memory_limit = '1MB'")
        other.execute(f"set memory_limit = {literal(self._memory_limit)}")
        other.close()

    def write_parquet(self, table: str, columns: Sequence[str], place: Path) -> None:
        """Write some columns of a table as one Parquet file."""
        names = ", ".join(identifier(name) for name in columns)
        self.connection.sql(f"select {names} from {identifier(table)}").write_parquet(str(place))

    def delivered_views(self) -> None:
        """Make a view ``delivered_<table>`` of each table that sources yield: the canonical rows and the translated."""
        make_delivered(self.connection)


def mend(home: Path, memory_limit: str) -> None:
    """Take in the log that an ended run left beside a home's warehouse, and nothing where it left none."""
    if any((home / name).exists() for name in BESIDE):
        Warehouse(home, memory_limit).close()


def _why_not_opened(error: str) -> str:
    """Return what is wrong with a file that DuckDB does not open, and what to do about it."""
    if "Could not set lock" in error:
        holder = re.search(r"\(PID (?P<pid>\d+)\)", error)
        named = f"process {holder['pid']}" if holder else "another program"
        return f"{named} has it open; end that, and run again"
    return f"cannot be opened as a DuckDB file ({error}); restore it, or delete it and load every export again"


def _make(path: Path) -> None:
    """Make an empty DuckDB file in one step: half of one, which a killed run would leave, could never be opened."""
    part = path.with_name(f".{path.name}.part")
    remove(part)
    duckdb.connect(str(part)).close()
    sync(part)
    part.replace(path)


def is_duckdb_file(path: Path) -> bool:
    """Whether a file begins as a DuckDB file does; the format's mark stands after a checksum of eight bytes."""
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def _raw_table(kind: FileKind) -> str:
    """Return the name and the columns of a raw table."""
    return f"{identifier('raw.' + kind.table.name)} ({', '.join(_raw_columns(kind))})"


def _raw_columns(kind: FileKind) -> list[str]:
    """Return ``name type`` of each column of a raw table: what is delivered, and where it came from."""
    columns = [entry for column in kind.table.columns for entry in stored_columns(column)]
    if kind.ordinal:
        columns.append(f"{identifier(kind.ordinal[0])} bigint")
    return [*columns, f"{identifier(EXTRA)} varchar", "delivery_id bigint", "row_number bigint"]


def _first_line(error: Exception) -> str:
    """Return the first line of a library's message."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
