"""Write a published table to a file that other programs open: CSV, Parquet, JSON lines, Excel."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

from dashboards.formulas import defused
from pipelines.errors import ReturnwatchError

FORMATS = ("csv", "parquet", "jsonl", "xlsx")
EXCEL_ROWS = 1_048_575
"""Rows of data that one sheet of an Excel workbook holds below its header."""


def write_table(frame: pl.DataFrame, format_: str, out: Path, name: str) -> None:
    """Write a frame in one step: readers see the old file or the new one.

    In CSV and Excel, nested columns become JSON text, and a text that a spreadsheet would take for a
    formula is led by an apostrophe; numbers stay numbers. Raises ReturnwatchError where the file cannot
    be written or an Excel sheet cannot hold the rows.
    """
    writers: dict[str, Callable[[Path], object]] = {
        "csv": lambda place: defused(flattened(frame)).write_csv(place),
        "parquet": lambda place: frame.write_parquet(place, compression="zstd"),
        "jsonl": lambda place: _plain_numbers(frame).write_ndjson(place),
        "xlsx": lambda place: _write_excel(defused(flattened(frame)), place, name),
    }
    try:
        with tempfile.TemporaryDirectory(dir=out.resolve().parent, prefix=".export-") as folder:
            place = Path(folder) / f"table.{format_}"
            writers[format_](place)
            place.replace(out)
    except OSError as error:
        raise ReturnwatchError(f"{out}: cannot be written ({error.strerror}); name another file with --out") from None


def flattened(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose nested columns are JSON text."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    return frame.with_columns(
        pl.col(name).map_elements(_as_json, return_dtype=pl.String, skip_nulls=True) for name in nested
    )


def _as_json(value: pl.Series | dict[str, object]) -> str:
    """Return a nested value as JSON text."""
    return json.dumps(value.to_list() if isinstance(value, pl.Series) else value, default=str)


def _plain_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose decimals are floats: JSON has no decimals."""
    return frame.with_columns(pl.col(name).cast(pl.Float64) for name, kind in frame.schema.items() if kind.is_decimal())


def _write_excel(frame: pl.DataFrame, place: Path, name: str) -> None:
    """Write one sheet with a frozen header."""
    if frame.height > EXCEL_ROWS:
        raise ReturnwatchError(
            f"{name} has {frame.height:,} rows, an Excel sheet holds {EXCEL_ROWS:,}; use csv or parquet"
        )
    frame.write_excel(place, worksheet=name[:31], freeze_panes=(1, 0), autofit=frame.height < 10_000)  # noqa: PLR2004 - measuring every cell of a large sheet takes minutes
