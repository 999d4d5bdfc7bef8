"""Stored tables that are frames: what engines read, without a warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from engines.base import BY_BUCKET, CORE, Engine, Parts
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

    def parts(self, most: int) -> AbstractContextManager[Parts]:  # noqa: ARG002 - small shops are one part
        """Return all rows in one part."""
        return nullcontext(_Whole({name: self.frames[f"{CORE}.{name}"] for name in BY_BUCKET}))

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """Return an empty folder."""
        with TemporaryDirectory(name) as folder:
            yield Path(folder)

    def give_back(self) -> None:
        """Hold nothing."""

    def write_parquet(self, table: str, columns: Sequence[str], place: Path) -> None:
        """Write some columns of a table as one Parquet file."""
        self.frames[table].select(columns).write_parquet(place)


@dataclass(frozen=True)
class _Whole:
    """A shop of one part."""

    core: Mapping[str, pl.DataFrame]
    n: int = 1

    def rows(self, number: int) -> Mapping[str, pl.DataFrame]:  # noqa: ARG002 - there is one
        """Return all rows."""
        return self.core


def features_on(engine: Engine, tables: FrameTables, params: FeatureParams) -> pl.DataFrame:
    """Return the features that an engine tells, in the order in which they are stored."""
    return pl.concat(engine.features(tables, params)).sort("rma_id", "stage")
