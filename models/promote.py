"""Whether what was learned takes over: the champion against its challengers, on RMAs that they were not taught by.

The champion is the score that nobody taught. The first challenger heeds precedents, the second weighs signs as well
(or alone, where precedents did not help). Each must order fraud before honest better than what stands so far, on
verdicts that it has not seen, and surely enough so; else things stay as they are. As every run measures anew, a
challenger also gives way again as soon as verdicts no longer speak for it.

How sure it is: of weights, which could be anything, by a bootstrap over shoppers. Precedents say one thing, so it is
asked whether verdicts agree with them beyond what the score says already (a score test, shoppers being independent):
with one verdict in ten wrong that finds twice as often what is there, and as seldom what is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from sklearn.metrics import average_precision_score

from models.feedback import FeedbackParams, Lesson, Taught, by_precedents, says_fraud
from models.matrix import BoolArray, FloatArray
from models.weigh import by_weights, out_of_fold


@dataclass(frozen=True, slots=True)
class Worth:
    """What learning is worth on verdicts that it did not see: average precision without and with it.

    ``sureness``, from 0 to 1, is how sure it is that this is no chance; ``is_better`` is the decision.
    """

    before: float
    after: float
    sureness: float
    is_better: bool


def worth(lesson: Lesson, before: FloatArray, after: FloatArray, sureness: float, sure: float) -> Worth:
    """Return what scores of the RMAs with verdicts are worth beside others; ``sure``: how sure it must be."""
    fraud = says_fraud(lesson.verdicts)
    without, learned = _precision(fraud, before), _precision(fraud, after)
    return Worth(without, learned, sureness, is_better=learned > without and sureness >= sure)


def share_of_draws(lesson: Lesson, before: FloatArray, after: FloatArray, params: FeedbackParams) -> float:
    """Return the share of bootstrap draws in which scores are not worse than others; shoppers are drawn whole."""
    fraud = says_fraud(lesson.verdicts)
    rng = np.random.default_rng(params.seed)
    members = [np.flatnonzero(lesson.shoppers == shopper) for shopper in np.unique(lesson.shoppers)]
    not_worse = []
    for _ in range(params.draws):
        drawn = np.concatenate([members[k] for k in rng.integers(0, len(members), len(members))])
        if fraud[drawn].any():
            not_worse.append(_precision(fraud[drawn], after[drawn]) >= _precision(fraud[drawn], before[drawn]))
    return float(np.mean(not_worse)) if not_worse else 0.0


def agreement(lesson: Lesson, taught: Taught) -> float:
    """Return how surely verdicts agree with their precedents beyond what the calibrated score says, 0 to 1.

    The test's sum is, over verdicts, of what is not explained times by how much precedents move the log odds; it is
    set against its spread over shoppers.
    """
    shift = taught.weights.shifts(lesson.pairs.heard(taught.credit)).sum(axis=1)
    gap = lesson.verdicts - taught.noise.says_fraud(taught.weights.calibrated(lesson.surprise))
    _, places = np.unique(lesson.shoppers, return_inverse=True)
    sums = np.bincount(places, weights=gap * shift)
    spread = float(np.sqrt(sums @ sums))
    return float(ndtr(sums.sum() / spread)) if spread > 0 else 0.0


def _precision(fraud: BoolArray, scores: FloatArray) -> float:
    """Return the average precision of scores."""
    return float(average_precision_score(fraud, scores))


def promoted(lesson: Lesson, params: FeedbackParams) -> tuple[Taught | None, Worth]:
    """Return what takes over (None: nothing), and what it is worth beside the score that nobody taught.

    Where nothing takes over, the worth is that of the better challenger.
    """
    raw = lesson.signs.raw
    precedents = by_precedents(lesson, params)
    heeded = precedents.learned(lesson)
    first = worth(lesson, raw, heeded, agreement(lesson, precedents), params.sure_of_precedents)
    start = precedents if first.is_better else by_precedents(lesson, params, heeded=False)
    weighed = out_of_fold(lesson, start, params)
    so_far = heeded if first.is_better else raw
    second = worth(lesson, so_far, weighed, share_of_draws(lesson, so_far, weighed, params), params.sure)
    if second.is_better:
        both = min(second.sureness, first.sureness) if first.is_better else second.sureness
        return by_weights(lesson, start, params), worth(lesson, raw, weighed, both, params.sure)
    if first.is_better:
        return precedents, first
    return None, max(first, second, key=lambda one: one.after)
