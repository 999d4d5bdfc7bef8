"""The same features by the product's own functions, and all of its features."""

from __future__ import annotations

import polars as pl

from benchmarks.speed.common import COMMON
from features.assemble import build_features, request_lines
from features.contracts import CORE_FRAMES
from features.params import FeatureParams
from features.rates import global_tables
from features.shop import Shop, core_frame
from features.shopper import EXPECTED, add_shopper, history
from features.velocity import add_velocity


def common_features(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row an RMA, in order of ``rma_id``, with the columns ``COMMON``."""
    lines = request_lines(rma_lines)
    own = lines.filter("is_own").select("rma_id", "requested_at", "day", customer_id="rma_customer_id")
    requests = own.unique("rma_id").sort("rma_id")
    bought = order_lines.with_columns(pl.lit(0).alias(name) for name in EXPECTED)
    told = add_shopper(requests, history(requests, bought, lines), global_tables(order_lines, lines), FeatureParams())
    return add_velocity(told).select("rma_id", *COMMON)


def all_features(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return what a run computes: every feature, one row an RMA and stage."""
    return build_features(Shop.of(frames), FeatureParams())


def as_core(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a core frame of which only some columns were read; the others are null."""
    schema = CORE_FRAMES[name].schema
    missing = [pl.lit(None, dtype).alias(column) for column, dtype in schema.items() if column not in frame.columns]
    return core_frame(name, frame.with_columns(missing))
