"""The engine that is always there: Polars in this process, some shoppers at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from engines.base import CORE, FEATURES, LABELS, RMAS, Tables
from features.assemble import prepare
from features.buckets import features_in_buckets
from features.contracts import CORE_FRAMES
from features.params import FeatureParams
from features.shop import Shop
from models.params import DecisionParams

if TYPE_CHECKING:
    from models.detector import Detector


def shop_of(frames: Mapping[str, pl.DataFrame]) -> Shop:
    """Return the shop of stored core tables; an order line without a moment is none that features could date."""
    dated = {"order_lines": frames["order_lines"].filter(pl.col("ordered_at").is_not_null())}
    return Shop.of({**frames, **dated})


def stored_shop(tables: Tables) -> Shop:
    """Return the shop of all stored core tables."""
    return shop_of({name: tables.frame(f"{CORE}.{name}", list(frame.schema)) for name, frame in CORE_FRAMES.items()})


class LocalEngine:
    """Computes in this process."""

    def features(self, tables: Tables, params: FeatureParams) -> Iterator[pl.DataFrame]:
        """Yield the features of every RMA."""
        prepared = prepare(stored_shop(tables))
        tables.give_back()
        yield from features_in_buckets(prepared, params)

    def scores(self, tables: Tables, detector: Detector, decision: DecisionParams, as_of: datetime) -> pl.DataFrame:
        """Return the scores of every RMA."""
        from models.score import KnownBeside, score_pieces  # noqa: PLC0415 - scikit-learn takes seconds to import
        from models.verdicts import settled_verdicts  # noqa: PLC0415 - as above

        tables.give_back()
        amounts = tables.frame(RMAS, ["rma_id", "refund_amount"])
        known = KnownBeside(amounts, settled_verdicts(tables.frame(LABELS), as_of))
        return score_pieces(lambda: tables.pieces(FEATURES, "rma_id"), known, detector, decision, as_of)

    def close(self) -> None:
        """Hold nothing."""
