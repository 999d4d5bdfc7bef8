"""Stored tables that are frames: what engines read, without a warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from engines.base import BY_BUCKET, CORE, Engine
from features.contracts import CORE_FRAMES
from features.params import FeatureParams
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

    def pieces(self, table: str, key: str) -> Iterator[pl.DataFrame]:
        """Yield a table, each key's rows by themselves."""
        yield from self.frames[table].partition_by(key, maintain_order=True)

    def parts(self, most: int, asked: pl.DataFrame | None = None) -> Iterator[dict[str, pl.DataFrame]]:
        """Yield all rows, each time with the lines of some other RMAs marked."""
        core = {name: self.frames[f"{CORE}.{name}"] for name in BY_BUCKET}
        named = core["rma_lines"].select("rma_id").unique().sort("rma_id") if asked is None else asked
        for some in named.iter_slices(most):
            is_home = pl.col("rma_id").is_in(some["rma_id"].implode())
            yield core | {"rma_lines": core["rma_lines"].with_columns(is_home=is_home)}

    def give_back(self) -> None:
        """Hold nothing."""

    def write_parquet(self, table: str, columns: Sequence[str], place: Path) -> None:
        """Write some columns of a table as one Parquet file."""
        self.frames[table].select(columns).write_parquet(place)


def features_on(engine: Engine, tables: FrameTables, params: FeatureParams) -> pl.DataFrame:
    """Return the features that an engine tells, in the order in which they are stored."""
    return pl.concat(engine.features(tables, params)).sort("rma_id", "stage")
