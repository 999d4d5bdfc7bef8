"""Which days a run touches: a table of RMAs, as it is now, held against what the warehouse held before.

What belongs here: storing such a table and telling the days whose rows are new, gone or changed. What does
not: what Dagster is told of them (``pipelines/partitions.py``).
"""

from __future__ import annotations

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
    connection = warehouse.connection
    compared = [name for name in frame.columns if name not in RUN_FACTS]
    connection.register("frame_now", frame.select(compared))
    connection.execute("create or replace temp view compared_now as from frame_now")
    is_comparable = _columns(warehouse, table) == _columns(warehouse, "main.frame_now")
    if is_comparable:
        names = ", ".join(identifier(name) for name in compared)
        connection.execute(f"create or replace temp view compared_before as select {names} from {identifier(table)}")
    statement = "days/select_changed_days" if is_comparable else "days/select_days"
    days = tuple(warehouse.select(statement)["day"].to_list())
    for view in ("compared_now", "compared_before"):
        connection.execute(f"drop view if exists {identifier(view)}")
    connection.unregister("frame_now")
    return DayChanges(warehouse.store(table, frame), days)


def _columns(warehouse: Warehouse, table: str) -> list[tuple[str, str]]:
    """Return the columns of a table or view that are compared, with their types; none where it is not there."""
    known = warehouse.select("days/select_columns").filter(
        pl.concat_str("schema_name", pl.lit("."), "table_name") == table, ~pl.col("column_name").is_in(RUN_FACTS)
    )
    return list(known.select("column_name", "data_type").iter_rows())
