"""What was delivered of each RMA, for `returnwatch evaluate`: the one reader of the warehouse beside the pipeline.

It reads and nothing else, and it waits for nobody: while a run holds the warehouse it says so and goes without.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

import sql
from pipelines.warehouse import FILE


def raw_rmas(home: Path) -> tuple[pl.DataFrame | None, str | None]:
    """Return one row an RMA (``sql/evaluation/select_raw_rmas.sql``), or None and why there is none."""
    path = home / FILE
    if not path.is_file():
        return None, f"{path} is not there; run the pipeline in this home to compare with ecod and taught"
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.sql(sql.statement("evaluation/select_raw_rmas")).pl(), None
    except duckdb.Error as error:
        line = str(error).splitlines()[0]
        return None, f"{path} cannot be read ({line}); wait for the run to end to compare with ecod and taught"
