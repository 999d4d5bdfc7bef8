"""The engine that is always there: Polars in this process, some shoppers at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from engines.base import CORE, FEATURES, LABELS, RMAS, Tables
from engines.parts import ShopWide, shop_of, tell
from features.assemble import features_of, learn, prepare
from features.buckets import RMAS_A_BUCKET, features_of_bucket
from features.contracts import CORE_FRAMES, feature_schema
from features.params import FeatureParams
from features.shop import Shop
from features.since import ROW, standing_rmas, touched_rmas
from models.params import DecisionParams

if TYPE_CHECKING:
    from models.detector import Detector


def stored_shop(tables: Tables) -> Shop:
    """Return the shop of all stored core tables."""
    return shop_of({name: tables.frame(f"{CORE}.{name}", list(frame.schema)) for name, frame in CORE_FRAMES.items()})


class LocalEngine:
    """Computes in this process."""

    def features(self, tables: Tables, params: FeatureParams) -> Iterator[pl.DataFrame]:
        """Yield the features of every RMA."""
        return _told(tables, prepare(stored_shop(tables)), params)

    def features_since(
        self, tables: Tables, params: FeatureParams, moment: datetime
    ) -> tuple[Iterator[pl.DataFrame], pl.DataFrame]:
        """Return the features of the RMAs that what is new from a moment on touches, and all others (``rma_id``).

        Where it touches more than it leaves all are told, and there are no others: that is hardly dearer then.
        """
        prepared = prepare(stored_shop(tables))
        touched = touched_rmas(prepared, tables.frame(FEATURES, [*ROW, "stage_at"]), moment)
        standing = standing_rmas(prepared, touched)
        if touched.height > standing.height:
            return _told(tables, prepared, params), standing.clear()
        return _told(tables, prepared, params, touched), standing

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


def _told(
    tables: Tables, prepared: Shop, params: FeatureParams, asked: pl.DataFrame | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the features of all RMAs of a shop, or of those that are asked for (``rma_id``, ``rma_customer_id``).

    A shop of more than a bucket is learned from and let go; each bucket's rows are read when it is its turn.
    """
    tables.give_back()
    if asked is not None and asked.is_empty():
        yield pl.DataFrame(schema=feature_schema())
        return
    learned = learn(prepared, params)
    if prepared.rma_lines["rma_id"].n_unique() <= RMAS_A_BUCKET:
        if asked is None:
            yield features_of(prepared, learned, params)
        else:
            yield features_of_bucket(prepared, learned, params, asked)
        return
    known = ShopWide(learned, prepared.products, params)
    del prepared
    for rows in tables.parts(RMAS_A_BUCKET, asked):
        tables.give_back()
        yield tell(rows, known)
