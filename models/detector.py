"""The detector: fitted once on a training window, then scoring any RMA by itself.

raw score = sum over families of (family's evidence) ^ ``family_power`` (``models.evidence``)
          + ``forest_weight`` x forest gain (``models.forest``)

The forest's weight is fitted: over the training window its part varies ``forest_share`` times as much as the
other (``models.combine``).

Higher is more suspicious. No label is seen, no share of outliers is assumed in the score, and context
features never enter. The forest sees the families' evidence and not the features': there it finds odd
combinations, and a family of many correlated columns gets no more splits than a family of one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
import polars as pl
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.pipeline import Pipeline

from features.contracts import FEATURES, Feature
from models.calibrate import order_statistics, rank_score, solve_intercept, tail_log_odds
from models.combine import combined, evidence_part, forest_weight, unfitted_evidence, unfitted_forest
from models.evidence import TailEvidence
from models.forest import gain
from models.lessons import Lessons
from models.matrix import (
    FloatArray,
    cleared_columns,
    detector_matrix,
    evidence_features,
    known_values,
    latest_stage,
)
from models.params import DetectorParams

METHOD = "2"
"""Raised when the same training data and parameters would give other scores."""


@dataclass(frozen=True, slots=True)
class Training:
    """The training window: first and last request (null without one), RMAs, and a hash of the matrix."""

    first_request: datetime | None
    last_request: datetime | None
    n_rows: int
    data_hash: str


@dataclass(frozen=True, slots=True, eq=False)
class Detector:
    """Everything that was fitted. Scoring reads it and never changes it.

    ``columns`` are the evidence features in the order of the matrix; ``catalogue`` are all features, for
    the words of reasons; ``medians`` is the typical value of each (None where none was known);
    ``quantiles`` are training scores of ``raw_score`` for the 0-100 score; ``intercept`` sets the mean probability;
    ``forest_weight`` is what a forest gain of 1 is worth. ``taught`` is what verdicts changed, None where nothing
    (``models.teach``); ``raw_score`` is the score without it.
    """

    pipeline: Pipeline
    params: DetectorParams
    catalogue: tuple[Feature, ...]
    medians: dict[str, float | None]
    quantiles: FloatArray
    intercept: float
    forest_weight: float
    training: Training
    version: str
    taught: Lessons | None = None

    @property
    def columns(self) -> tuple[Feature, ...]:
        """The evidence features, in the order of the matrix."""
        return evidence_features(self.catalogue)

    @property
    def order(self) -> FloatArray:
        """Training scores of the score that counts: taught where it is, else of ``raw_score``."""
        return self.quantiles if self.taught is None else self.taught.quantiles

    @property
    def tails(self) -> TailEvidence:
        """The fitted first step: from values to evidence."""
        step: TailEvidence = self.pipeline["evidence"]
        return step

    @property
    def forest(self) -> IsolationForest:
        """The fitted second step, over the families' evidence."""
        return self.pipeline["forest"]


def model_version(params: DetectorParams, catalogue: Sequence[Feature], data_hash: str) -> str:
    """Return twelve hex digits that change with the data, the parameters, the features or the method."""
    columns = [
        (f.name, f.family.value, f.direction.value, f.strength.value, f.cleared_by)
        for f in evidence_features(catalogue)
    ]
    parts = [METHOD, sklearn.__version__, asdict(params), columns, data_hash]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def taught_version(version: str, taught: Lessons) -> str:
    """Return the version of a detector with lessons: twelve hex digits that change with either."""
    return hashlib.sha256(json.dumps([version, taught.described()]).encode()).hexdigest()[:12]


def _unfitted(params: DetectorParams, columns: Sequence[Feature], n_rows: int) -> Pipeline:
    """Return the two steps, not yet fitted."""
    families = tuple(feature.family.value for feature in columns)
    weights = tuple(feature.strength.value for feature in columns)
    evidence = unfitted_evidence(params, families, weights, cleared_columns(columns))
    return Pipeline([("evidence", evidence), ("forest", unfitted_forest(params, n_rows))])


def _training(features: pl.DataFrame, matrix: FloatArray) -> Training:
    """Return what the model was trained on."""
    requested = features.get_column("requested_at")
    first, last = requested.min(), requested.max()
    return Training(
        first if isinstance(first, datetime) else None,
        last if isinstance(last, datetime) else None,
        features.height,
        hashlib.sha256(np.ascontiguousarray(matrix).data).hexdigest(),
    )


def _median(features: pl.DataFrame, name: str) -> float | None:
    """Return the median of the known values of a feature, None where none is known."""
    column = known_values(features, [name])
    known = column[np.isfinite(column)]
    return float(np.median(known)) if known.size else None


def fit_detector(features: pl.DataFrame, params: DetectorParams, catalogue: tuple[Feature, ...] = FEATURES) -> Detector:
    """Learn from a features frame (``contracts.feature_schema()``), each RMA at its latest stage.

    The order of the rows does not matter. Raises ValueError when there is no RMA to learn from, or when
    the frame lacks a feature of the catalogue.
    """
    if features.is_empty():
        raise ValueError("There is no RMA to learn from; load returns before a detector is trained.")
    window = latest_stage(features)
    columns = evidence_features(catalogue)
    matrix = detector_matrix(window, columns)
    pipeline = _unfitted(params, columns, window.height).fit(matrix)
    parts = _parts(pipeline, params, matrix)
    weight = forest_weight(*parts, params)
    raw = combined(*parts, weight)
    quantiles = order_statistics(raw, params.quantile_points)
    log_odds = tail_log_odds(rank_score(np.sort(raw), quantiles))
    training = _training(window, matrix)
    return Detector(
        pipeline=pipeline,
        params=params,
        catalogue=catalogue,
        medians={feature.name: _median(window, feature.name) for feature in catalogue},
        quantiles=quantiles,
        intercept=solve_intercept(log_odds, params.assumed_fraud_share),
        forest_weight=weight,
        training=training,
        version=model_version(params, catalogue, training.data_hash),
    )


def _parts(pipeline: Pipeline, params: DetectorParams, matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the evidence's part and the forest's gain of each row of the matrix."""
    evidence = pipeline["evidence"].transform(matrix)
    return evidence_part(evidence, params), gain(pipeline["forest"], evidence)


def raw_score(detector: Detector, features: pl.DataFrame) -> FloatArray:
    """Return the raw score of each RMA, in the frame's order; higher is more suspicious.

    An RMA's score depends on nothing but its own features and the detector.
    """
    matrix = detector_matrix(features, detector.columns)
    return combined(*_parts(detector.pipeline, detector.params, matrix), detector.forest_weight)


def feature_evidence(detector: Detector, features: pl.DataFrame) -> FloatArray:
    """Return the evidence of each RMA (row) for each of ``detector.columns``."""
    return np.asarray(detector.tails.evidence(detector_matrix(features, detector.columns)), dtype=np.float64)
