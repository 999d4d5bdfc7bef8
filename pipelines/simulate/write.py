"""Writes tables as files that are the same to the byte for the same rows. Knows nothing of what they mean."""

from __future__ import annotations

import gzip
import io
from datetime import date, timedelta
from pathlib import Path

import polars as pl

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
GZIP_LEVEL = 1


def month_keys(first: date, end: date) -> list[str]:
    """Return the months from ``first`` up to the day before ``end``, as ``2025-01``."""
    last = end - timedelta(days=1)
    months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months]


def by_month(table: pl.DataFrame, moment: pl.Series, months: list[str]) -> dict[str, pl.DataFrame]:
    """Cut a table, whose rows ``moment`` dates in ascending order, into months; one without rows stays, empty."""
    of_row = moment.dt.strftime("%Y-%m")
    starts = [int(of_row.search_sorted(month, side="left")) for month in [*months, "9999-12"]]
    return {month: table[starts[k] : starts[k + 1]] for k, month in enumerate(months)}


def write_csv(table: pl.DataFrame, path: Path) -> None:
    """Write a CSV file in place of one of that name; gzipped, without a time in it, when it ends in ``.gz``.

    Until it is complete the file has another name, one that a landing folder passes over.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.tmp")
    buffer = io.BytesIO()
    table.write_csv(buffer, datetime_format=MOMENT)
    with unfinished.open("wb") as file:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0) as packed:
                packed.write(buffer.getbuffer())
        else:
            file.write(buffer.getbuffer())
    unfinished.replace(path)
