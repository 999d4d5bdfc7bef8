"""What every use of the detector shares: the two steps, and how their parts become one score.

What belongs here: the method, on plain arrays. What does not: features (``models.detector``) and plain numeric
columns without directions (``models.plain``), which both use it.
"""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import IsolationForest

from models.evidence import TailEvidence
from models.matrix import FloatArray
from models.params import DetectorParams


def unfitted_evidence(
    params: DetectorParams, families: tuple[str, ...], weights: tuple[float, ...] = (), cleared: tuple[int, ...] = ()
) -> TailEvidence:
    """Return the first step, not yet fitted."""
    return TailEvidence(
        families=families,
        weights=weights,
        cleared=cleared,
        discount=params.family_discount,
        min_known=params.min_known,
        tail_share=params.tail_share,
        tail_min=params.tail_min,
        tail_index_max=params.tail_index_max,
    )


def unfitted_forest(params: DetectorParams, n_rows: int) -> IsolationForest:
    """Return the second step, not yet fitted."""
    samples = min(params.max_samples, n_rows)
    return IsolationForest(n_estimators=params.n_trees, max_samples=samples, random_state=params.seed)


def family_part(family_evidence: FloatArray, params: DetectorParams) -> FloatArray:
    """Return what each family's evidence adds to the raw score."""
    return np.asarray(family_evidence**params.family_power, dtype=np.float64)


def evidence_part(family_evidence: FloatArray, params: DetectorParams) -> FloatArray:
    """Return what all families' evidence adds to the raw score of each row."""
    part = np.zeros(family_evidence.shape[0])
    # Family after family, so that a row's sum does not depend on how many rows there are.
    for column in family_part(family_evidence, params).T:
        part += column
    return part


def forest_weight(evidence: FloatArray, gains: FloatArray, params: DetectorParams) -> float:
    """Return the weight at which the gains vary ``forest_share`` times as much as the evidence's part.

    Over the training window, in standard deviations; 0 where one of them does not vary.
    """
    # Sorted, so that the order of the training rows does not move the last digit.
    spread, of_gains = float(np.std(np.sort(evidence))), float(np.std(np.sort(gains)))
    return params.forest_share * spread / of_gains if of_gains > _STILL else 0.0


def combined(evidence: FloatArray, gains: FloatArray, weight: float) -> FloatArray:
    """Return the raw scores: higher is more suspicious."""
    return np.asarray(evidence + weight * gains, dtype=np.float64)


_STILL = 1e-12
"""Gains that vary less than this differ by rounding alone."""
