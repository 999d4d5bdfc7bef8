"""Features of RMAs, some told at once."""

from __future__ import annotations

import polars as pl

from features.assemble import learn
from features.buckets import features_of_bucket
from features.params import FeatureParams
from features.shop import Shop


def told_in_buckets(prepared: Shop, params: FeatureParams, rmas: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return the features of some RMAs of a shop (``rma_id``, ``rma_customer_id``), ``most`` of them told at once."""
    learned = learn(prepared, params)
    buckets = list(rmas.iter_slices(most)) or [rmas]
    return pl.concat(features_of_bucket(prepared, learned, params, bucket) for bucket in buckets)
