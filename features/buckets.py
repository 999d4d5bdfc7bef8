"""Features of some shoppers' RMAs at a time: memory then follows the bucket, not the shop.

What belongs here: which rows a bucket of RMAs needs. What does not: any feature, and which RMAs make a bucket
(``sql/buckets``).
"""

from __future__ import annotations

import polars as pl

from features.assemble import Learned, features_of
from features.params import FeatureParams
from features.shop import Shop

RMAS_A_BUCKET = 50_000
"""RMAs that are computed together: their rows take some hundred megabytes, and more at once are no faster."""


def owned_rmas(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the RMAs of lines (of ``assemble.request_lines``) and whose they are: ``rma_id``, ``rma_customer_id``."""
    return rma_lines.filter("is_own").select("rma_id", "rma_customer_id").unique("rma_id")


def features_of_bucket(prepared: Shop, learned: Learned, params: FeatureParams, bucket: pl.DataFrame) -> pl.DataFrame:
    """Return the features of a bucket's RMAs (``rma_id``, ``rma_customer_id``).

    Of the shop, ``prepared`` holds at least the rows of these RMAs and of their shoppers.
    """
    shoppers = shoppers_of(prepared.rma_lines, bucket)
    return features_of(prepared.of_shoppers(shoppers, lines_of(prepared.rma_lines, bucket)), learned, params).join(
        bucket.select("rma_id"), on="rma_id", how="semi", maintain_order="left"
    )


def shoppers_of(rma_lines: pl.DataFrame, rmas: pl.DataFrame) -> pl.Series:
    """Return whose past the features of these RMAs need: their shoppers', and that of all whom their lines name."""
    named = rma_lines.filter(pl.col("rma_id").is_in(rmas["rma_id"].implode()))["customer_id"]
    return pl.concat([rmas["rma_customer_id"].rename("customer_id"), named]).drop_nulls().unique()


def lines_of(rma_lines: pl.DataFrame, rmas: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of the RMAs that the features of these RMAs need: their own, and those of the past they need."""
    shoppers = shoppers_of(rma_lines, rmas).implode()
    needed = rma_lines.filter(
        pl.col("rma_id").is_in(rmas["rma_id"].implode())
        | pl.col("customer_id").is_in(shoppers)
        | pl.col("rma_customer_id").is_in(shoppers)
    )
    return rma_lines.join(needed.select("rma_id").unique(), on="rma_id", how="semi", maintain_order="left")
