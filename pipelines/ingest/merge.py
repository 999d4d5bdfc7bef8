"""Merge the good rows of staged files into their raw table: new, changed or the same, each counted once.

A raw table holds, for each key, the newest row (``versions.py`` says what that means), and where it came
from: ``delivery_id`` of the ledger and ``row_number`` in the file. A newer row with the key of a held one
replaces it; a row equal to the one that is held when it arrives is a duplicate, and so is an older one,
which is counted as stale beside.

Files are merged many at a time, as one sequence of rows. Rows whose key is neither held nor repeated, as most
are, are appended as they are; only the others are contested, and weighed against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl

from pipelines.ingest.sources import FileKind
from pipelines.ingest.versions import progress_term, read_name, updated_term
from pipelines.sqltext import identifier, key_terms, literal

BATCH = 100
"""Files that are merged at a time."""
SCRATCH = ("contested_keys", "contested", "outcomes")
NAMES = {"delivery_id": pl.Int64, "path": pl.String, "named_on": pl.Date, "series": pl.String, "number": pl.String}


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What became of the good rows of a file; ``stale`` are those duplicates that were older than what was held."""

    loaded: int
    updated: int
    duplicate: int
    stale: int = 0


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
    def columns(self) -> str:
        """The columns of the raw table, as a list."""
        return ", ".join([*self.names, "delivery_id", "row_number"])

    @property
    def keys(self) -> list[str]:
        """The columns that hold the key of a row that takes part."""
        return [identifier(f"key_{place}") for place, _ in enumerate(self.kind.table.key)]

    @property
    def key(self) -> str:
        """Those columns, as a list."""
        return ", ".join(self.keys)

    @property
    def key_values(self) -> str:
        """The key of a row, as columns of those names."""
        terms = key_terms(self.kind.table.key)
        return ", ".join(f"{term} as {key}" for key, term in zip(self.keys, terms, strict=True))

    @property
    def content(self) -> str:
        """One text for all that a row says: no two rows share it, because no cell holds a NUL."""
        cells = ", ".join(f"coalesce('=' || cast({name} as varchar), '')" for name in self.names)
        return f"md5(concat_ws(chr(0), {cells}))"

    def run(self, statement: str) -> list[tuple[int, ...]]:
        """Run a statement and return its rows."""
        return self.connection.execute(statement).fetchall()

    def count(self, statement: str) -> int:
        """Return the one number that a statement yields."""
        return int(self.run(statement)[0][0])


def merge_files(
    connection: duckdb.DuckDBPyConnection,
    kind: FileKind,
    staged: Iterable[tuple[int, Path]],
    paths: Mapping[int, str] | None = None,
) -> dict[int, MergeCounts]:
    """Merge staged files, each with the delivery that it is of, in that order; return the counts by delivery.

    ``paths`` names the file of each delivery, of earlier ones too; without it only the rows tell old from new.
    """
    _store_names(connection, paths or {})
    counts: dict[int, MergeCounts] = {}
    files = iter(staged)
    while batch := list(islice(files, BATCH)):
        counts |= dict(_merge_batch(Merge(connection, kind), batch))
    connection.execute("drop table delivery_names")
    return counts


def _store_names(connection: duckdb.DuckDBPyConnection, paths: Mapping[int, str]) -> None:
    """Make the table ``delivery_names``: what the name of each delivered file says."""
    rows = [(number, path, *_said(path)) for number, path in paths.items()]
    connection.register("read_names", pl.DataFrame(rows, schema=NAMES, orient="row"))
    connection.execute("create or replace temp table delivery_names as select * from read_names")
    connection.unregister("read_names")


def _said(path: str) -> tuple[object, str, str | None]:
    """Return what a file's name says, as the columns after its path."""
    name = read_name(path)
    return name.named_on, name.series, name.number


def _merge_batch(merge: Merge, batch: Sequence[tuple[int, Path]]) -> Iterator[tuple[int, MergeCounts]]:
    """Merge some files and yield the counts of each."""
    _view_arriving(merge, batch)
    n_rows, n_keys = merge.run(f"select count(*), count(distinct hash({merge.key})) from arriving")[0]
    # as many hashes as rows proves that no key repeats; fewer may also be keys that share a hash
    has_repeats = n_keys < n_rows
    if not has_repeats and not _any_held(merge):
        yield from _append(merge, batch)
    else:
        yield from _weigh(merge, batch, has_repeats=has_repeats)
    merge.run("drop view arriving")


def _view_arriving(merge: Merge, batch: Sequence[tuple[int, Path]]) -> None:
    """Make the view ``arriving``: the good rows of the files with their keys, in the order of arrival."""
    parts = (
        f"select {delivery_id} as delivery_id, row_number, {merge.key_values}, {', '.join(merge.names)} "
        f"from read_parquet({literal(str(place))}) where error_code is null"
        for delivery_id, place in batch
    )
    merge.run(f"create or replace temp view arriving as {' union all '.join(parts)}")


def _any_held(merge: Merge) -> bool:
    """Whether the raw table holds the key of an arriving row."""
    if not merge.count(f"select count(*) from (select 1 from {merge.table} limit 1)"):
        return False
    shared = f"select {merge.key} from {_held(merge)} semi join arriving using ({merge.key})"
    return bool(merge.count(f"select count(*) from ({shared})"))


def _held(merge: Merge) -> str:
    """Return the raw table with its keys, as it stands in a statement."""
    return f"(select *, rowid as held_row, {merge.key_values} from {merge.table})"


def _append(merge: Merge, batch: Sequence[tuple[int, Path]]) -> Iterator[tuple[int, MergeCounts]]:
    """Append all arriving rows; yield the counts of each file."""
    # rows of raw have no order, and keeping one has the file written twice
    merge.run("set preserve_insertion_order = false")
    merge.run(f"insert into {merge.table} ({merge.columns}) select {merge.columns} from arriving")
    merge.run("set preserve_insertion_order = true")
    counted = {row[0]: row[1] for row in merge.run("select delivery_id, count(*) from arriving group by delivery_id")}
    for delivery_id, _ in batch:
        yield delivery_id, MergeCounts(counted.get(delivery_id, 0), 0, 0)


def _weigh(merge: Merge, batch: Sequence[tuple[int, Path]], *, has_repeats: bool) -> Iterator[tuple[int, MergeCounts]]:
    """Append what is uncontested, let the newest row of each contested key stand; yield the counts of each file."""
    _find_contested_keys(merge, has_repeats=has_repeats)
    _find_contested(merge)
    _find_outcomes(merge)
    plain = f"arriving anti join contested_keys using ({merge.key})"
    counted = _count(merge, plain)
    merge.run(f"insert into {merge.table} ({merge.columns}) select {merge.columns} from {plain}")
    _replace(merge)
    _refresh(merge)
    for name in SCRATCH:
        merge.run(f"drop table {name}")
    for delivery_id, _ in batch:
        yield delivery_id, counted.get(delivery_id, MergeCounts(0, 0, 0))


def _find_contested_keys(merge: Merge, *, has_repeats: bool) -> None:
    """Make the table ``contested_keys``: keys of arriving rows that are held already, or arrive more than once."""
    held = f"select distinct {merge.key} from arriving semi join {_held(merge)} using ({merge.key})"
    repeated = f" union select {merge.key} from arriving group by {merge.key} having count(*) > 1"
    merge.run(f"create or replace temp table contested_keys as {held}{repeated if has_repeats else ''}")


def _find_contested(merge: Merge) -> None:
    """Make the table ``contested``: the rows of contested keys, held and arriving, with the evidence of each.

    Evidence that not all rows of a key have is left out. What a file said of a record is never behind what the
    file of the same path said of it before: a file that was replaced in place is the newer one.
    """
    table = merge.kind.table
    evidence = f"{updated_term(table)} as updated, {progress_term(table)} as progress, {merge.content} as content"
    columns = f"{merge.key}, held_row, delivery_id, row_number"
    by_key, file = f"(partition by {merge.key})", "coalesce(path, cast(delivery_id as varchar))"
    by_file = f"(partition by {merge.key}, {file} order by delivery_id, row_number)"
    merge.run(
        f"create or replace temp table contested as select {columns}, content, "
        f"case when count(updated) over {by_key} = count(*) over {by_key} then updated end as updated, "
        f"case when count(named_on) over {by_key} = count(*) over {by_key} then named_on end as named_on, "
        f"max(progress) over {by_file} as progress, "
        f"case when min(series) over {by_key} = max(series) over {by_key} then number end as number "
        f"from (select {columns}, {evidence} from {_held(merge)} semi join contested_keys using ({merge.key}) "
        f"union all select {merge.key}, null as held_row, delivery_id, row_number, {evidence} "
        f"from arriving semi join contested_keys using ({merge.key})) left join delivery_names using (delivery_id)"
    )


def _find_outcomes(merge: Merge) -> None:
    """Make the table ``outcomes``: each contested row with its ``rank`` among its key's, oldest first.

    ``before`` is the newest of the rows that were there when it arrived; null where there was none.
    """
    by_key = f"partition by {merge.key}"
    earlier = f"({by_key} order by delivery_id, row_number rows between unbounded preceding and 1 preceding)"
    merge.run(
        "create or replace temp table outcomes as "
        f"select *, max({{'rank': rank, 'content': content}}) over {earlier} as before, "
        f"max(rank) over ({by_key}) as newest from (select *, row_number() over ({by_key} "
        "order by updated nulls first, named_on nulls first, progress, number nulls first, delivery_id, row_number"
        ") as rank from contested)"
    )


def _count(merge: Merge, plain: str) -> dict[int, MergeCounts]:
    """Return the counts by delivery, of uncontested and of contested rows."""
    counted = merge.run(
        "select delivery_id, cast(sum(loaded) as bigint), cast(sum(updated) as bigint), "
        "cast(sum(duplicate) as bigint), cast(sum(stale) as bigint) from ("
        f"select delivery_id, count(*) as loaded, 0 as updated, 0 as duplicate, 0 as stale from {plain} group by all "
        "union all select delivery_id, count(*) filter (before is null), "
        "count(*) filter (rank > before.rank and content <> before.content), "
        "count(*) filter (rank < before.rank or content = before.content), "
        "count(*) filter (rank < before.rank and content <> before.content) "
        "from outcomes where held_row is null group by all) group by delivery_id"
    )
    return {delivery_id: MergeCounts(*counts) for delivery_id, *counts in counted}


def _replace(merge: Merge) -> None:
    """Put in the newest row of each contested key where it says other than what is held."""
    merge.run(
        "create or replace temp table replaced as select n.delivery_id, n.row_number, h.held_row from outcomes as n "
        f"left join (select {merge.key}, held_row, content from outcomes where held_row is not null) as h "
        f"using ({merge.key}) "
        "where n.rank = n.newest and n.held_row is null and n.content is distinct from h.content"
    )
    merge.run(f"delete from {merge.table} where rowid in (select held_row from replaced where held_row is not null)")
    merge.run(
        f"insert into {merge.table} ({merge.columns}) select {merge.columns} "
        "from arriving semi join replaced using (delivery_id, row_number) order by delivery_id, row_number"
    )
    merge.run("drop table replaced")


def _refresh(merge: Merge) -> None:
    """Let a held row that a newer file repeats come from that file, so that what lies between counts as older."""
    held = f"(select {merge.key}, held_row, content from outcomes where held_row is not null) as h"
    merge.run(
        f"update {merge.table} set delivery_id = n.delivery_id, row_number = n.row_number "
        f"from outcomes as n join {held} using ({merge.key}) "
        f"where {merge.table}.rowid = h.held_row and n.rank = n.newest and n.held_row is null "
        "and n.content = h.content and (n.named_on is not null or n.number is not null)"
    )
