"""Feat: what was known about each RMA at the moment it was requested."""

import dagster as dg

from features.contracts import CORE_FRAMES
from pipelines.freshness import DAILY
from pipelines.partitions import asset_by_day, day_range, is_whole, materialised
from pipelines.resources import Pipeline
from pipelines.scoring import store_features


@asset_by_day(
    key=["feat", "rma_features"],
    deps=[dg.AssetKey(["core", name]) for name in CORE_FRAMES],
    group_name="feat",
    kinds={"polars"},
    owners=["team:fraud-analytics"],
    freshness_policy=DAILY,
    description="One row an RMA and stage: every feature as it was known then (docs/features.md).",
)
def rma_features(context: dg.AssetExecutionContext, pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Compute the features of every RMA; in a run that leaves core as it is, of those of its days."""
    with pipeline.guarded() as warehouse:
        days = None if is_whole(context) else day_range(context)
        return materialised(context, store_features(warehouse, days, pipeline.compute))


FEATURE_ASSETS = [rma_features]
