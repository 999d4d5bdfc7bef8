"""Learning takes over where it is measured to be better, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.feedback import FeedbackParams, by_precedents
from models.promote import agreement, promoted
from tests.models.lessons import lesson, repeating

PARAMS = FeedbackParams()


def test_weights_that_help_other_shoppers_are_taken() -> None:
    taught, found = promoted(lesson(400, 7), PARAMS)

    assert taught is not None
    assert taught.weights.weights[2] + taught.weights.extras[2] > 1.2
    assert found.is_better
    assert found.after > found.before + 0.05
    assert found.sureness >= 0.95


def test_precedents_are_taken_where_shoppers_repeat_themselves() -> None:
    taught, found = promoted(repeating(200, 1), PARAMS)

    assert taught is not None
    assert taught.weights.stranger > 0
    assert found.is_better
    assert found.after > found.before + 0.2


def test_precedents_are_taken_though_one_verdict_in_ten_is_wrong() -> None:
    taken = [promoted(repeating(200, seed, flipped=0.1), PARAMS)[1] for seed in range(5)]
    assert all(found.is_better and found.after > found.before for found in taken)


def test_where_no_shopper_comes_twice_precedents_are_not_heeded() -> None:
    known = lesson(400, 7)
    taught, _ = promoted(known, PARAMS)

    assert agreement(known, by_precedents(known, PARAMS)) == 0.0
    assert taught is not None
    assert taught.weights.stranger == 0.0


def test_verdicts_by_the_toss_of_a_coin_change_nothing() -> None:
    taken = 0
    for seed in range(8):
        known = lesson(200, 20 + seed, n_shoppers=60)
        coin = np.random.default_rng(seed).integers(0, 2, 200).astype(np.float64)
        taken += promoted(replace(known, verdicts=coin), PARAMS)[0] is not None

    assert taken <= 2


def test_where_nothing_takes_over_the_better_challenger_is_told() -> None:
    known = lesson(200, 30, n_shoppers=60)
    coin = replace(known, verdicts=np.random.default_rng(1).integers(0, 2, 200).astype(np.float64))
    taught, found = promoted(coin, PARAMS)

    assert taught is None
    assert not found.is_better
    assert 0 < found.after < 1
