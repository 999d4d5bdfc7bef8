"""Which days a run touches: a table of RMAs, as it is now, held against what the warehouse held before.

What belongs here: storing such a table and telling the days whose rows are new, gone or changed. What does
not: what Dagster is told of them (``pipelines/partitions.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.sqltext import identifier
from pipelines.warehouse import Warehouse

LISTED_MAX = 400
"""Days that are listed one by one; of more, only their number, the first and the last are told."""
RUN_FACTS = ("scored_at", "model_version")
"""Columns that say which run wrote a row: a new value there alone is no change of the row."""

NOW = "rows_now"
"""What the rows of a table that is being stored are called until they are."""


@dataclass(frozen=True, slots=True)
class DayChanges:
    """The days of request, in order, whose rows a run made or changed in one table, and the rows that it holds."""

    rows: int
    days: tuple[date, ...]

    def described(self) -> dict[str, Any]:
        """Return the number of days, the first, the last, and all of them where they are few (else null)."""
        return {
            "count": len(self.days),
            "first": self.days[0].isoformat() if self.days else None,
            "last": self.days[-1].isoformat() if self.days else None,
            "days": [day.isoformat() for day in self.days] if len(self.days) <= LISTED_MAX else None,
        }


def store_by_day(warehouse: Warehouse, table: str, frame: pl.DataFrame) -> DayChanges:
    """Replace ``table`` by a frame of RMAs (``rma_id``, ``stage``, ``requested_at``, …) and return the days it changed.

    The whole table is written in the frame's order, so that it is the same, byte for byte, however many
    runs it took. A table with other columns than before has changed on every day.
    """
    warehouse.connection.register(NOW, frame)
    days = _changed_days(warehouse, table)
    warehouse.connection.unregister(NOW)
    return DayChanges(warehouse.store(table, frame), days)


def store_pieces_by_day(
    warehouse: Warehouse, table: str, pieces: Iterable[pl.DataFrame], standing: pl.DataFrame | None = None
) -> DayChanges:
    """Do as ``store_by_day`` with a frame that comes in pieces, at least one, none of which is held for the next.

    The stored rows of the RMAs that are ``standing`` (``rma_id``) stay beside them. The table is written in order of
    ``rma_id`` and ``stage``.
    """
    connection = warehouse.connection
    for number, piece in enumerate(pieces):
        connection.register("piece", piece)
        begin = f"insert into {NOW}" if number else f"create or replace temp table {NOW} as"
        connection.execute(f"{begin} from piece")
        connection.unregister("piece")
    if standing is not None:
        connection.register("standing", standing)
        connection.execute(f"insert into {NOW} from {identifier(table)} where rma_id in (select rma_id from standing)")
        connection.unregister("standing")
    days = _changed_days(warehouse, table)
    connection.execute(f"create or replace table {identifier(table)} as from {NOW} order by rma_id, stage")
    connection.execute(f"drop table {NOW}")
    return DayChanges(warehouse.count(table), days)


def _changed_days(warehouse: Warehouse, table: str) -> tuple[date, ...]:
    """Return the days on which the rows of NOW are others than those of a table; all where its columns are others."""
    connection, now = warehouse.connection, _columns(warehouse, f"main.{NOW}")
    names = ", ".join(identifier(name) for name, _ in now)
    views = {"compared_now": NOW, "compared_before": table}
    is_comparable = _columns(warehouse, table) == now
    for view, of in views.items() if is_comparable else [("compared_now", NOW)]:
        connection.execute(f"create or replace temp view {view} as select {names} from {identifier(of)}")
    statement = "days/select_changed_days" if is_comparable else "days/select_days"
    days = tuple(warehouse.select(statement)["day"].to_list())
    for view in views:
        connection.execute(f"drop view if exists {view}")
    return days


def _columns(warehouse: Warehouse, table: str) -> list[tuple[str, str]]:
    """Return the columns of a table or view that are compared, with their types; none where it is not there."""
    known = warehouse.select("days/select_columns").filter(
        pl.concat_str("schema_name", pl.lit("."), "table_name") == table, ~pl.col("column_name").is_in(RUN_FACTS)
    )
    return list(known.select("column_name", "data_type").iter_rows())
