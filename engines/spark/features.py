"""Features of all RMAs, a bucket of shoppers on each core of the cluster.

Which rows a bucket needs is told by Spark SQL, as ``features.buckets`` tells it on one machine. What features need
of the whole shop is learned once and broadcast.
"""

from __future__ import annotations

import polars as pl

from engines.base import BY_BUCKET, CORE, Tables
from engines.local import stored_shop
from engines.parts import ShopWide
from engines.spark.links import find_links
from engines.spark.tasks import telling
from engines.spark.work import Work, read
from features.assemble import learn, prepare
from features.contracts import CORE_FRAMES, feature_schema
from features.params import FeatureParams


def tell_features(work: Work, tables: Tables, params: FeatureParams) -> pl.DataFrame:
    """Return the features of every RMA."""
    for name, frame in CORE_FRAMES.items():
        work.load(tables, f"{CORE}.{name}", list(frame.schema))
    _place(work)
    known = _learned(work, tables, params)
    rows = {name: work.statement(f"select_{name}_by_bucket", "buckets") for name in BY_BUCKET}
    broadcast = work.spark.sparkContext.broadcast(known)
    told = work.keep("features", work.by_bucket(rows, telling(broadcast), feature_schema()))
    broadcast.destroy()
    return read(told, feature_schema())


def _place(work: Work) -> None:
    """Make the views that say which bucket needs which RMA and order."""
    owners = work.keep("owners", work.statement("list_owners", "buckets"))
    work.view("asked", owners)  # every RMA is
    work.make_buckets(work.spark.table("owners").count())
    work.keep("shoppers", work.statement("list_shoppers", "buckets"))
    work.keep("rma_places", work.statement("place_rmas", "buckets"))
    work.keep("order_places", work.statement("place_orders", "buckets"))


def _learned(work: Work, tables: Tables, params: FeatureParams) -> ShopWide:
    """Learn from the whole shop what every bucket needs to know of it."""
    links = find_links(work)
    shop = prepare(stored_shop(tables))
    return ShopWide(learn(shop, params, links), shop.products, params)
