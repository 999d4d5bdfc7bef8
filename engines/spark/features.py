"""Features of all RMAs, a bucket of shoppers on each core of the cluster.

Which rows a bucket needs is told by Spark SQL, as on one machine; so is what families gather of each bucket. What they
learn of all together is put into files that every machine sees.
"""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from engines.base import BY_BUCKET, CORE, Tables
from engines.kept import Kept, put_away
from engines.parts import ShopWide
from engines.spark.links import find_links
from engines.spark.tasks import GATHERED, Gathering, gather, gathering, telling
from engines.spark.work import Work, read
from features.assemble import learn_on
from features.contracts import CORE_FRAMES, feature_schema
from features.learning import Gathered, Gatherers, Teller
from features.params import FeatureParams


def tell_features(work: Work, tables: Tables, params: FeatureParams) -> pl.DataFrame:
    """Return the features of every RMA."""
    for name, frame in CORE_FRAMES.items():
        work.load(tables, f"{CORE}.{name}", list(frame.schema))
    _place(work)
    rows = {name: work.statement(f"select_{name}_by_bucket", "buckets") for name in BY_BUCKET}
    products = tables.frame(f"{CORE}.products", list(CORE_FRAMES["products"].schema))
    learned = learn_on(_Buckets.of(work, rows, products), params, find_links(work))
    known = ShopWide(learned, products, params)
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


@dataclass(frozen=True, slots=True)
class _Buckets:
    """A shop in buckets (``features.learning.Ground``); what is learned lies where every machine sees it."""

    work: Work
    rows: dict[str, Any]
    products: pl.DataFrame
    folder: Path
    kept: Kept

    @staticmethod
    def of(work: Work, rows: dict[str, Any], products: pl.DataFrame) -> _Buckets:
        """Return the shop of these rows, with an empty folder."""
        folder = work.folder / "learned"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return _Buckets(work, rows, products, folder, Kept(folder))

    def gather(self, steps: Gatherers) -> None:
        """Keep what each step gathers of each bucket."""
        known = Gathering(steps, self.products)
        broadcast = self.work.spark.sparkContext.broadcast(known)
        made = self.work.keep("gathered", self.work.by_bucket(self.rows, gathering(broadcast), GATHERED))
        broadcast.destroy()
        nothing = gather({}, known)  # a shop without rows has no bucket, and its frames have columns all the same
        for step, table, packed in pl.concat([nothing, read(made, GATHERED)]).iter_rows():
            self.kept.add(step, {table: pl.read_ipc_stream(io.BytesIO(packed))})

    def take(self, name: str) -> Gathered:
        """Return, once, what all buckets gave to the step of a name."""
        return self.kept.take(name)

    def put(self, name: str, teller: Teller) -> Teller:
        """Put a teller into a file."""
        return put_away(teller, self.folder / f"{name}.teller")
