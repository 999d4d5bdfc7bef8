"""Features, detector, scores: between the warehouse's tables and the pure functions that do the work."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from features.assemble import build_features
from features.contracts import CORE_FRAMES
from features.params import FeatureParams
from models.params import DecisionParams, DetectorParams
from pipelines.settings import ReviewSettings, Settings
from pipelines.warehouse import Warehouse


def store_features(warehouse: Warehouse) -> int:
    """Store ``feat.rma_features``; return the rows."""
    frames = {name: warehouse.frame(f"core.{name}", list(frame.schema)) for name, frame in CORE_FRAMES.items()}
    lines = frames["order_lines"].filter(pl.col("ordered_at").is_not_null())
    return warehouse.store(
        "feat.rma_features", build_features(lines, frames["rma_lines"], frames["products"], FeatureParams())
    )


def detector_params(settings: Settings) -> DetectorParams:
    """Return the detector's parameters as the settings give them."""
    return DetectorParams(
        n_trees=settings.detector.trees,
        seed=settings.detector.seed,
        assumed_fraud_share=settings.review.assumed_fraud_share,
    )


def decision_params(review: ReviewSettings) -> DecisionParams:
    """Return the decision's parameters as the settings give them."""
    return DecisionParams(
        review_capacity=review.capacity, review_cost=float(review.cost), insult_cost=float(review.insult_cost)
    )


def store_detector(warehouse: Warehouse, models: Path, params: DetectorParams) -> dict[str, str | int]:
    """Fit the detector on all RMAs, save it below ``models`` and store ``score.detector``; return what it is.

    A table with no RMA has no detector: its row says so with a null version.
    """
    from models.artifact import save  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.detector import fit_detector  # noqa: PLC0415 - as above

    features = warehouse.frame("feat.rma_features")
    described: dict[str, str | int] = {"n_rmas": features.height}
    if features.height:
        detector = fit_detector(features, params)
        save(detector, models / f"{detector.version}.skops")
        described["model_version"] = detector.version
    schema = {"model_version": pl.String, "n_rmas": pl.Int64}
    warehouse.store("score.detector", pl.DataFrame([described], schema=schema))
    return described


def store_scores(warehouse: Warehouse, models: Path, decision: DecisionParams, as_of: datetime) -> int:
    """Score every RMA with the saved detector and store ``score.rma_scores``; return the rows."""
    from models.artifact import load  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.score import SCORES_SCHEMA, score_rmas  # noqa: PLC0415 - as above

    version = warehouse.frame("score.detector", ["model_version"]).item()
    if version is None:
        return warehouse.store("score.rma_scores", pl.DataFrame(schema=SCORES_SCHEMA))
    features = warehouse.frame("feat.rma_features")
    amounts = warehouse.frame("core.rmas", ["rma_id", "refund_amount"])
    return warehouse.store(
        "score.rma_scores", score_rmas(features, amounts, load(models / f"{version}.skops"), decision, as_of)
    )


def store_queue(warehouse: Warehouse) -> int:
    """Store ``score.flagged_queue``; return the rows."""
    from models.score import flagged_queue  # noqa: PLC0415 - scikit-learn takes seconds to import

    return warehouse.store("score.flagged_queue", flagged_queue(warehouse.frame("score.rma_scores")))
