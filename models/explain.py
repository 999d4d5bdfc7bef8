"""Which feature moved a raw score by how much: exact, additive, in the raw score's own unit.

A family's part (its evidence, and what the splits on it shortened the forest's paths by) is shared out among the
family's features as they made up its sum (``models.evidence``). Where a family has no evidence, its forest part
(nearly always below 0) goes to the family's first feature.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from models.combine import family_part
from models.detector import Detector, feature_evidence
from models.forest import base_gain, column_gains
from models.matrix import FloatArray

TOLERANCE = 1e-9


def base_score(detector: Detector) -> float:
    """Return the raw score of an RMA of which nothing is known yet; contributions add to it."""
    return detector.forest_weight * base_gain(detector.forest)


def contributions(detector: Detector, features: pl.DataFrame) -> FloatArray:
    """Return how much each of ``detector.columns`` (columns) adds to each RMA's (rows) raw score.

    ``base_score(detector) + contributions.sum(axis=1)`` is the raw score. Takes about a second for 100,000 RMAs.
    """
    tails = detector.tails
    evidence = feature_evidence(detector, features)
    sums = tails.sums(evidence)
    of_families = tails.of_families(sums)
    parts = family_part(of_families, detector.params)
    parts += detector.forest_weight * column_gains(detector.forest, of_families)
    discounted, result = tails.discounted(evidence), np.zeros(evidence.shape)
    for family, columns in enumerate(tails.members()):
        shares = np.zeros((evidence.shape[0], columns.size))
        shares[:, 0] = 1.0
        total = np.broadcast_to(sums[:, [family]], shares.shape)
        np.divide(discounted[:, columns], total, out=shares, where=total > 0)
        result[:, columns] = shares * parts[:, [family]]
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
