"""Between staging and merging: rows that name an erased person arrive as the same erased rows that are held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.ingest.sources import raw_tables
from pipelines.ingest.stage import StagedFile
from pipelines.privacy.people import follow, prepare, recall, recall_mentions, remember
from pipelines.privacy.rewrite import Relation, count_touched, file_relation, filled, rewritten, table_relation
from pipelines.sqltext import identifier, literal
from pipelines.warehouse import Warehouse


def without_erased(
    warehouse: Warehouse, staged: Sequence[StagedFile], key: bytes, moment: datetime
) -> list[StagedFile]:
    """Return the staged files with every row of an erased person as an erased one; the staged rows are replaced.

    What the rows name in addition (a later order of the person) is erased with them from now on, also in rows that
    are held already. Where nobody was erased nothing is read.
    """
    if not warehouse.count("raw.erased"):
        return list(staged)
    connection = warehouse.connection
    prepare(connection, key)
    held = filled(connection, (table_relation(connection, f"raw.{name}") for name in raw_tables()))
    arriving = {
        one.place: file_relation(connection, one.file.table or "", str(one.place), one.file.kind)
        for one in staged
        if one.place is not None
    }
    recall(connection, arriving.values())
    recall_mentions(connection, arriving.values())
    follow(connection, [*held, *arriving.values()])
    remember(connection, "raw.erased", key, moment)
    for relation in [*held, table_relation(connection, "raw.quarantine")]:
        _replace_held(connection, relation)
    for place, relation in arriving.items():
        if place is not None and count_touched(connection, relation):
            _replace_staged(connection, relation, place)
    return list(staged)


def _replace_held(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Put the erased rows in the place of held ones that turned out to be the person's."""
    if count_touched(connection, relation):
        table = identifier(relation.name)
        connection.execute(f"create or replace temp table erased_rows as {rewritten(relation, only_touched=True)}")
        connection.execute(f"delete from {table} as t where {relation.is_touched}")
        connection.execute(f"insert into {table} select * from erased_rows")
        connection.execute("drop table erased_rows")


def _replace_staged(connection: duckdb.DuckDBPyConnection, relation: Relation, place: Path) -> None:
    """Write a staged file anew, in its place."""
    part = place.with_suffix(".erased")
    connection.execute(f"copy ({rewritten(relation)}) to {literal(str(part))} (format parquet, compression zstd)")
    part.replace(place)
