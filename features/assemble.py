"""From core frames to one row an RMA: what was known about it when it was requested.

What belongs here: which lines are an RMA's own, and the order in which the families are computed. What
does not: any single feature.

An RMA's own lines are those of its first moment. A line that was added later, like every other RMA of the
same moment or later, is no part of what was known; to RMAs requested after it, it is a shopper's past.
"""

from __future__ import annotations

import polars as pl

from features.contracts import CORE_FRAMES, Stage, feature_schema
from features.excess import add_excess, with_expected
from features.item import add_item
from features.params import FeatureParams
from features.policy import add_policy, is_restricted
from features.rates import GlobalTables, global_tables
from features.reason import add_reason
from features.shopper import add_shopper, history
from features.timing import add_timing
from features.value import add_value
from features.velocity import add_velocity


def build_features(
    order_lines: pl.DataFrame, rma_lines: pl.DataFrame, products: pl.DataFrame, params: FeatureParams
) -> pl.DataFrame:
    """Return one row an RMA in order of ``rma_id``, with the columns of ``contracts.feature_schema``.

    The frames hold at least the columns of ``contracts.CORE_FRAMES``; any may be empty. ValueError where a
    column is missing. Every figure is as of the request (stage ``request``).
    """
    bought, asked = core_frame("order_lines", order_lines), request_lines(core_frame("rma_lines", rma_lines))
    return features_of(bought, asked, core_frame("products", products), global_tables(bought, asked), params)


def features_of(
    order_lines: pl.DataFrame,
    rma_lines: pl.DataFrame,
    products: pl.DataFrame,
    tables: GlobalTables,
    params: FeatureParams,
) -> pl.DataFrame:
    """Return the features of some shoppers' RMAs, given the whole shop's tables.

    ``order_lines`` and ``rma_lines`` (with ``request_lines``) hold all rows of these shoppers; those of
    others change nothing.
    """
    own = _with_products(rma_lines.filter("is_own"), products)
    requests = _requests(own)
    buyers = order_lines.join(requests.select("customer_id").unique(), on="customer_id", how="semi")
    past = history(requests, with_expected(buyers, tables, params), rma_lines)
    features = add_shopper(requests, past, tables, params)
    features = add_value(features, own)
    features = add_excess(features, past)
    features = add_timing(features, own)
    features = add_policy(features, own, past, tables)
    features = add_item(features, own, tables, params)
    features = add_reason(features, own, rma_lines, past, tables)
    features = add_velocity(features)
    return features.select(_column(name, dtype) for name, dtype in feature_schema().items())


def _column(name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """Return a column in its type; a figure keeps 12 digits.

    Polars divides by a column of one row through its inverse, which may miss by the last digit: without
    rounding, an RMA computed alone could differ from the same RMA among others.
    """
    column = pl.col(name).cast(dtype)
    return column.round_sig_figs(12) if dtype == pl.Float64 else column


def core_frame(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of a core frame in their types; ValueError names the columns that are missing."""
    schema = CORE_FRAMES[name].schema
    missing = [column for column in schema if column not in frame.columns]
    if missing:
        raise ValueError(f"features need the columns {', '.join(missing)} of {name}")
    return frame.select(pl.col(column).cast(dtype) for column, dtype in schema.items())


def request_lines(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Add to RMA lines ``is_own`` (of its RMA's first moment), ``is_matched``, ``day`` and ``rma_customer_id``.

    The RMA's shopper is the first in order that its own lines name; a line that names none is that shopper's.
    A line is matched to a purchase that was made by its request.
    """
    lines = rma_lines.with_columns(
        is_own=pl.col("requested_at") == pl.col("requested_at").min().over("rma_id"),
        day=pl.col("requested_at").dt.date(),
        is_matched=((pl.col("matched_quantity") > 0) & (pl.col("ordered_at") <= pl.col("requested_at"))).fill_null(
            value=False
        ),
    )
    shopper = pl.when("is_own").then("customer_id").min().over("rma_id")
    return lines.with_columns(shopper.alias("rma_customer_id")).with_columns(
        pl.coalesce("customer_id", "rma_customer_id").alias("customer_id")
    )


def _requests(own_lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row an RMA in order of ``rma_id``: its shopper, moment and day."""
    return (
        own_lines.select(
            "rma_id",
            pl.lit(Stage.REQUEST.value).alias("stage"),
            pl.col("rma_customer_id").alias("customer_id"),
            "requested_at",
            "day",
        )
        .unique("rma_id")
        .sort("rma_id")
    )


def _with_products(own_lines: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Add to RMA lines their product's windows, and ``is_restricted``."""
    rules = products.select("sku", "return_window_days", "warranty_days", "final_sale")
    joined = own_lines.join(rules, on="sku", how="left", maintain_order="left")
    return joined.with_columns(is_restricted=is_restricted(products))
