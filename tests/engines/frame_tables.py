"""Stored tables that are frames: what engines read, without a warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from engines.base import CORE
from features.contracts import CORE_FRAMES
from features.shop import Shop


class FrameTables:
    """Frames by the names of stored tables."""

    def __init__(self, frames: Mapping[str, pl.DataFrame]) -> None:
        self.frames = dict(frames)

    @staticmethod
    def of_shop(shop: Shop) -> FrameTables:
        """Return a shop's core tables."""
        return FrameTables({f"{CORE}.{name}": getattr(shop, name) for name in CORE_FRAMES})

    def frame(self, table: str, columns: list[str] | None = None) -> pl.DataFrame:
        """Return a table, or some of its columns."""
        return self.frames[table].select(columns or pl.all())

    def write_parquet(self, table: str, columns: Sequence[str], place: Path) -> None:
        """Write some columns of a table as one Parquet file."""
        self.frames[table].select(columns).write_parquet(place)
