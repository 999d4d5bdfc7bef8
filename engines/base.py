"""What an engine does, and what it reads.

What belongs here: the two interfaces between the pipeline and its engines. What does not: how anything is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from features.params import FeatureParams
from models.params import DecisionParams

if TYPE_CHECKING:
    from models.detector import Detector

CORE, FEATURES, RMAS, LABELS = "core", "feat.rma_features", "core.rmas", "core.review_labels"
"""What engines read: tables ``core.<frame>`` of ``contracts.CORE_FRAMES``, the stored features, what RMAs cost, and
what people decided about them."""

BY_BUCKET = ("rma_lines", "orders", "order_lines", "chargebacks", "customers", "support_contacts")
"""Core tables of which each part of the shop gets its own rows (``sql/buckets``); products go to all."""

IS_HOME = "is_home"
"""The column that says whether a row is at home in its part."""


class Parts(Protocol):
    """A shop's core rows, in ``n`` parts of some shoppers each."""

    @property
    def n(self) -> int:
        """How many parts there are, at least one."""

    def rows(self, number: int) -> Mapping[str, pl.DataFrame]:
        """Return the rows of a part, by the names of ``BY_BUCKET``.

        Those of a shop of several parts say whether they are at home in this one (``is_home``); the others are what
        rows at home are joined with (``features.learning.Part``).
        """


class Tables(Protocol):
    """Stored tables, named ``schema.table``."""

    def frame(self, table: str, columns: list[str] | None = None) -> pl.DataFrame:
        """Return a table, or some of its columns."""

    def pieces(self, table: str, key: str) -> Iterator[pl.DataFrame]:
        """Yield a table some rows at a time, in order; neighbours with the same ``key`` stay together."""

    def parts(self, most: int) -> AbstractContextManager[Parts]:
        """Return the core rows of all shoppers in parts of about ``most`` RMAs each, to be read until it is left."""

    def scratch(self, name: str) -> AbstractContextManager[Path]:
        """Return an empty folder of that name, which is removed when it is left."""

    def give_back(self) -> None:
        """Give back memory that is not needed just now."""

    def write_parquet(self, table: str, columns: Sequence[str], place: Path) -> None:
        """Write some columns of a table as one Parquet file."""


class Engine(Protocol):
    """Computes features and scores; every engine returns the same tables."""

    def features(self, tables: Tables, params: FeatureParams) -> Iterator[pl.DataFrame]:
        """Yield ``feat.rma_features`` of the stored core tables, in pieces and in no order."""

    def scores(self, tables: Tables, detector: Detector, decision: DecisionParams, as_of: datetime) -> pl.DataFrame:
        """Return ``score.rma_scores`` of the stored features, in the order of risk."""

    def close(self) -> None:
        """Give back what the engine holds; it may be closed more than once."""
