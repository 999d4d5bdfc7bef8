"""What verdicts teach: which sign is right, how surely, and nothing where they are wrong or few."""

from __future__ import annotations

import json

import numpy as np
import pytest

from models.feedback import FeedbackParams, Lesson, Signs, Weights, fit_weights, is_enough, out_of_fold, worth
from models.matrix import FloatArray

PARAMS = FeedbackParams()
FAMILIES = np.array([0, 0, 1])


def shop(n: int, seed: int) -> tuple[Signs, FloatArray]:
    """Return signs of three features, of which only the last one tells fraud, and the truth."""
    rng = np.random.default_rng(seed)
    evidence = rng.exponential(1.0, (n, 3))
    fraud = rng.random(n) < 1 / (1 + np.exp(4 - 2 * evidence[:, 2]))
    return Signs(evidence.sum(axis=1), evidence, evidence, FAMILIES), fraud.astype(np.float64)


def lesson(n: int, seed: int, flipped: float = 0.0) -> Lesson:
    """Return the verdicts on the top of the queue, some of them wrong; a third of the rest are anchors."""
    signs, fraud = shop(20 * n, seed)
    order = np.argsort(-signs.raw, kind="stable")
    wrong = np.random.default_rng(seed + 1).random(n) < flipped
    top, rest = order[:n], order[n:]
    return Lesson(
        signs.rows(top), np.where(wrong, 1 - fraud[top], fraud[top]), top % 60, signs.rows(rest[: 2 * n]), 0.02
    )


def test_a_sign_that_is_right_counts_more_and_one_that_is_wrong_counts_less() -> None:
    learned = lesson(300, 1).fit(PARAMS)

    # The contributions are the evidence here, so a feature counts with its weight and its extra together.
    counted = learned.weights + learned.extras
    assert counted[2] > 1.4
    assert max(counted[:2]) < 0.7
    assert (learned.weights >= 0).all()
    assert (learned.extras >= 0).all()


def test_the_next_in_the_queue_hold_more_fraud_than_without_learning() -> None:
    signs, fraud = shop(6000, 2)
    order = np.argsort(-signs.raw, kind="stable")
    top, rest = order[:200], order[200:]
    taught = Lesson(signs.rows(top), fraud[top], top, signs.rows(rest[:400]), 0.02).fit(PARAMS)

    next_ones = rest[np.argsort(-taught.learned(signs.rows(rest)), kind="stable")[:200]]

    assert fraud[next_ones].sum() > 1.5 * fraud[rest[:200]].sum()


def test_without_a_single_verdict_the_score_stays_as_it_was() -> None:
    signs, _ = shop(50, 3)
    none = fit_weights(signs, np.full(50, 0.5), np.zeros(50), PARAMS, 0.02)

    assert none.learned(signs) == pytest.approx(signs.raw)
    assert none.of_score(signs.raw).mean() < 0.5


def test_parts_add_up_to_the_learned_score() -> None:
    signs, _ = shop(40, 4)
    shifted = Signs(signs.raw + 3.5, signs.contributions, signs.evidence, FAMILIES)
    weights = Weights(np.array([0.5, 2.0, 1.0]), np.array([0.0, 0.25, 0.0]), 1.0, 0.0)

    assert 3.5 + weights.parts(shifted).sum(axis=1) == pytest.approx(weights.learned(shifted))
    by_hand = 3.5 + signs.evidence @ np.array([0.5, 2.25, 1.0])
    assert weights.learned(shifted) == pytest.approx(by_hand)


def test_a_rows_score_does_not_depend_on_the_other_rows() -> None:
    signs, _ = shop(100, 5)
    weights = lesson(200, 5).fit(PARAMS)

    alone = [weights.learned(signs.rows(np.array([k])))[0] for k in range(100)]

    assert alone == weights.learned(signs).tolist()


def test_the_slopes_of_the_loss_are_right() -> None:
    from models.feedback import _Problem  # noqa: PLC0415 - the figure that the fit stands on

    signs, fraud = shop(80, 6)
    problem = _Problem(signs, np.clip(fraud, 0.05, 0.95), np.ones(80), PARAMS, 1.0)
    here = problem.start(0.02) + np.random.default_rng(0).normal(0, 0.1, problem.start(0.02).size)
    _, along = problem.loss(here)

    for k in range(here.size):
        step = np.zeros(here.size)
        step[k] = 1e-6
        measured = (problem.loss(here + step)[0] - problem.loss(here - step)[0]) / 2e-6
        assert along[k] == pytest.approx(measured, rel=1e-4, abs=1e-4)


def test_learning_that_helps_others_shoppers_is_taken() -> None:
    known = lesson(400, 7)
    found = worth(known, out_of_fold(known, PARAMS), PARAMS)

    assert found.is_better
    assert found.after > found.before + 0.05
    assert found.sureness >= 0.9


def test_verdicts_by_the_toss_of_a_coin_change_nothing() -> None:
    taken = 0
    for seed in range(10):
        known = lesson(200, 20 + seed)
        coin = np.random.default_rng(seed).integers(0, 2, 200).astype(np.float64)
        tossed = Lesson(known.signs, coin, known.shoppers, known.anchors, 0.02)
        taken += worth(tossed, out_of_fold(tossed, PARAMS), PARAMS).is_better

    assert taken <= 3


def test_one_wrong_verdict_in_ten_still_teaches() -> None:
    known = lesson(600, 9, flipped=0.1)

    learned = known.fit(PARAMS)
    counted = learned.weights + learned.extras
    assert counted[2] > max(counted[:2]) + 0.3


def test_no_shopper_is_judged_by_their_own_verdicts() -> None:
    known = lesson(200, 10)
    turned = Lesson(known.signs, known.verdicts.copy(), known.shoppers, known.anchors, 0.02)
    one = turned.shoppers == turned.shoppers[0]
    turned.verdicts[one] = 1 - turned.verdicts[one]

    assert out_of_fold(turned, PARAMS)[one].tolist() == out_of_fold(known, PARAMS)[one].tolist()


def test_verdicts_of_one_kind_are_not_enough() -> None:
    assert not is_enough(np.ones(500), PARAMS)
    assert not is_enough(np.concatenate([np.ones(500), np.zeros(9)]), PARAMS)
    assert is_enough(np.concatenate([np.ones(10), np.zeros(10)]), PARAMS)
    few = lesson(40, 11)
    assert out_of_fold(few.without(few.verdicts < 0.5), PARAMS).size == int((few.verdicts < 0.5).sum())


def test_weights_are_read_back_to_the_last_bit() -> None:
    weights = lesson(100, 12).fit(PARAMS)
    signs, _ = shop(30, 13)

    again = Weights.read(json.loads(json.dumps(weights.described())))

    assert again.learned(signs).tolist() == weights.learned(signs).tolist()
    assert again.of_score(signs.raw).tolist() == weights.of_score(signs.raw).tolist()
