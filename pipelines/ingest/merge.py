"""Merge the good rows of a staged file into its raw table: new, changed or the same, each counted once.

A raw table holds, for each key, the row that arrived last, and where it came from: ``delivery_id`` of
the ledger and ``row_number`` in the file. A row with the key of a held one replaces it; a row equal
to the one that is held (or, within a file, to the row of that key before it) is a duplicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.ingest.sources import FileKind
from pipelines.sqltext import identifier, key_terms, literal


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What became of the good rows of a file."""

    loaded: int
    updated: int
    duplicate: int


def merge_file(connection: duckdb.DuckDBPyConnection, kind: FileKind, staged: Path, delivery_id: int) -> MergeCounts:
    """Merge the staged rows into ``raw.<table>`` and return the counts."""
    table = identifier(f"raw.{kind.table.name}")
    names = ", ".join(identifier(name) for name in kind.stored_columns)
    keys = [identifier(f"key_{place}") for place in range(len(kind.table.key))]
    _read_incoming(connection, kind, staged, names)
    repeated = _sequence(connection, keys)
    held = _compare(connection, table, kind, keys, names)
    connection.execute(f"delete from {table} as h using fresh as f where {_same_key(kind, keys, 'f', 'h')}")
    connection.execute(
        f"insert into {table} select {names}, {delivery_id}, row_number from fresh order by row_number"
    )
    for scratch in ("incoming", "sequenced", "fresh"):
        connection.execute(f"drop table if exists {scratch}")
    return MergeCounts(held.loaded, held.updated + repeated.updated, held.duplicate + repeated.duplicate)


def _read_incoming(connection: duckdb.DuckDBPyConnection, kind: FileKind, staged: Path, names: str) -> None:
    """Make the table ``incoming``: the good rows, their keys and each row as one value to compare."""
    terms = ", ".join(f"{term} as key_{place}" for place, term in enumerate(key_terms(kind.table.key)))
    connection.execute(
        f"create or replace temp table incoming as select row_number, {terms}, {names} "
        f"from read_parquet({literal(str(staged))}) where error_code is null"
    )


def _sequence(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> MergeCounts:
    """Make the table ``sequenced``: first and last row of each key; return the counts of the rows in between.

    The window is computed only where the file repeats a key at all, which is rare and dear.
    """
    by_key = ", ".join(keys)
    repeats = _one(connection, f"select count(*) - count(distinct ({by_key})) from incoming")
    if not repeats:
        connection.execute("create or replace temp table sequenced as select *, true as is_first, true as is_last from incoming")
        return MergeCounts(0, 0, 0)
    connection.execute(
        "create or replace temp table sequenced as select * exclude (whole), "
        "lag(whole) over by_key as before, before is null as is_first, lead(whole) over by_key is null as is_last, "
        "whole is not distinct from before as is_same "
        "from (select *, row(columns(* exclude (row_number))) as whole from incoming) "
        f"window by_key as (partition by {by_key} order by row_number)"
    )
    same = _one(connection, "select count(*) from sequenced where not is_first and is_same")
    return MergeCounts(0, repeats - same, same)


def _compare(
    connection: duckdb.DuckDBPyConnection, table: str, kind: FileKind, keys: list[str], names: str
) -> MergeCounts:
    """Make the table ``fresh`` (rows that the raw table does not hold so) and count the first row of each key."""
    wanted, held = (", ".join(f"{side}.{name}" for name in names.split(", ")) for side in "sh")
    joined = f"sequenced as s left join {table} as h on {_same_key(kind, keys, 's', 'h')}"
    same = f"(h.delivery_id is not null and row({wanted}) is not distinct from row({held}))"
    connection.execute(f"create or replace temp table fresh as select s.* from {joined} where s.is_last and not {same}")
    counted = connection.execute(
        "select count(*) filter (h.delivery_id is null), "
        f"count(*) filter (h.delivery_id is not null and not {same}), count(*) filter ({same}) "
        f"from {joined} where s.is_first"
    ).fetchone()
    loaded, updated, duplicate = counted or (0, 0, 0)
    return MergeCounts(loaded, updated, duplicate)


def _same_key(kind: FileKind, keys: list[str], left: str, held: str) -> str:
    """Return the condition that a row and a held row have the same key."""
    terms = key_terms(kind.table.key, f"{held}.")
    return " and ".join(f"{left}.{key} = {term}" for key, term in zip(keys, terms, strict=True))


def _one(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Return the single number that a statement yields."""
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0
