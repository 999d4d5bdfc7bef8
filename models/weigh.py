"""How much each sign counts, as verdicts tell it: a penalised regression of the weights and extras of ``feedback``.

What belongs here: fitting them, all else that was learned being given. What does not: what they are and how they are
used (``models.feedback``), and whether they are (``models.promote``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import minimize

from models.calibrate import surprise
from models.feedback import FeedbackParams, Lesson, Signs, Taught, is_enough
from models.matrix import BoolArray, FloatArray
from models.precedents import Heard


def by_weights(lesson: Lesson, start: Taught, params: FeedbackParams, inside: BoolArray | None = None) -> Taught:
    """Return what is taught with signs weighed as well, by the verdicts that are ``inside`` (None: by all)."""
    told = np.flatnonzero(np.ones(lesson.verdicts.size, dtype=bool) if inside is None else inside)
    weights, heard = start.weights, lesson.pairs.heard(start.credit)
    of_anchors = lesson.anchor_pairs.heard(start.credit)
    signs = lesson.signs.rows(told).beside(lesson.anchors)
    heard = Heard(*(
        np.concatenate([mine[told], others])
        for mine, others in ((heard.fraud, of_anchors.fraud), (heard.honest, of_anchors.honest))
    ))  # fmt: skip
    n_anchors = lesson.anchors.raw.size
    verdicts = np.concatenate([lesson.verdicts[told], np.zeros(n_anchors)])
    counts = np.concatenate([np.ones(told.size), np.full(n_anchors, params.anchor_weight)])
    problem = _Problem(signs, heard, verdicts, counts, start, lesson.quantiles, params)
    found = minimize(
        problem.loss, problem.start(), jac=True, method="L-BFGS-B", bounds=problem.bounds(), options={"maxiter": 200}
    )
    learned, _, extras = problem.split(found.x)
    return replace(start, weights=replace(weights, weights=learned, extras=extras))


@dataclass(frozen=True, eq=False)
class _Problem:
    """The penalised regression of the weights; its unknowns are one vector: weights, family weights, extras."""

    signs: Signs
    heard: Heard
    verdicts: FloatArray
    counts: FloatArray
    taught: Taught
    quantiles: FloatArray
    params: FeedbackParams

    @property
    def n_features(self) -> int:
        return int(self.signs.families.size)

    @property
    def n_families(self) -> int:
        return int(self.signs.families.max(initial=-1)) + 1

    @cached_property
    def left(self) -> Signs:
        """What is left of the signs beside precedents."""
        return self.signs.after(self.taught.weights.known(self.heard))

    @cached_property
    def shift(self) -> FloatArray:
        """What precedents and the intercept make of the log odds."""
        weights = self.taught.weights
        return np.asarray(weights.intercept + weights.shifts(self.heard).sum(axis=1), dtype=np.float64)

    def start(self) -> FloatArray:
        """Return the unknowns before any verdict: all weights 1, no extras."""
        return np.concatenate([np.ones(self.n_features + self.n_families), np.zeros(self.n_features)])

    def bounds(self) -> Sequence[tuple[float | None, float | None]]:
        """Return the least and the most of each unknown: nothing suspicious may speak for an RMA."""
        weights: list[tuple[float | None, float | None]] = [(0.0, None)] * (self.n_features + self.n_families)
        # what only tells of other RMAs is never to count beside a family's strongest
        return weights + [(0.0, 0.0) if others else (0.0, None) for others in self.signs.of_others]

    def split(self, unknowns: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        n, m = self.n_features, self.n_families
        return unknowns[:n], unknowns[n : n + m], unknowns[n + m :]

    def loss(self, unknowns: FloatArray) -> tuple[float, FloatArray]:
        """Return the penalised loss and its slope along each unknown."""
        weights, common, extras = self.split(unknowns)
        left, params, slope = self.left, self.params, self.taught.weights.slope
        raised = left.raw + left.contributions @ (weights - 1) + left.evidence @ extras
        height, steepness = surprise(raised, self.quantiles)
        fit, along = self.taught.noise.loss(self.shift + slope * height, self.verdicts)
        apart, off, more = weights - common[self.signs.families], common - 1, extras
        pull = (
            apart @ apart / params.feature_spread**2
            + off @ off / params.family_spread**2
            + more @ more / params.extra_spread**2
        ) / 2
        by_family = np.bincount(self.signs.families, weights=apart, minlength=self.n_families)
        gap = self.counts * along * slope * steepness
        slopes = np.concatenate(
            [
                gap @ left.contributions + apart / params.feature_spread**2,
                off / params.family_spread**2 - by_family / params.feature_spread**2,
                gap @ left.evidence + more / params.extra_spread**2,
            ]
        )
        return float(self.counts @ fit + pull), slopes


def out_of_fold(lesson: Lesson, start: Taught, params: FeedbackParams) -> FloatArray:
    """Return the learned score of each RMA with a verdict by weights that no verdict of its shopper had a part in.

    Verdicts on the shopper's other RMAs are its precedents all the same, its own is not.
    """
    learned = start.learned(lesson)
    folds = lesson.shoppers % params.folds
    for fold in np.unique(folds):
        others = folds != fold
        if is_enough(lesson.verdicts[others], params):
            inside = folds == fold
            learned[inside] = by_weights(lesson, start, params, others).learned(lesson)[inside]
    return learned
