"""The features by DuckDB SQL alone, as well as one can: one sort of all events and all questions."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from benchmarks.speed.common import COMMON, MEASURES, WINDOWS

STATEMENT = Path(__file__).with_name("features.sql")


def features(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return one row an RMA, in order of ``rma_id``, from the relations ``order_lines`` and ``rma_lines``."""
    text = STATEMENT.read_text(encoding="utf-8").replace("{window_columns}", ", ".join(_windowed()))
    return connection.sql(text).pl().select("rma_id", *(pl.col(name).cast(pl.Float64) for name in COMMON))


def _windowed() -> list[str]:
    """Return the columns of each measure and window: the total at the request less that at the window's start."""
    return [
        f"cast(any_value({measure}) filter (where back = 0)"
        + (f" - any_value({measure}) filter (where back = {days})" if days else "")
        + f" as double) as {measure}_{window}"
        for measure in MEASURES
        for window, days in WINDOWS.items()
    ]
