"""The detector: fitted once on a training window, then scoring any RMA by itself.

raw score = ``family_weight`` x sum over families of (strongest evidence) ^ ``family_power``
          + ``forest_weight`` x forest gain (``models.forest``)

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
from models.calibrate import order_statistics, solve_intercept
from models.evidence import TailEvidence
from models.forest import gain
from models.matrix import FloatArray, evidence_features, known_values, latest_stage, suspicious_matrix
from models.params import DetectorParams

METHOD = "1"
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
    ``quantiles`` are training scores for the 0-100 score; ``intercept`` sets the mean probability.
    """

    pipeline: Pipeline
    params: DetectorParams
    catalogue: tuple[Feature, ...]
    medians: dict[str, float | None]
    quantiles: FloatArray
    intercept: float
    training: Training
    version: str

    @property
    def columns(self) -> tuple[Feature, ...]:
        """The evidence features, in the order of the matrix."""
        return evidence_features(self.catalogue)

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
    columns = [(f.name, f.family.value, f.direction.value) for f in evidence_features(catalogue)]
    parts = [METHOD, sklearn.__version__, asdict(params), columns, data_hash]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def _unfitted(params: DetectorParams, columns: Sequence[Feature], n_rows: int) -> Pipeline:
    """Return the two steps, not yet fitted."""
    families = tuple(feature.family.value for feature in columns)
    evidence = TailEvidence(families, params.min_known, params.tail_share, params.tail_min, params.tail_index_max)
    samples = min(params.max_samples, n_rows)
    forest = IsolationForest(n_estimators=params.n_trees, max_samples=samples, random_state=params.seed)
    return Pipeline([("evidence", evidence), ("forest", forest)])


def _training(features: pl.DataFrame, matrix: FloatArray) -> Training:
    """Return what the model was trained on."""
    requested = features.get_column("requested_at")
    first, last = requested.min(), requested.max()
    return Training(
        first if isinstance(first, datetime) else None,
        last if isinstance(last, datetime) else None,
        features.height,
        hashlib.sha256(np.ascontiguousarray(matrix).tobytes()).hexdigest(),
    )


def _medians(values: FloatArray, catalogue: Sequence[Feature]) -> dict[str, float | None]:
    """Return the median of the known values of every feature, None where none is known."""
    known = [column[np.isfinite(column)] for column in values.T]
    middle = [float(np.median(column)) if column.size else None for column in known]
    return {feature.name: median for feature, median in zip(catalogue, middle, strict=True)}


def fit_detector(features: pl.DataFrame, params: DetectorParams, catalogue: tuple[Feature, ...] = FEATURES) -> Detector:
    """Learn from a features frame (``contracts.feature_schema()``), each RMA at its latest stage.

    The order of the rows does not matter. Raises ValueError when there is no RMA to learn from, or when
    the frame lacks a feature of the catalogue.
    """
    if features.is_empty():
        raise ValueError("There is no RMA to learn from; load returns before a detector is trained.")
    window = latest_stage(features)
    columns = evidence_features(catalogue)
    matrix = suspicious_matrix(window, columns)
    pipeline = _unfitted(params, columns, window.height).fit(matrix)
    raw = _raw(pipeline, params, matrix)
    training = _training(window, matrix)
    return Detector(
        pipeline=pipeline,
        params=params,
        catalogue=catalogue,
        medians=_medians(known_values(window, [feature.name for feature in catalogue]), catalogue),
        quantiles=order_statistics(raw, params.quantile_points),
        intercept=solve_intercept(np.sort(raw), params.probability_slope, params.assumed_fraud_share),
        training=training,
        version=model_version(params, catalogue, training.data_hash),
    )


def family_part(family_evidence: FloatArray, params: DetectorParams) -> FloatArray:
    """Return what each family's evidence adds to the raw score."""
    return np.asarray(params.family_weight * family_evidence**params.family_power, dtype=np.float64)


def _raw(pipeline: Pipeline, params: DetectorParams, matrix: FloatArray) -> FloatArray:
    """Return the raw score of each row of the matrix."""
    evidence = pipeline["evidence"].transform(matrix)
    part = np.zeros(matrix.shape[0])
    # Family after family, so that a row's sum does not depend on how many rows there are.
    for column in family_part(evidence, params).T:
        part += column
    return part + params.forest_weight * gain(pipeline["forest"], evidence)


def raw_score(detector: Detector, features: pl.DataFrame) -> FloatArray:
    """Return the raw score of each RMA, in the frame's order; higher is more suspicious.

    An RMA's score depends on nothing but its own features and the detector.
    """
    return _raw(detector.pipeline, detector.params, suspicious_matrix(features, detector.columns))


def feature_evidence(detector: Detector, features: pl.DataFrame) -> FloatArray:
    """Return the evidence of each RMA (row) for each of ``detector.columns``."""
    return np.asarray(detector.tails.evidence(suspicious_matrix(features, detector.columns)), dtype=np.float64)
