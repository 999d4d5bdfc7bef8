"""The RMAs of one bucket of shoppers: the rows that their features need, and telling them.

What belongs here: from a bucket's core rows to its features, for every engine. What does not: which rows those are
(``sql/buckets``), and any feature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from features.assemble import Learned, prepare
from features.buckets import features_of_bucket, owned_rmas
from features.contracts import CORE_FRAMES
from features.params import FeatureParams
from features.shop import Shop

Rows = Mapping[str, pl.DataFrame]
"""Rows of core frames by their names."""


@dataclass(frozen=True, slots=True)
class ShopWide:
    """What telling features needs of the whole shop."""

    learned: Learned
    products: pl.DataFrame
    params: FeatureParams


def shop_of(frames: Mapping[str, pl.DataFrame]) -> Shop:
    """Return the shop of stored core tables; an order line without a moment is none that features could date."""
    dated = {"order_lines": frames["order_lines"].filter(pl.col("ordered_at").is_not_null())}
    return Shop.of({**frames, **dated})


def tell(rows: Rows, known: ShopWide) -> pl.DataFrame:
    """Return the features of the RMAs whose lines are marked ``is_home``; the other rows are their shoppers' past."""
    frames = {name: pl.DataFrame(schema=frame.schema) for name, frame in CORE_FRAMES.items()}
    prepared = prepare(shop_of({**frames, **rows, "products": known.products}))
    marked = rows.get("rma_lines", frames["rma_lines"].with_columns(is_home=pl.lit(value=True)))
    home = marked.filter("is_home").select("rma_id").unique()
    rmas = owned_rmas(prepared.rma_lines).join(home, on="rma_id", how="semi")
    return features_of_bucket(prepared, known.learned, known.params, rmas)
