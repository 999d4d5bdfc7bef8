"""The DuckDB that reads one delivered file: in memory, and locked to that file and the staging folder.

Exports are untrusted: a crafted file must reach nothing else, and a file that is too large must not
take the machine with it.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

import sql
from pipelines.errors import FileRefusedError, ReturnwatchError
from pipelines.failures import machine_failure
from pipelines.ingest.hashing import define_hash
from pipelines.sqltext import identifier, literal

WORDS = ("set_blanks", "set_text_nulls", "set_key_nulls")
"""Variables that the macros read."""
MACROS = (
    "clean_cell", "bare_key", "clean_key", "clean_text", "is_null_word",
    "read_id", "read_number_id", "read_postcode", "read_text", "read_comment", "read_extra", "read_word",
    "read_currency", "read_money", "read_amount", "read_quantity", "read_count", "read_integer", "read_timestamp",
    "read_day", "read_boolean",
    "currency_marks", "currency_mark", "names_other", "number_body", "money_body", "plain_number", "sole_number",
    "month_pattern", "numbered_month", "numbered_moment", "ordered_moment", "iso_time", "read_ordered", "readings",
    "sole_moment", "day_part", "has_offset", "from_zone", "why_number", "why_moment", "why_id", "why_bad",
    "normal_email", "normal_phone", "normal_address", "normal_plain",
    "mask_email", "mask_tail", "mask_head",
    "cell_shape", "kept_id", "kept_word", "kept_moment", "kept_number",
)  # fmt: skip
"""Macros that read, normalise, hash and mask cells: ``sql/ingest/<name>.sql``."""

SMALL_BYTES = 8 << 20
"""A file up to this size is read without ``SLOW_TO_PLAN``."""
SLOW_TO_PLAN = "in_clause"
"""The optimiser that makes a join of every list of words: it takes most of the time that a small file takes."""

FULL = (errno.ENOSPC, errno.EDQUOT)

OpenSandbox = Callable[[Path, Path, bytes, str], AbstractContextManager[duckdb.DuckDBPyConnection]]
"""Opens the DuckDB that reads a file: the folder that it may write to, the file, the key, the memory it may use."""


def open_sandbox(folder: Path, file: Path, key: bytes, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that reads ``file``, reads and writes below ``folder``, and cannot be unlocked again.

    DuckDB follows links before it judges a path, so ``file`` is the delivered file itself.
    """
    connection = _open(key, memory_limit, is_small=_size(file) <= SMALL_BYTES)
    connection.execute(f"set allowed_directories = [{literal(str(folder))}]")
    connection.execute(f"set allowed_paths = [{literal(str(file))}]")
    return _locked(connection)


class SharedSandbox:
    """One DuckDB for many files: opening one takes longer than reading a small file.

    It reads below the landing folder; what a file leaves in it is dropped, and where anything went
    wrong with a file the next one gets a new one.
    """

    def __init__(self, landing: Path) -> None:
        self._landing = landing
        self._connections: dict[bool, duckdb.DuckDBPyConnection] = {}

    @contextmanager
    def open(self, folder: Path, file: Path, key: bytes, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield the DuckDB; FileRefusedError for a file outside the landing folder."""
        if not file.is_relative_to(self._landing):
            raise FileRefusedError("links out of the landing folder; deliver the file itself")
        is_small = _size(file) <= SMALL_BYTES
        connection = self._connections.pop(is_small, None) or self._opened(folder, key, memory_limit, is_small=is_small)
        try:
            yield connection
            _clear(connection)
        except BaseException:
            connection.close()
            raise
        self._connections[is_small] = connection

    def _opened(self, folder: Path, key: bytes, memory_limit: str, *, is_small: bool) -> duckdb.DuckDBPyConnection:
        """Return a new DuckDB for files of that kind."""
        connection = _open(key, memory_limit, is_small=is_small)
        allowed = ", ".join(literal(str(place)) for place in (folder, self._landing))
        connection.execute(f"set allowed_directories = [{allowed}]")
        return _locked(connection)

    def close(self) -> None:
        """Close what is open."""
        while self._connections:
            self._connections.popitem()[1].close()


def _size(file: Path) -> int:
    """Return the bytes of a file; 0 where it is gone, which its reading will tell."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop every view that reading a file has made."""
    names = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
    for (name,) in names:
        connection.unregister(name)
        connection.execute(f"drop view if exists {identifier(name)}")


def _open(key: bytes, memory_limit: str, *, is_small: bool) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that knows the key and the macros."""
    connection = duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": ""})
    connection.execute("set timezone = 'UTC'")
    if is_small:
        connection.execute(f"set disabled_optimizers = {literal(SLOW_TO_PLAN)}")
    define_hash(connection, key)
    for name in (*WORDS, *MACROS):
        connection.execute(sql.statement(f"ingest/{name}"))
    return connection


def _locked(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that reaches nothing beyond what it was allowed, for good."""
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def raise_if_ours(error: Exception, *delivered: Path) -> None:
    """Raise ReturnwatchError where a failure is the machine's, not the file's: disk, permission or memory.

    What fails at one of the paths of the ``delivered`` file is that file's, but for a full disk.
    """
    line = machine_failure(str(error))
    is_full = "No space left" in str(error) or getattr(error, "errno", None) in FULL
    if line is not None and (is_full or not any(str(place) in str(error) for place in delivered)):
        raise ReturnwatchError(line) from error
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        raise ReturnwatchError(
            "a delivered file needs more memory than it may have; raise [engine] memory_limit, or split the file"
        ) from error
