"""Feat: what was known about each RMA at the moment it was requested."""

from __future__ import annotations

import dagster as dg

from pipelines.resources import Pipeline
from pipelines.scoring import store_features


@dg.asset(
    key=["feat", "rma_features"],
    deps=[dg.AssetKey(["core", name]) for name in ("order_lines", "rma_lines", "products")],
    group_name="feat",
    kinds={"polars"},
    owners=["team:fraud-analytics"],
    description="One row an RMA and stage: every feature as it was known then (docs/features.md).",
    pool="warehouse",
)
def rma_features(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Compute the features of every RMA."""
    with pipeline.guarded() as warehouse:
        return dg.MaterializeResult(metadata={"dagster/row_count": store_features(warehouse)})


FEATURE_ASSETS = [rma_features]
