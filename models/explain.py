"""Which feature moved a raw score by how much: exact, additive, in the raw score's own unit.

A family's part (its evidence, and what the splits on it shortened the forest's paths by) goes to the
family's strongest feature. Where a family has no evidence, its forest part (nearly always below 0)
goes to the family's first feature.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from models.detector import Detector, family_part, feature_evidence
from models.forest import base_gain, column_gains
from models.matrix import FloatArray

TOLERANCE = 1e-9


def base_score(detector: Detector) -> float:
    """Return the raw score of an RMA of which nothing is known yet; contributions add to it."""
    return detector.params.forest_weight * base_gain(detector.forest)


def contributions(detector: Detector, features: pl.DataFrame) -> FloatArray:
    """Return how much each of ``detector.columns`` (columns) adds to each RMA's (rows) raw score.

    ``base_score(detector) + contributions.sum(axis=1)`` is the raw score. Takes about a second for 100,000 RMAs.
    """
    evidence = feature_evidence(detector, features)
    members = detector.tails.members()
    strongest = [columns[evidence[:, columns].argmax(axis=1)] for columns in members]
    rows = np.arange(features.height)
    by_family = np.column_stack([evidence[rows, column] for column in strongest])
    parts = family_part(by_family, detector.params)
    parts += detector.params.forest_weight * column_gains(detector.forest, by_family)
    result = np.zeros(evidence.shape)
    for family, column in enumerate(strongest):
        result[rows, column] = parts[:, family]
    return result


def check_additivity(raw: FloatArray, base: float, parts: FloatArray) -> None:
    """Raise ValueError, naming the first row and the gap, unless base and contributions make the score."""
    gaps = np.abs(base + parts.sum(axis=1) - raw)
    wrong = np.flatnonzero(~(gaps <= TOLERANCE))
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(
            f"{wrong.size} of {raw.size} explanations do not add up to their score; the first is row {row}, off by "
            f"{gaps[row]:.3g}. Explain with the detector and the features that the scores came from."
        )
