"""Single figures of a frame's column, as plain numbers and moments, for titles."""

from __future__ import annotations

from datetime import datetime

import polars as pl


def total(frame: pl.DataFrame, name: str) -> float:
    """Return the sum of a column; 0 where nothing is known."""
    return float(str(frame[name].sum() or 0))


def count(frame: pl.DataFrame, name: str) -> int:
    """Return the sum of a column of counts or flags."""
    return int(total(frame, name))


def last(frame: pl.DataFrame, name: str) -> datetime | None:
    """Return the latest moment of a column; None where none is known."""
    value = frame[name].max()
    return value if isinstance(value, datetime) else None


def most(frame: pl.DataFrame, name: str) -> float | None:
    """Return the largest figure of a column; None where none is known."""
    value = frame[name].max()
    return None if value is None else float(str(value))


def least(frame: pl.DataFrame, name: str) -> float | None:
    """Return the smallest figure of a column; None where none is known."""
    value = frame[name].min()
    return None if value is None else float(str(value))
