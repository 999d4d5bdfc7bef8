"""Replay policies on the lines of a published set, in a database in memory.

Belongs here: reading the set, running the statements, and what clauses do to each other. Does not: how a policy is
written down (``clauses``) or shown (``commands``).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import ReturnwatchError
from pipelines.policy.clauses import TOGETHER, Row, Setting
from pipelines.publish import tables_of
from sql import statement

LINES = "report_policy_lines"
Figure = int | float | bool | str | Decimal | None
Figures = dict[str, Figure]
NOT_ADDED = frozenset({"saved_share", "queue_change_share", "assumed_loss_share", "is_small"})
"""Columns of the replay of which a sum over clauses means nothing."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came out: the history as it was, each change alone, all together, and all together less their sum."""

    base: Figures
    alone: list[Figures]
    together: Figures
    interaction: Figures


def replay(folder: Path, policies: list[Row]) -> Replay:
    """Replay policies, the last of which is all changes together, on a published set.

    ReturnwatchError where the set has no lines to replay on, or they cannot be read.
    """
    if LINES not in tables_of(folder):
        raise ReturnwatchError(f"{folder}: was published before policies could be replayed; run again to publish anew")
    place = folder / f"{LINES}.parquet"
    try:
        with duckdb.connect() as connection:
            _prepare(connection, place, policies)
            (base,) = _rows(connection, "policy/summarise_lines")
            found = {str(row["scenario"]): row for row in _rows(connection, "reports/replay_policy")}
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ReturnwatchError(f"{place}: cannot be read ({reason}); publish anew with `returnwatch run`") from None
    alone = [found[str(policy["scenario"])] for policy in policies if policy["scenario"] != TOGETHER]
    return Replay(base, alone, found[TOGETHER], interaction(alone, found[TOGETHER]))


def _prepare(connection: duckdb.DuckDBPyConnection, place: Path, policies: list[Row]) -> None:
    """Make what the statement of the replay reads."""
    connection.execute(statement("policy/create_schema"))
    connection.read_parquet(str(place)).create_view("lines_of_set")
    connection.execute(statement("policy/create_lines"))
    asked = pl.DataFrame([{name: _text(value) for name, value in policy.items()} for policy in policies])
    connection.register("asked_settings", asked)
    connection.execute(statement("policy/create_settings"))


def _text(setting: Setting | str | None) -> str | None:
    """Return a setting as text, which the statement casts."""
    return setting if setting is None else str(setting)


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[Figures]:
    """Return the rows of a statement."""
    cursor = connection.execute(statement(name))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def interaction(alone: list[Figures], together: Figures) -> Figures:
    """Return each figure of all changes together less the sum of each alone, where such a sum means anything."""
    added = [name for name, figure in together.items() if name not in NOT_ADDED and isinstance(figure, int | Decimal)]
    return {name: _number(together[name]) - sum(_number(row[name]) for row in alone) for name in added}


def _number(figure: Figure) -> Decimal | int:
    """Return a figure that adds up; an estimate that nothing tells counts 0."""
    return figure if isinstance(figure, int | Decimal) else 0
