"""Features, detector, scores: between the warehouse's tables and the pure functions that do the work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from engines.base import FEATURES, Engine
from engines.local import LocalEngine, stored_shop
from features.contracts import FEATURES as FEATURE_LIST
from features.contracts import Direction, feature_schema
from features.days import DayRange, features_of_days, replace_days
from features.params import FeatureParams
from models.params import DecisionParams, DetectorParams
from pipelines.days import DayChanges, store_by_day, store_pieces_by_day
from pipelines.increment import EVERYTHING, core_news, remember
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from models.detector import Detector

SCORES = "score.rma_scores"
LOCAL = LocalEngine()


def store_features(warehouse: Warehouse, days: DayRange | None = None, engine: Engine = LOCAL) -> DayChanges:
    """Store ``feat.rma_features`` and return the days that changed.

    Rows that tell of a moment before anything in core is new stand; an engine that is not of this process computes all.
    With ``days``, only RMAs requested on those days are computed (in this process), and the stored rows of all others
    stand; where no such table is stored yet, all are computed.
    """
    if days is not None and _has_features(warehouse):
        warehouse.forget_computed()  # rows of another program, it may be, stand beside those of this one
        rows = features_of_days(stored_shop(warehouse), FeatureParams(), days)
        return store_by_day(warehouse, FEATURES, replace_days(warehouse.frame(FEATURES), rows, days))
    news = core_news(warehouse)
    if isinstance(engine, LocalEngine) and news.first_at != EVERYTHING and _has_features(warehouse):
        changes = _stored_since(warehouse, news.first_at, engine)
    else:
        changes = store_pieces_by_day(warehouse, FEATURES, engine.features(warehouse, FeatureParams()))
    remember(warehouse, news)
    return changes


def _stored_since(warehouse: Warehouse, moment: datetime | None, engine: LocalEngine) -> DayChanges:
    """Compute the RMAs that what is new from a moment on touches (None: nothing is), and leave the others' rows."""
    if moment is None:
        return DayChanges(warehouse.count(FEATURES), ())
    return store_pieces_by_day(warehouse, FEATURES, *engine.features_since(warehouse, FeatureParams(), moment))


def _has_features(warehouse: Warehouse) -> bool:
    """Whether features with the program's columns are stored."""
    if not warehouse.has_table(FEATURES):
        return False
    return warehouse.connection.table(FEATURES).columns == list(feature_schema())


def detector_params(settings: Settings) -> DetectorParams:
    """Return the detector's parameters as the settings give them."""
    return DetectorParams(
        n_trees=settings.detector.trees,
        seed=settings.detector.seed,
        assumed_fraud_share=settings.review.assumed_fraud_share,
    )


def decision_params(settings: Settings) -> DecisionParams:
    """Return the decision's parameters as the settings give them."""
    review = settings.review
    return DecisionParams(
        review_capacity=review.capacity,
        review_cost=float(review.cost),
        insult_cost=float(review.insult_cost),
        audit_share=settings.learning.audit_share,
    )


DETECTOR_SCHEMA = {
    "model_version": pl.String(),
    "n_rmas": pl.Int64(),
    "n_verdicts": pl.Int64(),
    "n_fraud": pl.Float64(),
    "precision_without": pl.Float64(),
    "precision_with": pl.Float64(),
    "sureness": pl.Float64(),
    "is_taught": pl.Boolean(),
}
"""One row: the detector, and what learning from verdicts was found worth (null: too few)."""


def store_detector(warehouse: Warehouse, models: Path, settings: Settings, as_of: datetime) -> dict[str, Any]:
    """Fit the detector on all RMAs, teach it, save it below ``models`` and store ``score.detector``; return its row.

    A table with no RMA has no detector: its row says so with a null version.
    """
    from models.artifact import save  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.detector import fit_detector  # noqa: PLC0415 - as above
    from models.verdicts import settled_verdicts  # noqa: PLC0415 - as above

    params, verdicts = detector_params(settings), settled_verdicts(warehouse.frame("core.review_labels"), as_of)
    window = training_window(warehouse, params, verdicts)
    warehouse.give_back()
    described: dict[str, Any] = dict.fromkeys(DETECTOR_SCHEMA) | {"n_rmas": window.n_rmas, "is_taught": False}
    if window.n_rmas:
        detector = fit_detector(window.drawn, params)
        if settings.learning.mode != "off" and verdicts.height:
            detector, told = _teach(warehouse, detector, window, verdicts, settings)
            described |= told
        save(detector, models / f"{detector.version}.skops")
        described["model_version"] = detector.version
    warehouse.store("score.detector", pl.DataFrame([described], schema=DETECTOR_SCHEMA))
    return {name: value for name, value in described.items() if value is not None}


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """Of ``n_rmas`` RMAs, the latest stage of those that the detector is fitted on, and of those that were decided."""

    n_rmas: int
    drawn: pl.DataFrame
    decided: pl.DataFrame


def training_window(warehouse: Warehouse, params: DetectorParams, verdicts: pl.DataFrame) -> TrainingWindow:
    """Return what is learned from: all RMAs, or of many those that are drawn, and those with verdicts."""
    from models.matrix import latest_stage  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.verdicts import is_drawn  # noqa: PLC0415 - as above

    n_rmas = warehouse.frame(FEATURES, ["rma_id"])["rma_id"].n_unique()
    share = params.max_training / max(n_rmas, 1)
    drawn, decided = [], []
    for piece in warehouse.pieces(FEATURES, "rma_id"):  # an RMA's rows stand together, in order of its name
        names = piece.select(pl.col("rma_id").unique(maintain_order=True))
        some = names if share >= 1 else names.filter(is_drawn(names["rma_id"], share, params.seed))
        # taken out before anything else is done with them: a piece is large, and most of it is not needed
        drawn.append(latest_stage(piece.join(some, on="rma_id", how="semi", maintain_order="left")))
        decided.append(latest_stage(piece.join(verdicts, on="rma_id", how="semi", maintain_order="left")))
    return TrainingWindow(n_rmas, pl.concat(drawn), pl.concat(decided))


def _teach(
    warehouse: Warehouse, detector: Detector, window: TrainingWindow, verdicts: pl.DataFrame, settings: Settings
) -> tuple[Detector, dict[str, Any]]:
    """Return the detector with what verdicts taught it, where better and its scores are steady, and the figures."""
    from models.feedback import FeedbackParams  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.health import HealthParams, is_steady  # noqa: PLC0415 - as above
    from models.teach import teach  # noqa: PLC0415 - as above

    every_stage = warehouse.pieces(FEATURES, "rma_id")
    may_use = settings.learning.mode == "auto" and is_steady(detector, every_stage, HealthParams())
    params = FeedbackParams(seed=settings.detector.seed)
    taught, found = teach(detector, window.drawn, window.decided, verdicts, params, may_use=may_use)
    told: dict[str, Any] = {"n_verdicts": found.n_verdicts, "n_fraud": found.n_fraud, "is_taught": found.is_used}
    if found.worth:
        told |= {
            "precision_without": found.worth.before,
            "precision_with": found.worth.after,
            "sureness": found.worth.sureness,
        }
    return taught, told


def store_scores(
    warehouse: Warehouse, models: Path, decision: DecisionParams, as_of: datetime, engine: Engine = LOCAL
) -> DayChanges:
    """Score every RMA with the saved detector, store ``score.rma_scores`` and return the days that changed.

    Ranks are those of the whole shop, so there is no scoring of some days alone.
    """
    from models.artifact import load  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.score import SCORES_SCHEMA  # noqa: PLC0415 - as above

    version = warehouse.frame("score.detector", ["model_version"]).item()
    if version is None:
        return store_by_day(warehouse, SCORES, pl.DataFrame(schema=SCORES_SCHEMA))
    detector = load(models / f"{version}.skops")
    return store_by_day(warehouse, SCORES, engine.scores(warehouse, detector, decision, as_of))


def store_queue(warehouse: Warehouse) -> int:
    """Store ``score.flagged_queue``; return the rows."""
    from models.score import flagged_queue  # noqa: PLC0415 - scikit-learn takes seconds to import

    return warehouse.store("score.flagged_queue", flagged_queue(warehouse.frame(SCORES)))


def store_health(warehouse: Warehouse, settings: Settings, as_of: datetime) -> tuple[int, int]:
    """Store ``score.model_health``; return its rows and how many of them are alerts."""
    from models.health import (  # noqa: PLC0415 - scikit-learn takes seconds to import
        HEALTH_READS,
        HealthParams,
        health,
        learning_rows,
    )
    from models.verdicts import settled_verdicts  # noqa: PLC0415 - as above

    scores = warehouse.frame(SCORES, [*HEALTH_READS])
    verdicts = settled_verdicts(warehouse.frame("core.review_labels"), as_of)
    names = [feature.name for feature in FEATURE_LIST if feature.direction is not Direction.CONTEXT]
    params = HealthParams(audit_share=settings.learning.audit_share, seed=settings.detector.seed)
    learned = warehouse.frame("score.detector").row(0, named=True)
    found = health(partial(warehouse.frame, FEATURES), names, scores, verdicts, params).vstack(learning_rows(learned))
    return warehouse.store("score.model_health", found), int(found["is_alert"].sum())
