"""The engine that is always there: Polars in this process, some shoppers at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from engines.base import CORE, FEATURES, LABELS, RMAS, Tables
from engines.parted import PartedShop
from engines.parts import shop_of
from features.assemble import learn_on
from features.buckets import RMAS_A_BUCKET
from features.contracts import CORE_FRAMES, feature_schema
from features.params import FeatureParams
from features.shop import Shop
from features.since import ROW, gather_rows, standing_rmas, touched_rmas
from models.params import DecisionParams

if TYPE_CHECKING:
    from models.detector import Detector

_NO_FEATURES = pl.DataFrame(schema=feature_schema())


def stored_shop(tables: Tables) -> Shop:
    """Return the shop of all stored core tables."""
    return shop_of({name: tables.frame(f"{CORE}.{name}", list(frame.schema)) for name, frame in CORE_FRAMES.items()})


class LocalEngine:
    """Computes in this process."""

    def features(self, tables: Tables, params: FeatureParams) -> Iterator[pl.DataFrame]:
        """Yield the features of every RMA."""
        with ExitStack() as until_told:
            shop = PartedShop.open(tables, RMAS_A_BUCKET, until_told)
            yield from shop.tell(learn_on(shop, params), params)

    def features_since(
        self, tables: Tables, params: FeatureParams, moment: datetime
    ) -> tuple[Iterator[pl.DataFrame], pl.DataFrame]:
        """Return the features of the RMAs that what is new from a moment on touches, and all others (``rma_id``).

        Where it touches more than it leaves all are told, and there are no others: that is hardly dearer then.
        """
        with ExitStack() as until_told:
            shop = PartedShop.open(tables, RMAS_A_BUCKET, until_told)
            learned = learn_on(shop, params, also={"rows": gather_rows})
            now = shop.take("rows")["rows"]
            touched = touched_rmas(now, tables.frame(FEATURES, [*ROW, "stage_at"]), moment)
            standing = standing_rmas(now, touched)
            is_most = touched.height > standing.height
            told = shop.tell(learned, params, None if is_most else touched)
            pieces = _until_told(told if touched.height else [_NO_FEATURES], until_told.pop_all())
        return pieces, standing.clear() if is_most else standing

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


def _until_told(pieces: Iterable[pl.DataFrame], shop: ExitStack) -> Iterator[pl.DataFrame]:
    """Yield pieces, and remove the shop's files then."""
    with shop:
        yield from pieces
