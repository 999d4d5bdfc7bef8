"""From raw scores to a 0-100 risk score and to a probability, both against the training window.

Nothing here is estimated from the RMAs that are scored: the order statistics of the training window's
raw scores and the intercept are fixed in the artifact.
"""

from __future__ import annotations

import numpy as np

from models.matrix import FloatArray

TOP = 100.0


def order_statistics(raw: FloatArray, points: int) -> FloatArray:
    """Return the sorted training scores, or ``points`` of them evenly spread by rank where there are more.

    The smallest and the largest are always kept.
    """
    ordered = np.sort(raw)
    if ordered.size <= points:
        return ordered
    return ordered[np.round(np.linspace(0, ordered.size - 1, points)).astype(np.int64)]


def rank_score(raw: FloatArray, quantiles: FloatArray) -> FloatArray:
    """Return the share of the training window's raw scores below each score, from 0 to 100.

    ``quantiles`` are the sorted training scores; between two of them the share is interpolated. Beyond
    the largest, the rest of the way to 100 is covered as ``d / (d + 1)`` of the distance ``d``, so that
    scores approach 100 in strict order. The score is not rounded: rounding would tie the extremes.
    """
    values, first = np.unique(quantiles, return_index=True)
    shares = first / quantiles.size
    distance = np.maximum(raw - values[-1], 0.0)
    share = np.interp(raw, values, shares) + (1.0 - shares[-1]) * distance / (distance + 1.0)
    return np.asarray(TOP * share, dtype=np.float64)


def sigmoid(log_odds: FloatArray) -> FloatArray:
    """Return ``1 / (1 + exp(-log_odds))`` without overflow at either end."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -log_odds)), dtype=np.float64)


def fraud_probability(raw: FloatArray, intercept: float, slope: float) -> FloatArray:
    """Return ``sigmoid(intercept + slope * raw)``.

    An assumption put into numbers, not a measurement: no labels exist, the mean over the training
    window was set to ``DetectorParams.assumed_fraud_share``, and the slope is a parameter as well.
    """
    return sigmoid(intercept + slope * raw)


def solve_intercept(raw: FloatArray, slope: float, share: float) -> float:
    """Return the intercept at which the mean probability of the scores ``raw`` is ``share``, by bisection.

    Raises ValueError when the share is not strictly between 0 and 1, where no intercept exists.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"The assumed fraud share is {share}; set it above 0 and below 1.")
    centre = float(np.log(share / (1.0 - share)))
    low, high = centre - slope * float(raw.max()), centre - slope * float(raw.min())
    for _ in range(200):
        middle = (low + high) / 2.0
        too_low = fraud_probability(raw, middle, slope).mean() < share
        low, high = (middle, high) if too_low else (low, middle)
    return (low + high) / 2.0
