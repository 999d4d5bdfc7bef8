"""The DuckDB that reads one delivered file: in memory, and locked to that file and the staging folder.

Exports are untrusted: a crafted file must reach nothing else, and a file that is too large must not
take the machine with it.
"""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb

import sql
from pipelines.errors import ReturnwatchError
from pipelines.keys import hmac_pads
from pipelines.sqltext import literal

MACROS = (
    "clean_cell", "bare_key", "clean_key", "clean_text", "is_null_word",
    "read_id", "read_number_id", "read_postcode", "read_text", "read_comment", "read_word", "read_currency",
    "read_money", "read_amount", "read_quantity", "read_count", "read_integer", "read_timestamp", "read_day",
    "read_boolean",
    "currency_marks", "currency_mark", "names_other", "number_body", "money_body", "plain_number", "sole_number",
    "month_pattern", "numbered_month", "numbered_moment", "ordered_moment", "iso_time", "read_ordered", "readings",
    "sole_moment", "day_part", "has_offset", "from_zone", "why_number", "why_moment", "why_id", "why_bad",
    "normal_email", "normal_phone", "normal_address", "normal_plain", "keyed_hash",
    "mask_email", "mask_tail", "mask_head",
)  # fmt: skip
"""Macros that read, normalise, hash and mask cells: ``sql/ingest/<name>.sql``."""

FULL = (errno.ENOSPC, errno.EDQUOT)


def open_sandbox(folder: Path, file: Path, key: bytes, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that reads ``file``, reads and writes below ``folder``, and cannot be unlocked again.

    DuckDB follows links before it judges a path, so ``file`` is the delivered file itself.
    """
    connection = duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": ""})
    inner, outer = hmac_pads(key)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set variable inner_pad = $pad::blob", {"pad": inner})
    connection.execute("set variable outer_pad = $pad::blob", {"pad": outer})
    for name in MACROS:
        connection.execute(sql.statement(f"ingest/{name}"))
    connection.execute(f"set allowed_directories = [{literal(str(folder))}]")
    connection.execute(f"set allowed_paths = [{literal(str(file))}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def raise_if_ours(error: Exception) -> None:
    """Raise ReturnwatchError where a failure is the machine's, not the file's: no disk or no memory left."""
    if "No space left" in str(error) or getattr(error, "errno", None) in FULL:
        raise ReturnwatchError(
            "no space left on the disk of the home folder; free some, or name another with --home"
        ) from error
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        raise ReturnwatchError(
            "a delivered file needs more memory than it may have; raise [engine] memory_limit, or split the file"
        ) from error
