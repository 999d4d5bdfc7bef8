"""Score: a fitted detector, each RMA's risk with reasons, and the queue of those to look at."""

import dagster as dg

from pipelines.freshness import DAILY
from pipelines.partitions import asset_by_day, materialised
from pipelines.resources import Pipeline
from pipelines.scoring import decision_params, store_detector, store_health, store_queue, store_scores

OWNERS = ["team:fraud-analytics"]


@dg.asset(
    key=["score", "detector"],
    deps=[dg.AssetKey(["feat", "rma_features"]), dg.AssetKey(["core", "review_labels"])],
    group_name="score",
    kinds={"scikitlearn"},
    owners=OWNERS,
    description="One row: the version of the detector that scores; the artifact lies in HOME/models.",
    pool="warehouse",
)
def detector(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Fit the detector, teach it what people decided, and save it."""
    with pipeline.guarded() as warehouse:
        models = pipeline.home_path / "models"
        described = store_detector(warehouse, models, pipeline.settings, pipeline.effective_as_of)
        return dg.MaterializeResult(metadata={"dagster/row_count": 1, **described})


@asset_by_day(
    key=["score", "rma_scores"],
    # Through the detector it depends on feat/rma_features. Named here as well, Dagster would ask every run for days:
    # an asset in partitions that reads another one fails in a run that was given none. Where a run makes these two
    # without the detector, the priority puts the features first.
    deps=[dg.AssetKey(["score", "detector"]), dg.AssetKey(["core", "rmas"])],
    op_tags={"dagster/priority": "-1"},
    group_name="score",
    kinds={"scikitlearn", "polars"},
    owners=OWNERS,
    freshness_policy=DAILY,
    description="One row an RMA: risk, rank, outcome, expected loss and reasons.",
)
def rma_scores(context: dg.AssetExecutionContext, pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Score every RMA with the saved detector."""
    with pipeline.guarded() as warehouse:
        models, decision = pipeline.home_path / "models", decision_params(pipeline.settings)
        changes = store_scores(warehouse, models, decision, pipeline.effective_as_of, pipeline.compute)
        return materialised(context, changes)


@dg.asset(
    key=["score", "flagged_queue"],
    deps=[dg.AssetKey(["score", "rma_scores"])],
    group_name="score",
    kinds={"polars"},
    owners=OWNERS,
    description="The flagged RMAs in the order in which they should be looked at; linked RMAs share a case.",
    pool="warehouse",
)
def flagged_queue(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Put the flagged RMAs in order."""
    with pipeline.guarded() as warehouse:
        return dg.MaterializeResult(metadata={"dagster/row_count": store_queue(warehouse)})


@dg.asset(
    key=["score", "model_health"],
    deps=[dg.AssetKey(["score", "rma_scores"]), dg.AssetKey(["core", "review_labels"])],
    group_name="score",
    kinds={"polars"},
    owners=OWNERS,
    description="Shifts of features and scores, and what verdicts say of the flags (docs/detection.md).",
    pool="warehouse",
)
def model_health(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Check the model."""
    with pipeline.guarded() as warehouse:
        rows, alerts = store_health(warehouse, pipeline.settings, pipeline.effective_as_of)
        return dg.MaterializeResult(metadata={"dagster/row_count": rows, "alerts": alerts})


SCORING_ASSETS = [detector, rma_scores, flagged_queue, model_health]
