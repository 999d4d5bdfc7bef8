"""The score that counts: the detector's, with what verdicts taught where that was found better.

What belongs here: applying a detector with its lessons. What does not: learning them (``models.teach``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.contracts import Feature
from models.calibrate import fraud_probability, rank_score
from models.detector import Detector, feature_evidence, raw_score
from models.explain import base_score, contributions
from models.feedback import Signs
from models.matrix import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Rating:
    """Scores of RMAs, in the frame's order: ``base`` and ``parts`` add up to ``raw``.

    Columns of ``parts`` are features, and after them, where verdicts taught, what the RMA's precedents say
    (``precedents.KINDS``). ``evidence`` is each feature's own.
    """

    base: float
    raw: FloatArray
    parts: FloatArray
    evidence: FloatArray

    @property
    def of_features(self) -> FloatArray:
        """The parts of the features alone."""
        return self.parts[:, : self.evidence.shape[1]]

    @property
    def speaks_against(self) -> FloatArray:
        """How much there is against each RMA at all: evidence, or precedents. Above 0 where there is any."""
        against: FloatArray = np.hstack([self.evidence, self.parts[:, self.evidence.shape[1] :]])
        return np.asarray(against.max(axis=1, initial=0.0), dtype=np.float64)


def signs(detector: Detector, features: pl.DataFrame) -> Signs:
    """Return what the untaught score of each RMA is made of."""
    return Signs(
        base_score(detector),
        raw_score(detector, features),
        contributions(detector, features),
        feature_evidence(detector, features),
        family_numbers(detector.columns),
        np.array([column.is_of_others for column in detector.columns], dtype=bool),
    )


def family_numbers(columns: tuple[Feature, ...]) -> IntArray:
    """Return the number of each feature's family, from 0, in order of first appearance."""
    order = {family: number for number, family in enumerate(dict.fromkeys(column.family for column in columns))}
    return np.array([order[column.family] for column in columns], dtype=np.int64)


def rated(detector: Detector, features: pl.DataFrame) -> Rating:
    """Return the scores of RMAs; each depends on nothing but the RMA's own features and the detector."""
    made_of = signs(detector, features)
    if detector.taught is None:
        return Rating(made_of.base, made_of.raw, made_of.contributions, made_of.evidence)
    weights, heard = detector.taught.weights, detector.taught.heard(features)
    raw, parts = weights.explained(made_of, heard, detector.quantiles)
    return Rating(weights.base(made_of, detector.quantiles), raw, parts, made_of.evidence)


def rated_raw(detector: Detector, features: pl.DataFrame, *, at_request: bool = False) -> FloatArray:
    """Return the scores alone, without the cost of their parts.

    ``at_request``: no verdict counts as a precedent that was given only after the RMA was requested.
    """
    if detector.taught is None:
        return raw_score(detector, features)
    heard = detector.taught.heard(features, at_request=at_request)
    return detector.taught.weights.learned(signs(detector, features), heard, detector.quantiles)


def probability(detector: Detector, raw: FloatArray) -> FloatArray:
    """Return the probability of abuse: as verdicts tell it, else as it is assumed (``models.calibrate``)."""
    if detector.taught is None:
        return fraud_probability(rank_score(raw, detector.quantiles), detector.intercept)
    return detector.taught.weights.of_score(raw)
