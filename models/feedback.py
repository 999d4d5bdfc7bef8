"""What people decided, back into the score: whom it was decided about, and which signs were right.

The raw score of nobody's teaching becomes log odds of abuse, as the verdicts calibrate it, and two things move them:

``learned = intercept + slope x surprise(taught raw) + shifts``

* *Precedents* (``models.precedents``): verdicts on other RMAs of the shopper and of linked accounts. Where there are
  some, they stand in for what those RMAs only hint at: features that tell of a shopper's other RMAs count so much less.
* *Weights*: ``taught raw = raw + sum over features of (weight - 1) x contribution + extra x evidence``. Each sign
  counts as much as it was right, and beside its family's strongest. Never below 0, pulled towards the family's common
  weight, that towards 1, extras towards 0 (normal priors): with few verdicts next to nothing moves.

``surprise`` is ``-ln`` of the share of RMAs that score as high (``models.calibrate``): a tenth as many is 2.3 more. It
is a sum still, so it explains itself: what the features make of the log odds is shared out among them as their parts
of the raw score are, and each kind of precedent has its shift.

Some verdicts are wrong, at random: a verdict says fraud with probability ``doubt + (1 - 2 doubt) x P(abuse)``. So
fraud that nothing else speaks for neither bends the curve nor counts as a precedent for much. How many are wrong is
what explains each verdict best from the others. RMAs that nobody looked at are taken along as honest with a small
weight where signs are weighed: verdicts come from the top of the queue alone, and what is rare there is common below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import minimize

from models.calibrate import sigmoid, surprise
from models.matrix import BoolArray, FloatArray, IntArray
from models.precedents import Heard, Pairs, credited


@dataclass(frozen=True, slots=True)
class FeedbackParams:
    """How fast verdicts move the score.

    ``least``: with fewer verdicts of either kind nothing is learned. ``doubts``: shares of wrong verdicts that are
    tried. ``stranger``: how many RMAs' worth what is believed of a shopper without verdicts counts. ``slope_spread``:
    standard deviation of the prior of the slope around 1, the rise of the log odds with rarity where the score is as
    good as it can be (Sellke, Bayarri and Berger 2001). ``family_spread``, ``feature_spread``, ``extra_spread``: of the
    priors of a family's weight around 1, a feature's around its family's, an extra around 0. ``anchors``: RMAs
    without a verdict taken along for each verdict, ``anchor_weight`` what one of them counts. ``folds``, ``draws``,
    ``sure``: cross-validation folds, bootstrap draws, and the share of draws in which weights must not be worse.
    ``sure_of_precedents``: how sure it must be that precedents tell something. They move an RMA farther than weights
    do: where nearly all that is looked at is abuse, it had better stay as it is.
    """

    least: int = 10
    doubts: tuple[float, ...] = (0.02, 0.05, 0.1, 0.15)
    stranger: float = 1.0
    slope_spread: float = 0.25
    family_spread: float = 0.5
    feature_spread: float = 0.25
    extra_spread: float = 0.3
    anchors: float = 5.0
    anchor_weight: float = 0.05
    folds: int = 5
    draws: int = 200
    sure: float = 0.95
    sure_of_precedents: float = 0.98
    seed: int = 20261123


@dataclass(frozen=True, slots=True)
class Signs:
    """What the score of each RMA is made of: rows are RMAs, columns features.

    ``base`` and ``contributions`` add up to the score ``raw``; ``evidence`` is each feature's own. ``families`` numbers
    each column's family from 0; ``of_others``: the feature tells of the shopper's other RMAs.
    """

    base: float
    raw: FloatArray
    contributions: FloatArray
    evidence: FloatArray
    families: IntArray
    of_others: BoolArray

    def rows(self, chosen: IntArray) -> Signs:
        """Return some RMAs' rows."""
        told = (self.raw[chosen], self.contributions[chosen], self.evidence[chosen])
        return Signs(self.base, *told, self.families, self.of_others)

    def beside(self, other: Signs) -> Signs:
        """Return these RMAs and others after them."""
        both = [np.concatenate(told) for told in zip(self._told(), other._told(), strict=True)]
        return Signs(self.base, both[0], both[1], both[2], self.families, self.of_others)

    def _told(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        return self.raw, self.contributions, self.evidence

    def after(self, known: FloatArray) -> Signs:
        """Return what is left where shoppers are known by verdicts, 0 to 1: less of what tells of their other RMAs."""
        left = np.where(self.of_others, 1.0 - known[:, np.newaxis], 1.0)
        contributions = self.contributions * left
        return replace(
            self, raw=_summed(self.raw, contributions - self.contributions), contributions=contributions,
            evidence=self.evidence * left,
        )  # fmt: skip


def _summed(start: FloatArray, parts: FloatArray) -> FloatArray:
    """Return start and parts, column after column, so that a row's sum does not depend on how many rows there are."""
    total = start.copy()
    for column in parts.T:
        total += column
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What was learned: a weight and an extra a feature, how log odds rise, and what precedents count.

    ``share`` and ``stranger`` are what is believed of shoppers without verdicts; a ``stranger`` of 0: precedents do
    not count.
    """

    weights: FloatArray
    extras: FloatArray
    slope: float
    intercept: float
    share: float
    stranger: float

    def described(self) -> dict[str, list[float] | float]:
        """Return the figures, to be written down; ``Weights.read`` takes them back."""
        told = {name: getattr(self, name) for name in _FIGURES}
        return {"weights": self.weights.tolist(), "extras": self.extras.tolist()} | told

    @staticmethod
    def read(described: dict[str, Any]) -> Weights:
        """Return the weights that were described."""
        weights, extras = (np.array(described[name], dtype=np.float64) for name in ("weights", "extras"))
        return Weights(weights, extras, *(float(described[name]) for name in _FIGURES))

    def base(self, signs: Signs, quantiles: FloatArray) -> float:
        """Return the learned score of an RMA of which nothing is known: parts add to it."""
        return float(self._log_odds(np.array([signs.base]), quantiles)[0])

    def explained(self, signs: Signs, heard: Heard, quantiles: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ``learned``, and what each feature, and after them each kind of precedent, makes of it.

        ``quantiles`` are the training scores of the raw score. With ``base`` the parts add up to ``learned``.
        """
        of_raw, raised = self._raised(signs, heard)
        log_odds, shifts = self._log_odds(raised, quantiles), self.shifts(heard)
        gained, above = log_odds - self.base(signs, quantiles), raised - signs.base
        unit = np.divide(gained, above, out=np.zeros(above.size), where=above != 0)
        return _summed(log_odds, shifts), np.hstack([of_raw * unit[:, np.newaxis], shifts])

    def learned(self, signs: Signs, heard: Heard, quantiles: FloatArray) -> FloatArray:
        """Return the learned score of each RMA: the log odds of abuse."""
        _, raised = self._raised(signs, heard)
        return _summed(self._log_odds(raised, quantiles), self.shifts(heard))

    def _raised(self, signs: Signs, heard: Heard) -> tuple[FloatArray, FloatArray]:
        """Return what each feature makes of the taught raw score, and that score."""
        left = signs.after(self.known(heard))
        of_raw = left.contributions * self.weights + left.evidence * self.extras
        return of_raw, _summed(np.full(signs.raw.size, signs.base), of_raw)

    def calibrated(self, rarity: FloatArray) -> FloatArray:
        """Return the log odds of abuse of scores that are so rare, before precedents."""
        return np.asarray(self.intercept + self.slope * rarity, dtype=np.float64)

    def _log_odds(self, raw: FloatArray, quantiles: FloatArray) -> FloatArray:
        return self.calibrated(surprise(raw, quantiles)[0])

    def known(self, heard: Heard) -> FloatArray:
        """Return how far shoppers are known by precedents, 0 to 1."""
        return heard.known(self.stranger) if self.stranger else np.zeros(heard.fraud.shape[0])

    def shifts(self, heard: Heard) -> FloatArray:
        """Return by how much each kind of precedent moves the log odds."""
        return heard.shifts(self.share, self.stranger) if self.stranger else np.zeros(heard.fraud.shape)

    def of_score(self, learned: FloatArray) -> FloatArray:
        """Return the probability of abuse as the verdicts tell it, from learned scores."""
        return sigmoid(learned)


_FIGURES = ("slope", "intercept", "share", "stranger")


@dataclass(frozen=True, slots=True)
class Noise:
    """How verdicts come about: the share of them that is wrong."""

    doubt: float

    def says_fraud(self, odds: FloatArray) -> FloatArray:
        """Return how likely a verdict says fraud, at log odds of abuse."""
        return np.asarray(self.doubt + (1 - 2 * self.doubt) * sigmoid(odds), dtype=np.float64)

    def loss(self, odds: FloatArray, verdicts: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how badly log odds of abuse explain each verdict (0 to 1), and the slope of that along them."""
        fraud, said = sigmoid(odds), self.says_fraud(odds)
        loss = -(verdicts * np.log(said) + (1 - verdicts) * np.log(1 - said))
        along = -(verdicts / said - (1 - verdicts) / (1 - said)) * (1 - 2 * self.doubt) * fraud * (1 - fraud)
        return np.asarray(loss, dtype=np.float64), np.asarray(along, dtype=np.float64)


def is_enough(verdicts: FloatArray, params: FeedbackParams) -> bool:
    """Return whether there are verdicts of both kinds to learn from."""
    n_fraud = int(says_fraud(verdicts).sum())
    return min(n_fraud, verdicts.size - n_fraud) >= params.least


def says_fraud(verdicts: FloatArray) -> BoolArray:
    """Return whether most of an RMA's verdicts said fraud; a tie does."""
    return np.asarray(2 * verdicts >= 1)


@dataclass(frozen=True, eq=False)
class Lesson:
    """What there is to learn from: RMAs with verdicts, and some without.

    ``verdicts``: for each RMA the share of its verdicts that said fraud; ``shoppers`` numbers who they are of;
    ``pairs`` are the precedents among them. ``anchors``: RMAs without a verdict, drawn at random, with their own
    precedents. ``share``: the share of fraud believed in before. ``quantiles``: the training scores.
    """

    signs: Signs
    verdicts: FloatArray
    shoppers: IntArray
    pairs: Pairs
    anchors: Signs
    anchor_pairs: Pairs
    share: float
    quantiles: FloatArray

    @cached_property
    def surprise(self) -> FloatArray:
        """How rare the score of each RMA with a verdict is."""
        return surprise(self.signs.raw, self.quantiles)[0]


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """A lesson learned: the ``weights``, the ``credit`` of each verdict as a precedent, and how wrong they may be."""

    weights: Weights
    credit: FloatArray
    noise: Noise

    def learned(self, lesson: Lesson) -> FloatArray:
        """Return the learned score of each RMA with a verdict, its own not being a precedent."""
        return self.weights.learned(lesson.signs, lesson.pairs.heard(self.credit), lesson.quantiles)


def by_precedents(lesson: Lesson, params: FeedbackParams, *, heeded: bool = True) -> Taught:
    """Return the calibrated score with precedents (or, not ``heeded``, without), signs as nobody taught them.

    The share of wrong verdicts is the one by which each is explained best from the others.
    """
    tried = [_calibrated(lesson, Noise(doubt), params, heeded=heeded) for doubt in params.doubts]
    losses = [float(one.noise.loss(one.learned(lesson), lesson.verdicts)[0].sum()) for one in tried]
    return tried[int(np.argmin(losses))]


def _calibrated(lesson: Lesson, noise: Noise, params: FeedbackParams, *, heeded: bool) -> Taught:
    """Return the slope and intercept that explain the verdicts best, and how surely each verdict is right by them."""
    heights, verdicts = lesson.surprise, lesson.verdicts

    def loss(unknowns: FloatArray) -> tuple[float, FloatArray]:
        odds = unknowns[0] + unknowns[1] * heights
        fit, along = noise.loss(odds, verdicts)
        off = (unknowns[1] - 1) / params.slope_spread**2
        pull = off * (unknowns[1] - 1) / 2
        return float(fit.sum() + pull), np.array([along.sum(), along @ heights + off])

    middle = float(np.log(lesson.share / (1 - lesson.share)))
    bounds = [(None, None), (_LEAST_SLOPE, None)]
    found = minimize(loss, np.array([middle, 1.0]), jac=True, method="L-BFGS-B", bounds=bounds)
    intercept, slope = (float(one) for one in found.x)
    n = lesson.signs.families.size
    stranger = params.stranger if heeded else 0.0
    weights = Weights(np.ones(n), np.zeros(n), slope, intercept, lesson.share, stranger)
    return Taught(weights, credited(verdicts, sigmoid(intercept + slope * heights), noise.doubt), noise)


_LEAST_SLOPE = 0.05
"""However little verdicts agree with the score, a higher one is never the less suspicious."""
