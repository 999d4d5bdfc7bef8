"""What verdicts teach of signs: which is right, how surely, and nothing where verdicts are few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.feedback import FeedbackParams, by_precedents
from models.precedents import Heard
from models.weigh import _Problem, by_weights, out_of_fold
from tests.models.lessons import lesson, shop

PARAMS = FeedbackParams()


def test_a_sign_that_is_right_counts_more_and_one_that_is_wrong_counts_less() -> None:
    known = lesson(400, 1)
    learned = by_weights(known, by_precedents(known, PARAMS), PARAMS).weights

    # The contributions are the evidence here, so a feature counts with its weight and its extra together.
    counted = learned.weights + learned.extras
    assert counted[2] > 1.2
    assert max(counted[:2]) < 0.8
    assert (learned.weights >= 0).all()
    assert (learned.extras >= 0).all()


def test_the_next_in_the_queue_hold_more_fraud_than_without_learning() -> None:
    known = lesson(200, 2)
    taught = by_weights(known, by_precedents(known, PARAMS), PARAMS).weights
    signs, fraud = shop(4000, 2)
    rest = np.argsort(-signs.raw, kind="stable")[200:]

    learned = taught.learned(signs.rows(rest), Heard.nothing(rest.size), known.quantiles)
    next_ones = rest[np.argsort(-learned, kind="stable")[:200]]

    assert fraud[next_ones].sum() > 1.3 * fraud[rest[:200]].sum()


def test_one_wrong_verdict_in_ten_still_teaches() -> None:
    known = lesson(600, 9, flipped=0.1)
    learned = by_weights(known, by_precedents(known, PARAMS), PARAMS).weights
    counted = learned.weights + learned.extras
    assert counted[2] > max(counted[:2]) + 0.3


def test_what_tells_of_other_rmas_is_never_counted_beside_its_family() -> None:
    known = lesson(300, 3)
    others = np.array([False, False, True])
    turned = replace(
        known, signs=replace(known.signs, of_others=others), anchors=replace(known.anchors, of_others=others)
    )
    assert by_weights(turned, by_precedents(turned, PARAMS), PARAMS).weights.extras[2] == 0.0


def test_the_slopes_of_the_loss_are_right() -> None:
    known = lesson(80, 6)
    start = by_precedents(known, PARAMS)
    problem = _Problem(known.signs, Heard.nothing(80), known.verdicts, np.ones(80), start, known.quantiles, PARAMS)
    here = problem.start() + np.abs(np.random.default_rng(0).normal(0, 0.1, problem.start().size))
    _, along = problem.loss(here)

    for k in range(here.size):
        step = np.zeros(here.size)
        step[k] = 1e-7
        measured = (problem.loss(here + step)[0] - problem.loss(here - step)[0]) / 2e-7
        assert along[k] == pytest.approx(measured, rel=1e-3, abs=1e-3)


def test_no_shopper_is_judged_by_weights_of_their_own_verdicts() -> None:
    known = lesson(200, 10, n_shoppers=60)
    start = by_precedents(known, PARAMS, heeded=False)
    turned = replace(known, verdicts=known.verdicts.copy())
    one = turned.shoppers == turned.shoppers[0]
    turned.verdicts[one] = 1 - turned.verdicts[one]

    assert out_of_fold(turned, start, PARAMS)[one].tolist() == out_of_fold(known, start, PARAMS)[one].tolist()


def test_a_fold_whose_others_are_too_few_keeps_the_score() -> None:
    known = lesson(25, 11)
    start = by_precedents(known, PARAMS)
    few = replace(known, verdicts=np.concatenate([np.ones(10), np.zeros(15)]))
    assert out_of_fold(few, start, PARAMS).tolist() == start.learned(few).tolist()
