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


def surprise(raw: FloatArray, quantiles: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``-ln`` of the share of training RMAs above each score, and by how much it rises along the score.

    ``quantiles`` as for ``rank_score``. In the unit of log odds: a tenth as many RMAs are 2.3 more. Below the least
    training score it falls on with the slope of the first step, so that no two scores tie.
    """
    values, first = np.unique(quantiles, return_index=True)
    shares = np.append(first / quantiles.size, 1.0)
    # the rest of the way to 1 beyond the largest score, as in rank_score
    last, beyond = shares[-2], np.maximum(raw - values[-1], 0.0)
    steps = np.diff(shares[:-1]) / np.diff(values) if values.size > 1 else np.ones(1)
    place = np.clip(np.searchsorted(values, raw, side="right") - 1, 0, steps.size - 1)
    inside = shares[place] + steps[place] * (raw - values[place])
    is_beyond = raw >= values[-1]
    left = np.where(is_beyond, (1.0 - last) / (1.0 + beyond), np.maximum(1.0 - inside, 1.0 - last))
    slope = np.where(is_beyond, 1.0 / (1.0 + beyond), steps[place] / left)
    return np.asarray(-np.log(left), dtype=np.float64), np.asarray(slope, dtype=np.float64)


def sigmoid(log_odds: FloatArray) -> FloatArray:
    """Return ``1 / (1 + exp(-log_odds))`` without overflow at either end."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -log_odds)), dtype=np.float64)


def tail_log_odds(risk_score: FloatArray) -> FloatArray:
    """Return the logarithm of how far a score can at most raise the odds of abuse, from its rank alone.

    ``p`` is the share of training scores that reach it. No evidence of that rarity can multiply the odds by
    more than ``1 / (-e p ln p)`` (Sellke, Bayarri and Berger 2001, The American Statistician 55:62), for ``p`` below
    ``1 / e``; above, nothing is said against the RMA. So the top hundredth gains a factor of at most 8, the top
    ten-thousandth one of 400, in whatever unit scores are.
    """
    tail = np.clip(1.0 - risk_score / TOP, _SMALLEST, 1.0 / np.e)
    return np.asarray(-1.0 - np.log(tail) - np.log(-np.log(tail)), dtype=np.float64)


_SMALLEST = 1e-12
"""Rarer than this is not told apart: 100 less the score has no more digits."""


def fraud_probability(risk_score: FloatArray, intercept: float) -> FloatArray:
    """Return the probability of abuse of 0-100 risk scores: ``sigmoid(intercept + tail_log_odds)``.

    An assumption put into numbers, not a measurement: no labels exist, the mean over the training
    window was set to ``DetectorParams.assumed_fraud_share``, and each score counts for as much as its rank can.
    """
    return sigmoid(intercept + tail_log_odds(risk_score))


def solve_intercept(log_odds: FloatArray, share: float) -> float:
    """Return the intercept at which the mean of ``sigmoid(intercept + log_odds)`` is ``share``, by bisection.

    Raises ValueError when the share is not strictly between 0 and 1, where no intercept exists.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"The assumed fraud share is {share}; set it above 0 and below 1.")
    centre = float(np.log(share / (1.0 - share)))
    low, high = centre - float(log_odds.max()), centre - float(log_odds.min())
    for _ in range(200):
        middle = (low + high) / 2.0
        too_low = sigmoid(middle + log_odds).mean() < share
        low, high = (middle, high) if too_low else (low, middle)
    return (low + high) / 2.0
