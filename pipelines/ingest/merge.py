"""Merge the good rows of staged files into their raw table: new, changed or the same, each counted once.

A raw table holds, for each key, the row that arrived last, and where it came from: ``delivery_id`` of
the ledger and ``row_number`` in the file. A row with the key of a held one replaces it; a row equal
to the one that is held (or to the row of that key that arrived just before it) is a duplicate.
Files are merged many at a time, as one sequence of rows; where no key repeats and none is held, as in
most deliveries, the rows are appended as they are and compared with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from pipelines.ingest.sources import FileKind
from pipelines.sqltext import identifier, key_terms, literal

BATCH = 100
"""Files that are merged at a time."""
SCRATCH = ("arrived", "sequenced", "compared")


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What became of the good rows of a file."""

    loaded: int
    updated: int
    duplicate: int


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge into one raw table: the names of its columns and keys, as they stand in statements."""

    connection: duckdb.DuckDBPyConnection
    kind: FileKind

    @property
    def table(self) -> str:
        """The raw table."""
        return identifier(f"raw.{self.kind.table.name}")

    @property
    def names(self) -> list[str]:
        """The columns of a delivered row."""
        return [identifier(name) for name in self.kind.stored_columns]

    @property
    def keys(self) -> list[str]:
        """The columns that hold the key of an arrived row."""
        return [identifier(f"key_{place}") for place, _ in enumerate(self.kind.table.key)]

    def run(self, statement: str) -> list[tuple[int, ...]]:
        """Run a statement and return its rows."""
        return self.connection.execute(statement).fetchall()

    def count(self, statement: str) -> int:
        """Return the one number that a statement yields."""
        return int(self.run(statement)[0][0])


def merge_files(
    connection: duckdb.DuckDBPyConnection, kind: FileKind, staged: Iterable[tuple[int, Path]]
) -> dict[int, MergeCounts]:
    """Merge staged files, each with the delivery that it is of, in that order; return the counts by delivery."""
    counts: dict[int, MergeCounts] = {}
    files = iter(staged)
    while batch := list(islice(files, BATCH)):
        counts |= dict(_merge_batch(Merge(connection, kind), batch))
    return counts


def _merge_batch(merge: Merge, batch: Sequence[tuple[int, Path]]) -> Iterator[tuple[int, MergeCounts]]:
    """Merge some files and yield the counts of each."""
    _view_arrived(merge, batch)
    n_rows, n_keys = merge.run(f"select count(*), count(distinct hash({', '.join(merge.keys)})) from arriving")[0]
    # as many hashes as rows proves that no key repeats; fewer may also be keys that share a hash
    has_repeats = n_keys < n_rows
    if not has_repeats and not _any_held(merge):
        yield from _append(merge, batch)
    else:
        yield from _compare_and_replace(merge, batch, has_repeats=has_repeats)
    merge.run("drop view arriving")


def _view_arrived(merge: Merge, batch: Sequence[tuple[int, Path]]) -> None:
    """Make the view ``arriving``: the good rows of the files with their keys, in the order of arrival."""
    terms = ", ".join(f"{term} as {key}" for key, term in zip(merge.keys, key_terms(merge.kind.table.key), strict=True))
    parts = (
        f"select {delivery_id} as delivery_id, row_number, {terms}, {', '.join(merge.names)} "
        f"from read_parquet({literal(str(place))}) where error_code is null"
        for delivery_id, place in batch
    )
    merge.run(f"create or replace temp view arriving as {' union all '.join(parts)}")


def _any_held(merge: Merge) -> bool:
    """Whether the raw table holds the key of an arriving row."""
    if not merge.count(f"select count(*) from (select 1 from {merge.table} limit 1)"):
        return False
    condition = _same_key(merge, "a", "h")
    return bool(merge.count(f"select count(*) from {merge.table} as h semi join arriving as a on {condition}"))


def _append(merge: Merge, batch: Sequence[tuple[int, Path]]) -> Iterator[tuple[int, MergeCounts]]:
    """Append all arriving rows; yield the counts of each file."""
    merge.run(
        f"insert into {merge.table} by name select {', '.join(merge.names)}, delivery_id, row_number from arriving"
    )
    counted = {row[0]: row[1] for row in merge.run("select delivery_id, count(*) from arriving group by delivery_id")}
    for delivery_id, _ in batch:
        yield delivery_id, MergeCounts(counted.get(delivery_id, 0), 0, 0)


def _compare_and_replace(
    merge: Merge, batch: Sequence[tuple[int, Path]], *, has_repeats: bool
) -> Iterator[tuple[int, MergeCounts]]:
    """Hold each arriving row against the one before it of its key, put in what is new; yield the counts."""
    merge.run("create or replace temp table arrived as select * from arriving")
    _sequence(merge, has_repeats=has_repeats)
    _compare(merge)
    counted = _count(merge)
    stale = "select held_row from compared where is_last and not is_held and held_row is not null"
    merge.run(f"delete from {merge.table} where rowid in ({stale})")
    merge.run(
        f"insert into {merge.table} by name select {', '.join(merge.names)}, delivery_id, row_number "
        "from compared where is_last and not is_held order by delivery_id, row_number"
    )
    for name in SCRATCH:
        merge.run(f"drop table {name}")
    for delivery_id, _ in batch:
        yield delivery_id, counted.get(delivery_id, MergeCounts(0, 0, 0))


def _sequence(merge: Merge, *, has_repeats: bool) -> None:
    """Make the table ``sequenced``: which rows are the first and the last of their key, which repeat the one before.

    The window is computed only for keys that repeat, which are few.
    """
    single = "select *, true as is_first, true as is_last, false as is_same from arrived"
    if not has_repeats:
        merge.run(f"create or replace temp table sequenced as {single}")
        return
    by_key, values = ", ".join(merge.keys), ", ".join(merge.names)
    repeats = f"(select {by_key} from arrived group by {by_key} having count(*) > 1)"
    merge.run(
        f"create or replace temp table sequenced as {single} anti join {repeats} using ({by_key}) union all "
        "select * exclude (whole), lag(row_number) over by_key is null as is_first, "
        "lead(row_number) over by_key is null as is_last, whole is not distinct from lag(whole) over by_key as is_same "
        f"from (select *, row({values}) as whole from arrived semi join {repeats} using ({by_key})) "
        f"window by_key as (partition by {by_key} order by delivery_id, row_number)"
    )


def _compare(merge: Merge) -> None:
    """Make the table ``compared``: the sequence with the held row of each key, and whether it is equal to that."""
    same = " and ".join(f"s.{name} is not distinct from h.{name}" for name in merge.names)
    merge.run(
        f"create or replace temp table compared as "
        f"select s.*, h.rowid as held_row, h.rowid is not null and {same} as is_held "
        f"from sequenced as s left join {merge.table} as h on {_same_key(merge, 's', 'h')}"
    )


def _count(merge: Merge) -> dict[int, MergeCounts]:
    """Return the counts by delivery: the first row of a key is held against the table, the next against it."""
    counted = merge.run(
        "select delivery_id, count(*) filter (is_first and held_row is null), "
        "count(*) filter (case when is_first then held_row is not null and not is_held else not is_same end), "
        "count(*) filter (case when is_first then is_held else is_same end) "
        "from compared group by delivery_id"
    )
    return {delivery_id: MergeCounts(*counts) for delivery_id, *counts in counted}


def _same_key(merge: Merge, left: str, held: str) -> str:
    """Return the condition that an arrived row and a held row have the same key."""
    terms = key_terms(merge.kind.table.key, f"{held}.")
    return " and ".join(f"{left}.{key} = {term}" for key, term in zip(merge.keys, terms, strict=True))
