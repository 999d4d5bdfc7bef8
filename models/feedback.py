"""What people decided, back into the score: each sign counts as much as it was right, and no more.

The raw score is a sum of contributions, one a feature. Learning gives each contribution a weight and lets a
feature's evidence count beside its family's strongest:

``learned = raw + sum over features of (weight - 1) x contribution + extra x evidence``

It stays a sum, so it explains itself as before. Weights are those of a logistic regression of the verdicts, never
below 0, pulled towards their family's common weight, and that towards 1 (a normal prior, in the unit of the weights);
extras are pulled towards 0. With few verdicts next to nothing moves, with many the verdicts decide. A verdict counts
as ``1 - 2 x doubt`` of one, because some are wrong. RMAs that nobody looked at are taken along as what they nearly
all are, with a small weight: verdicts come from the top of the queue alone, and what is rare there is common below.

Whether the learned weights are used is decided by what they are worth: on verdicts of shoppers whose verdicts they
were not fitted to (cross-validation by shopper) they must order fraud before honest better than the score that
nobody taught, and surely enough so (bootstrap over shoppers). Else the score stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score

from models.calibrate import sigmoid
from models.matrix import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class FeedbackParams:
    """How fast verdicts move the score.

    ``least``: with fewer verdicts of either kind nothing is learned. ``doubt``: the share of verdicts taken to be
    wrong. ``family_spread``, ``feature_spread``, ``extra_spread``: standard deviations of the priors of a family's
    weight around 1, a feature's around its family's, an extra around 0. ``anchors``: RMAs without a verdict taken
    along for each verdict, ``anchor_weight`` what one of them counts. ``folds``, ``draws``, ``sure``: cross-validation
    folds, bootstrap draws, and the share of draws in which learning must not be worse.
    """

    least: int = 10
    doubt: float = 0.05
    family_spread: float = 0.5
    feature_spread: float = 0.5
    extra_spread: float = 1.0
    anchors: float = 5.0
    anchor_weight: float = 0.25
    folds: int = 5
    draws: int = 200
    sure: float = 0.95
    seed: int = 20261123


@dataclass(frozen=True, slots=True)
class Signs:
    """What the score of each RMA is made of: rows are RMAs, columns features.

    ``raw`` is the score, ``contributions`` add up to it with a constant, ``evidence`` is each feature's own.
    ``families`` numbers each column's family from 0.
    """

    raw: FloatArray
    contributions: FloatArray
    evidence: FloatArray
    families: IntArray

    def rows(self, chosen: IntArray) -> Signs:
        """Return some RMAs' rows."""
        return Signs(self.raw[chosen], self.contributions[chosen], self.evidence[chosen], self.families)


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What was learned: a weight and an extra a feature, and the log odds ``intercept + slope x learned``."""

    weights: FloatArray
    extras: FloatArray
    slope: float
    intercept: float

    def described(self) -> dict[str, list[float] | float]:
        """Return the figures, to be written down; ``Weights.read`` takes them back."""
        told = {"slope": self.slope, "intercept": self.intercept}
        return {"weights": self.weights.tolist(), "extras": self.extras.tolist()} | told

    @staticmethod
    def read(described: dict[str, Any]) -> Weights:
        """Return the weights that were described."""
        weights, extras = (np.array(described[name], dtype=np.float64) for name in ("weights", "extras"))
        return Weights(weights, extras, float(described["slope"]), float(described["intercept"]))

    def parts(self, signs: Signs) -> FloatArray:
        """Return the contributions as learned; with the same constant they add up to ``learned``."""
        return np.asarray(signs.contributions * self.weights + signs.evidence * self.extras, dtype=np.float64)

    def learned(self, signs: Signs) -> FloatArray:
        """Return the learned raw score of each RMA."""
        change = np.zeros(signs.raw.size)
        # Feature after feature, so that a row's sum does not depend on how many rows there are.
        for column in (self.parts(signs) - signs.contributions).T:
            change += column
        return signs.raw + change

    def of_score(self, learned: FloatArray) -> FloatArray:
        """Return the probability of fraud as the verdicts tell it, from learned scores."""
        return sigmoid(self.intercept + self.slope * learned)


@dataclass(frozen=True, slots=True)
class Worth:
    """What learning is worth on shoppers that it did not see: average precision without and with it.

    ``sureness`` is the share of bootstrap draws in which it was not worse; ``is_better`` is the decision.
    """

    before: float
    after: float
    sureness: float
    is_better: bool


def fit_weights(
    signs: Signs, verdicts: FloatArray, counts: FloatArray, params: FeedbackParams, assumed_share: float
) -> Weights:
    """Return the weights that explain the verdicts best, given what is believed without them.

    ``verdicts``: for each RMA the share of its verdicts that said fraud; ``counts`` what the row counts (1 for a
    verdict, less for an RMA that stands in for those without one).
    """
    scale = max(float(np.std(signs.raw)), 1e-9)
    problem = _Problem(signs, np.clip(verdicts, params.doubt, 1 - params.doubt), counts, params, scale)
    start = problem.start(assumed_share)
    found = minimize(
        problem.loss, start, jac=True, method="L-BFGS-B", bounds=problem.bounds(), options={"maxiter": 500}
    )
    return problem.weights(found.x)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The penalised logistic regression; its unknowns are one vector: weights, family weights, extras, slope, shift."""

    signs: Signs
    verdicts: FloatArray
    counts: FloatArray
    params: FeedbackParams
    scale: float

    @property
    def n_features(self) -> int:
        return int(self.signs.families.size)

    @property
    def n_families(self) -> int:
        return int(self.signs.families.max(initial=-1)) + 1

    def start(self, assumed_share: float) -> FloatArray:
        """Return the unknowns before any verdict: all weights 1, no extras."""
        middle = float(np.log(assumed_share / (1 - assumed_share)))
        ones = np.ones(self.n_features + self.n_families)
        shift = middle - float(np.median(self.signs.raw)) / self.scale
        return np.concatenate([ones, np.zeros(self.n_features), [1 / self.scale, shift]])

    def bounds(self) -> Sequence[tuple[float | None, float | None]]:
        """Return the least and the most of each unknown: nothing suspicious may speak for an RMA."""
        free = 2 * self.n_features + self.n_families
        return [(0.0, None)] * free + [(1e-3 / self.scale, None), (None, None)]

    def split(self, unknowns: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, float, float]:
        n, m = self.n_features, self.n_families
        weights, common, extras = unknowns[:n], unknowns[n : n + m], unknowns[n + m : 2 * n + m]
        return weights, common, extras, float(unknowns[-2]), float(unknowns[-1])

    def loss(self, unknowns: FloatArray) -> tuple[float, FloatArray]:
        """Return the penalised loss and its slope along each unknown."""
        weights, common, extras, slope, shift = self.split(unknowns)
        signs, params = self.signs, self.params
        change = signs.contributions @ (weights - 1) + signs.evidence @ extras
        score = signs.raw + change
        odds = shift + slope * score
        fit = self.counts @ (np.logaddexp(0, odds) - self.verdicts * odds)
        gap = self.counts * (sigmoid(odds) - self.verdicts)
        apart, off, more = weights - common[signs.families], common - 1, extras
        pull = (
            apart @ apart / params.feature_spread**2
            + off @ off / params.family_spread**2
            + more @ more / params.extra_spread**2
        ) / 2
        by_family = np.bincount(signs.families, weights=apart, minlength=self.n_families)
        along = np.concatenate(
            [
                slope * (gap @ signs.contributions) + apart / params.feature_spread**2,
                off / params.family_spread**2 - by_family / params.feature_spread**2,
                slope * (gap @ signs.evidence) + more / params.extra_spread**2,
                [gap @ score, gap.sum()],
            ]
        )
        return float(fit + pull), along

    def weights(self, unknowns: FloatArray) -> Weights:
        weights, _, extras, slope, shift = self.split(unknowns)
        return Weights(weights, extras, slope, shift)


def is_enough(verdicts: FloatArray, params: FeedbackParams) -> bool:
    """Return whether there are verdicts of both kinds to learn from."""
    n_fraud = int(_says_fraud(verdicts).sum())
    return min(n_fraud, verdicts.size - n_fraud) >= params.least


def _says_fraud(verdicts: FloatArray) -> BoolArray:
    """Return whether most of an RMA's verdicts said fraud; a tie does."""
    return np.asarray(2 * verdicts >= 1)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there is to learn from: RMAs with verdicts, and some without.

    ``verdicts``: for each RMA the share of its verdicts that said fraud; ``shoppers`` numbers who they are of.
    ``anchors``: RMAs without a verdict, drawn at random. ``assumed_share``: the share of fraud believed in before.
    """

    signs: Signs
    verdicts: FloatArray
    shoppers: IntArray
    anchors: Signs
    assumed_share: float

    def without(self, kept: BoolArray) -> Lesson:
        """Return the lesson with the verdicts of some RMAs only."""
        rows = np.flatnonzero(kept)
        return replace(self, signs=self.signs.rows(rows), verdicts=self.verdicts[rows], shoppers=self.shoppers[rows])

    def fit(self, params: FeedbackParams) -> Weights:
        """Return the weights of the verdicts and of the RMAs without one, which count a little as honest."""
        both = Signs(
            np.concatenate([self.signs.raw, self.anchors.raw]),
            np.concatenate([self.signs.contributions, self.anchors.contributions]),
            np.concatenate([self.signs.evidence, self.anchors.evidence]),
            self.signs.families,
        )
        told = np.concatenate([self.verdicts, np.zeros(self.anchors.raw.size)])
        counts = np.concatenate([np.ones(self.verdicts.size), np.full(self.anchors.raw.size, params.anchor_weight)])
        return fit_weights(both, told, counts, params, self.assumed_share)


def out_of_fold(lesson: Lesson, params: FeedbackParams) -> FloatArray:
    """Return the learned score of each RMA with a verdict by weights that no verdict of its shopper had a part in."""
    learned = lesson.signs.raw.copy()
    folds = lesson.shoppers % params.folds
    for fold in np.unique(folds):
        others = lesson.without(folds != fold)
        if is_enough(others.verdicts, params):
            inside = np.flatnonzero(folds == fold)
            learned[inside] = others.fit(params).learned(lesson.signs.rows(inside))
    return learned


def worth(lesson: Lesson, learned: FloatArray, params: FeedbackParams) -> Worth:
    """Return what learned scores of the RMAs with verdicts are worth beside the raw ones; shoppers are drawn whole."""
    fraud, raw = _says_fraud(lesson.verdicts), lesson.signs.raw
    before, after = _precision(fraud, raw), _precision(fraud, learned)
    rng = np.random.default_rng(params.seed)
    members = [np.flatnonzero(lesson.shoppers == shopper) for shopper in np.unique(lesson.shoppers)]
    not_worse = []
    for _ in range(params.draws):
        drawn = np.concatenate([members[k] for k in rng.integers(0, len(members), len(members))])
        if fraud[drawn].any():
            not_worse.append(_precision(fraud[drawn], learned[drawn]) >= _precision(fraud[drawn], raw[drawn]))
    sureness = float(np.mean(not_worse)) if not_worse else 0.0
    return Worth(before, after, sureness, is_better=after > before and sureness >= params.sure)


def _precision(fraud: BoolArray, scores: FloatArray) -> float:
    """Return the average precision of scores."""
    return float(average_precision_score(fraud, scores))
