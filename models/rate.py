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
from models.explain import contributions
from models.feedback import Signs
from models.matrix import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Rating:
    """Scores of RMAs, in the frame's order: ``raw``, and the ``parts`` (columns: features) that it adds up from.

    ``evidence`` is each feature's own.
    """

    raw: FloatArray
    parts: FloatArray
    evidence: FloatArray


def signs(detector: Detector, features: pl.DataFrame) -> Signs:
    """Return what the untaught score of each RMA is made of."""
    return Signs(
        raw_score(detector, features),
        contributions(detector, features),
        feature_evidence(detector, features),
        family_numbers(detector.columns),
    )


def family_numbers(columns: tuple[Feature, ...]) -> IntArray:
    """Return the number of each feature's family, from 0, in order of first appearance."""
    order = {family: number for number, family in enumerate(dict.fromkeys(column.family for column in columns))}
    return np.array([order[column.family] for column in columns], dtype=np.int64)


def rated(detector: Detector, features: pl.DataFrame) -> Rating:
    """Return the scores of RMAs; each depends on nothing but the RMA's own features and the detector.

    With ``explain.base_score`` the parts add up to the raw score.
    """
    made_of = signs(detector, features)
    if detector.taught is None:
        return Rating(made_of.raw, made_of.contributions, made_of.evidence)
    return Rating(detector.taught.learned(made_of), detector.taught.parts(made_of), made_of.evidence)


def rated_raw(detector: Detector, features: pl.DataFrame) -> FloatArray:
    """Return the scores alone, without the cost of their parts where nothing was taught."""
    return raw_score(detector, features) if detector.taught is None else rated(detector, features).raw


def probability(detector: Detector, raw: FloatArray) -> FloatArray:
    """Return the probability of abuse: as verdicts tell it, else as it is assumed (``models.calibrate``)."""
    if detector.taught is None:
        return fraud_probability(rank_score(raw, detector.quantiles), detector.intercept)
    return detector.taught.of_score(raw)
