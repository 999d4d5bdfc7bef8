"""Features, detector, scores: between the warehouse's tables and the pure functions that do the work."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from features.assemble import build_features
from features.contracts import CORE_FRAMES, Direction, feature_schema
from features.contracts import FEATURES as FEATURE_LIST
from features.days import DayRange, features_of_days, replace_days
from features.params import FeatureParams
from features.shop import Shop
from models.params import DecisionParams, DetectorParams
from pipelines.days import DayChanges, store_by_day
from pipelines.settings import ReviewSettings, Settings
from pipelines.warehouse import Warehouse

FEATURES, SCORES = "feat.rma_features", "score.rma_scores"


def store_features(warehouse: Warehouse, days: DayRange | None = None) -> DayChanges:
    """Store ``feat.rma_features`` and return the days that changed.

    With ``days``, only RMAs requested on those days are computed, and the stored rows of all others stand;
    where no such table is stored yet, all are computed.
    """
    frames = {name: warehouse.frame(f"core.{name}", list(frame.schema)) for name, frame in CORE_FRAMES.items()}
    dated = {"order_lines": frames["order_lines"].filter(pl.col("ordered_at").is_not_null())}
    shop = Shop.of(frames | dated)
    stored = _stored_features(warehouse) if days else None
    if days is None or stored is None:
        return store_by_day(warehouse, FEATURES, build_features(shop, FeatureParams()))
    rows = features_of_days(shop, FeatureParams(), days)
    return store_by_day(warehouse, FEATURES, replace_days(stored, rows, days))


def _stored_features(warehouse: Warehouse) -> pl.DataFrame | None:
    """Return the stored features; None where there are none, or they have other columns than the program's."""
    if not warehouse.has_table(FEATURES):
        return None
    stored = warehouse.frame(FEATURES)
    return stored if list(stored.columns) == list(feature_schema()) else None


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

    features = warehouse.frame(FEATURES)
    described: dict[str, str | int] = {"n_rmas": features.height}
    if features.height:
        detector = fit_detector(features, params)
        save(detector, models / f"{detector.version}.skops")
        described["model_version"] = detector.version
    schema = {"model_version": pl.String, "n_rmas": pl.Int64}
    warehouse.store("score.detector", pl.DataFrame([described], schema=schema))
    return described


def store_scores(warehouse: Warehouse, models: Path, decision: DecisionParams, as_of: datetime) -> DayChanges:
    """Score every RMA with the saved detector, store ``score.rma_scores`` and return the days that changed.

    Ranks are those of the whole shop, so there is no scoring of some days alone.
    """
    from models.artifact import load  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.score import SCORES_SCHEMA, score_rmas  # noqa: PLC0415 - as above

    version = warehouse.frame("score.detector", ["model_version"]).item()
    if version is None:
        return store_by_day(warehouse, SCORES, pl.DataFrame(schema=SCORES_SCHEMA))
    features = warehouse.frame(FEATURES)
    amounts = warehouse.frame("core.rmas", ["rma_id", "refund_amount"])
    scores = score_rmas(features, amounts, load(models / f"{version}.skops"), decision, as_of)
    return store_by_day(warehouse, SCORES, scores)


def store_queue(warehouse: Warehouse) -> int:
    """Store ``score.flagged_queue``; return the rows."""
    from models.score import flagged_queue  # noqa: PLC0415 - scikit-learn takes seconds to import

    return warehouse.store("score.flagged_queue", flagged_queue(warehouse.frame(SCORES)))


def store_health(warehouse: Warehouse, settings: Settings, as_of: datetime) -> tuple[int, int]:
    """Store ``score.model_health``; return its rows and how many of them are alerts."""
    from models.health import HealthParams, health  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.verdicts import settled_verdicts  # noqa: PLC0415 - as above

    features, scores = warehouse.frame(FEATURES), warehouse.frame(SCORES)
    verdicts = settled_verdicts(warehouse.frame("core.review_labels"), as_of)
    names = [feature.name for feature in FEATURE_LIST if feature.direction is not Direction.CONTEXT]
    found = health(features, names, scores, verdicts, HealthParams(audit_share=settings.learning.audit_share))
    return warehouse.store("score.model_health", found), int(found["is_alert"].sum())
