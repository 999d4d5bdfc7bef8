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

from pipelines.pieces import SortedPieces, Span
from pipelines.sqltext import identifier
from pipelines.warehouse import Warehouse

LISTED_MAX = 400
"""Days that are listed one by one; of more, only their number, the first and the last are told."""
RUN_FACTS = ("scored_at", "model_version")
"""Columns that say which run wrote a row: a new value there alone is no change of the row."""

NOW = "_now"
"""What is put behind the name of a table that is being written beside the one that it will replace."""
ORDER = ("rma_id", "stage")
RMAS_A_SPAN = 50_000
"""RMAs whose rows are stored together."""
EVERYTHING = Span(None, None)


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
    warehouse.store(f"{table}{NOW}", frame)
    days = _changed_days(warehouse, table)
    _replace(warehouse, table)
    return DayChanges(frame.height, days)


def store_pieces_by_day(
    warehouse: Warehouse, table: str, pieces: Iterable[pl.DataFrame], standing: pl.DataFrame | None = None
) -> DayChanges:
    """Do as ``store_by_day`` with a frame that comes in pieces, at least one, none of which is held for the next.

    The stored rows of the RMAs that are ``standing`` (``rma_id``) stay beside them. The table is written in order of
    ``rma_id`` and ``stage``, some RMAs at a time.
    """
    written = identifier(f"{table}{NOW}")
    with warehouse.scratch("pieces") as folder:
        kept = SortedPieces.of(pieces, ORDER, folder)
        days: set[date] = set()
        for number, span in enumerate(kept.spans(RMAS_A_SPAN, None if standing is None else standing["rma_id"])):
            rows = kept.rows(span)
            if standing is not None:
                rows = pl.concat([rows, _standing(warehouse, table, standing, span)]).sort(ORDER)
            begin = f"insert into {written}" if number else f"create or replace table {written} as"
            warehouse.read_frame(f"{begin} select * from frame", rows)
            days.update(_changed_days(warehouse, table, span))
    _replace(warehouse, table)
    return DayChanges(warehouse.count(table), tuple(sorted(days)))


def _replace(warehouse: Warehouse, table: str) -> None:
    """Put the table that was written in the place of the one that was there."""
    warehouse.connection.execute(f"drop table if exists {identifier(table)}")
    name = identifier(table.rpartition(".")[2])
    warehouse.connection.execute(f"alter table {identifier(f'{table}{NOW}')} rename to {name}")


def _standing(warehouse: Warehouse, table: str, standing: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Return the stored rows of the RMAs of a span that are ``standing``."""
    stored = warehouse.connection.sql(f"from {identifier(table)} where {span.condition(ORDER[0])}").pl()
    return stored.join(standing, on="rma_id", how="semi")


def _changed_days(warehouse: Warehouse, table: str, span: Span = EVERYTHING) -> tuple[date, ...]:
    """Return the days on which rows of a span of the table that was written are others than those that were there.

    All where the table's columns are others.
    """
    connection, now = warehouse.connection, _columns(warehouse, f"{table}{NOW}")
    names = ", ".join(identifier(name) for name, _ in now)
    is_comparable = _columns(warehouse, table) == now
    views = {"compared_now": f"{table}{NOW}"} | ({"compared_before": table} if is_comparable else {})
    for view, of in views.items():
        rows = f"select {names} from {identifier(of)} where {span.condition(ORDER[0])}"
        connection.execute(f"create or replace temp view {view} as {rows}")
    days = tuple(warehouse.select("days/select_changed_days" if is_comparable else "days/select_days")["day"].to_list())
    for view in views:
        connection.execute(f"drop view {view}")
    return days


def _columns(warehouse: Warehouse, table: str) -> list[tuple[str, str]]:
    """Return the columns of a table or view that are compared, with their types; none where it is not there."""
    known = warehouse.select("days/select_columns").filter(
        pl.concat_str("schema_name", pl.lit("."), "table_name") == table, ~pl.col("column_name").is_in(RUN_FACTS)
    )
    return list(known.select("column_name", "data_type").iter_rows())
