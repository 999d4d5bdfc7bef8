"""A part of a shop's shoppers: from its core rows to what is gathered of it, and to the features of its RMAs.

What belongs here: what is done with a part's rows, for every engine. What does not: which rows those are
(``sql/buckets``), and any feature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from engines.base import IS_HOME
from features.assemble import Learned, features_of, prepare
from features.buckets import features_of_bucket, owned_rmas
from features.contracts import CORE_FRAMES
from features.learning import Part
from features.params import FeatureParams
from features.shop import Shop

Rows = Mapping[str, pl.DataFrame]
"""Rows of core frames by their names; those that are at home in the part are ``is_home``, all where nothing is said."""

_NO_ROWS = {name: pl.DataFrame(schema=frame.schema) for name, frame in CORE_FRAMES.items()}


@dataclass(frozen=True, slots=True)
class ShopWide:
    """What telling features needs of the whole shop."""

    learned: Learned
    products: pl.DataFrame
    params: FeatureParams


def dated(order_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the order lines with a moment: one without is none that features could date."""
    return order_lines.filter(pl.col("ordered_at").is_not_null())


def shop_of(frames: Mapping[str, pl.DataFrame]) -> Shop:
    """Return the shop of stored core tables."""
    return Shop.of({**frames, "order_lines": dated(frames["order_lines"])})


def part_of(rows: Rows, products: pl.DataFrame) -> Part:
    """Return a part, from which families gather what they learn."""
    frames = {**_NO_ROWS, **rows, "products": products}
    frames["order_lines"] = dated(frames["order_lines"])
    around = prepare(Shop.of(frames))
    # what prepares a shop leaves its rows where they are
    marked = {name: frame[IS_HOME] for name, frame in frames.items() if IS_HOME in frame.columns}
    home = {name: getattr(around, name).filter(is_home) for name, is_home in marked.items()}
    return Part(replace(around, **home), around) if marked else Part.whole(around)


def tell(part: Part, known: ShopWide, asked: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the features of the RMAs at home in a part, or of those of them that are ``asked`` for (``rma_id``)."""
    if part.home is part.around and asked is None:
        return features_of(part.around, known.learned, known.params)
    rmas = owned_rmas(part.home.rma_lines)
    if asked is not None:
        rmas = rmas.join(asked, on="rma_id", how="semi")
    return features_of_bucket(part.around, known.learned, known.params, rmas)
