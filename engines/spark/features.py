"""Features of all RMAs, a bucket of shoppers on each core of the cluster.

Which rows a bucket needs is told by Spark SQL, as on one machine; so is what families gather of each bucket. What they
learn of all together is put into files that every machine sees.
"""

from __future__ import annotations

import io
import shutil
from typing import Any

import polars as pl

from engines.base import BY_BUCKET, CORE, Tables
from engines.kept import Kept, put_away
from engines.parts import ShopWide
from engines.spark.links import find_links
from engines.spark.tasks import GATHERED, Gathering, gather, gathering, telling
from engines.spark.work import Work, read
from features.assemble import Learned, gatherers, later_gatherers, learn_basics, learners
from features.contracts import CORE_FRAMES, feature_schema
from features.params import FeatureParams

BY_CLUSTER = ("links",)
"""What is not gathered of buckets: the cluster finds it by statements of its own."""


def tell_features(work: Work, tables: Tables, params: FeatureParams) -> pl.DataFrame:
    """Return the features of every RMA."""
    for name, frame in CORE_FRAMES.items():
        work.load(tables, f"{CORE}.{name}", list(frame.schema))
    _place(work)
    rows = {name: work.statement(f"select_{name}_by_bucket", "buckets") for name in BY_BUCKET}
    products = tables.frame(f"{CORE}.products", list(CORE_FRAMES["products"].schema))
    known = ShopWide(_learned(work, rows, products, params), products, params)
    broadcast = work.spark.sparkContext.broadcast(known)
    told = work.keep("features", work.by_bucket(rows, telling(broadcast), feature_schema()))
    broadcast.destroy()
    return read(told, feature_schema())


def _place(work: Work) -> None:
    """Make the views that say which bucket needs which RMA and order."""
    work.keep("owners", work.statement("list_owners", "buckets"))
    work.make_buckets(work.spark.table("owners").count())
    work.keep("shoppers", work.statement("list_shoppers", "buckets"))
    work.keep("homes", work.statement("list_homes", "buckets"))
    work.keep("rma_places", work.statement("place_rmas", "buckets"))
    work.keep("order_places", work.statement("place_orders", "buckets"))


def _learned(work: Work, rows: dict[str, Any], products: pl.DataFrame, params: FeatureParams) -> Learned:
    """Return what every bucket needs to know of the whole shop: families' tellers in files of the work folder."""
    folder = work.folder / "learned"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    kept = Kept(folder)
    first = {name: step for name, step in gatherers().items() if name not in BY_CLUSTER}
    _gather(work, "gathered_first", rows, Gathering(first, products), kept)
    basics = learn_basics(kept.all_of, find_links(work))
    _gather(work, "gathered_later", rows, Gathering(later_gatherers(basics, params), products), kept)
    tellers = learners(kept.all_of, basics, params).items()
    put = tuple(put_away(learn(), folder / f"{name}.teller") for name, learn in tellers)
    return Learned(basics.tables, basics.goods, put)


def _gather(work: Work, name: str, rows: dict[str, Any], steps: Gathering, kept: Kept) -> None:
    """Keep what each step gathers of each bucket."""
    broadcast = work.spark.sparkContext.broadcast(steps)
    gathered = read(work.keep(name, work.by_bucket(rows, gathering(broadcast), GATHERED)), GATHERED)
    broadcast.destroy()
    nothing = gather({}, steps)  # a shop without rows has no bucket, and its frames have columns all the same
    for step, table, packed in pl.concat([nothing, gathered]).iter_rows():
        kept.add(step, {table: pl.read_ipc_stream(io.BytesIO(packed))})
