"""From when on core tells anything new, so that features of before that need not be computed again.

What belongs here: holding core as it is against core as the last run left it, and remembering from which core the
stored features were computed. What does not: which RMAs a moment touches (``features/since.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

import sql
from features.contracts import CORE_FRAMES
from pipelines.request import program_digest
from pipelines.warehouse import COMPUTED, Warehouse

if TYPE_CHECKING:
    import duckdb

EVERYTHING = datetime.min  # noqa: DTZ901 - core timestamps are UTC without a zone
"""The moment from which on anything may be new: nothing stored stands."""
PROGRAM = "program"
COMPUTED_SCHEMA = {"source": pl.String(), "digest": pl.String()}
"""One row a core frame with a digest of its rows, and one with that of the program."""


@dataclass(frozen=True, slots=True)
class CoreNews:
    """What core is now (``digests`` by source), and from when on it tells anything new; None where it does not.

    ``first_at`` is ``EVERYTHING`` where there is nothing that it could be held against.
    """

    digests: dict[str, str]
    first_at: datetime | None


def core_news(warehouse: Warehouse) -> CoreNews:
    """Return what is new in core since the stored features were computed."""
    known = _known(warehouse)
    digests = {PROGRAM: program_digest()}
    firsts = [EVERYTHING] if known.get(PROGRAM) != digests[PROGRAM] else []
    with warehouse.as_committed() as committed:
        for name in CORE_FRAMES:
            now = _rows(warehouse.connection, name)
            digests[name] = _digest(now)
            if EVERYTHING not in firsts:
                firsts += _first_difference(now, committed, name, known.get(name))
    return CoreNews(digests, min(firsts, default=None))


def remember(warehouse: Warehouse, news: CoreNews) -> None:
    """Store from which core, and by which program, the stored features were computed."""
    warehouse.store(COMPUTED, pl.DataFrame(list(news.digests.items()), schema=COMPUTED_SCHEMA, orient="row"))


def _known(warehouse: Warehouse) -> dict[str, str]:
    """Return the digests that were remembered; none where no features are stored."""
    return dict(warehouse.frame(COMPUTED).iter_rows()) if warehouse.has_table(COMPUTED) else {}


def _first_difference(
    now: pl.DataFrame, committed: duckdb.DuckDBPyConnection, name: str, known: str | None
) -> list[datetime]:
    """Return from when on a frame's rows are others than the committed ones; nothing where they are the same.

    Committed rows that are not those that features were computed from are no help: a run of core alone left them.
    """
    before = _rows(committed, name)
    if _digest(before) != known:
        return [EVERYTHING]
    signed = [rows.with_columns(sign=pl.lit(sign)) for rows, sign in ((now, 1), (before, -1))]
    rows = (
        pl.concat(signed).group_by("row_hash").agg(pl.col("sign").sum(), pl.col("known_at").fill_null(EVERYTHING).min())
    )
    return rows.filter(pl.col("sign") != 0)["known_at"].sort().head(1).to_list()


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    """Return a hash of each row of a core frame, and from when on it can matter."""
    return connection.sql(sql.statement(f"increment/select_{name}")).pl()


def _digest(rows: pl.DataFrame) -> str:
    """Return what identifies a frame's rows, whatever their order."""
    return f"{rows.height} {rows['row_hash'].sum()}"
