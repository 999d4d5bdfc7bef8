"""The learned score: what verdicts make of a score, how many of them are wrong, and that it stays a sum."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from models.feedback import FeedbackParams, Noise, Signs, Weights, by_precedents, is_enough, says_fraud
from models.precedents import Heard
from tests.models.lessons import FAMILIES, NO_OTHERS, SHARE, lesson, repeating, shop

PARAMS = FeedbackParams()
QUANTILES = np.linspace(0.0, 20.0, 500)


def weights(*, stranger: float = 1.0) -> Weights:
    """Return weights under which the first feature counts half, the second double and beside its family's strongest."""
    return Weights(np.array([0.5, 2.0, 1.0]), np.array([0.0, 0.25, 0.0]), 1.2, -4.0, SHARE, stranger)


def heard(n: int, seed: int) -> Heard:
    """Return precedents of both kinds for every other RMA."""
    rng = np.random.default_rng(seed)
    some = (np.arange(n) % 2)[:, np.newaxis]
    fraud, honest = ((some * rng.integers(0, 3, (n, 2))).astype(np.float64) for _ in range(2))
    return Heard(fraud * 0.9, honest)


def test_parts_add_up_to_the_learned_score() -> None:
    signs, _ = shop(40, 4)
    shifted = replace(signs, base=3.5, raw=signs.raw + 3.5, of_others=np.array([True, False, False]))
    told = (shifted, heard(40, 1), QUANTILES)

    parts = weights().explained(*told)[1]

    assert parts.shape == (40, 5)
    assert weights().base(shifted, QUANTILES) + parts.sum(axis=1) == pytest.approx(weights().learned(*told))


def test_an_rma_of_which_nothing_is_known_has_the_base_and_no_parts() -> None:
    nothing = Signs(1.5, np.array([1.5]), np.zeros((1, 3)), np.zeros((1, 3)), FAMILIES, NO_OTHERS)
    told = (nothing, Heard.nothing(1), QUANTILES)

    assert weights().explained(*told)[1].tolist() == [[0.0] * 5]
    assert weights().learned(*told)[0] == weights().base(nothing, QUANTILES)


def test_more_evidence_is_never_the_less_suspicious() -> None:
    signs, _ = shop(60, 5)
    told = heard(60, 2)
    before = weights().learned(signs, told, QUANTILES)
    for column in range(3):
        more = signs.evidence.copy()
        more[:, column] += 0.7
        assert (weights().learned(replace(signs, raw=more.sum(axis=1), contributions=more, evidence=more), told,
                                  QUANTILES) > before).all()  # fmt: skip


def test_where_the_shopper_is_known_by_verdicts_hints_of_other_rmas_count_less() -> None:
    signs, _ = shop(1, 6)
    hint = replace(signs, of_others=np.array([False, False, True]))
    one_honest = Heard(np.zeros((1, 2)), np.array([[1.0, 0.0]]))
    parts = weights().explained(hint, one_honest, QUANTILES)[1][0]
    alone = weights(stranger=0.0).explained(hint, one_honest, QUANTILES)[1][0]

    of_hint, of_fact = 2, 1
    assert parts[of_hint] / parts[of_fact] == pytest.approx(alone[of_hint] / alone[of_fact] / 2)
    assert parts[3] < 0
    assert alone[3] == 0


def test_a_rows_score_does_not_depend_on_the_other_rows() -> None:
    signs, _ = shop(100, 5)
    told = heard(100, 3)
    alone = []
    for k in range(100):
        row = np.array([k])
        alone.append(weights().learned(signs.rows(row), Heard(told.fraud[row], told.honest[row]), QUANTILES)[0])

    assert alone == weights().learned(signs, told, QUANTILES).tolist()


def test_repeated_abuse_is_found_by_its_precedents() -> None:
    known = repeating(240, 7)
    learned = by_precedents(known, PARAMS).learned(known)

    assert learned[known.verdicts == 1].min() > learned[known.verdicts == 0].max()


def test_without_precedents_the_order_stays_and_becomes_a_probability() -> None:
    known = lesson(300, 8)
    alone = by_precedents(known, PARAMS, heeded=False)
    learned = alone.learned(known)

    assert np.argsort(learned).tolist() == np.argsort(known.signs.raw).tolist()
    assert alone.weights.of_score(learned).mean() == pytest.approx(known.verdicts.mean(), abs=0.05)


def test_an_own_verdict_is_no_precedent() -> None:
    known = repeating(80, 9)
    turned = replace(known, verdicts=known.verdicts.copy())
    turned.verdicts[5] = 1 - turned.verdicts[5]
    taught = by_precedents(known, PARAMS)
    credit = taught.credit.copy()
    credit[5] = 1 - credit[5]

    assert replace(taught, credit=credit).learned(turned)[5] == taught.learned(known)[5]
    assert replace(taught, credit=credit).learned(turned)[6] != taught.learned(known)[6]


def test_the_slopes_of_the_loss_are_right() -> None:
    odds, verdicts = np.linspace(-6, 6, 13), np.linspace(0, 1, 13)
    noise = Noise(0.1)
    higher, lower = (noise.loss(odds + sign * 1e-6, verdicts)[0] for sign in (1, -1))
    assert noise.loss(odds, verdicts)[1] == pytest.approx((higher - lower) / 2e-6, abs=1e-6)


def test_verdicts_of_one_kind_are_not_enough() -> None:
    assert not is_enough(np.ones(500), PARAMS)
    assert not is_enough(np.concatenate([np.ones(500), np.zeros(9)]), PARAMS)
    assert is_enough(np.concatenate([np.ones(10), np.zeros(10)]), PARAMS)


def test_a_tie_of_deciders_says_fraud() -> None:
    assert says_fraud(np.array([0.0, 0.49, 0.5, 1.0])).tolist() == [False, False, True, True]


def test_weights_are_read_back_to_the_last_bit() -> None:
    signs, _ = shop(30, 13)
    again = Weights.read(json.loads(json.dumps(weights().described())))

    told = (signs, heard(30, 4), QUANTILES)
    assert again.learned(*told).tolist() == weights().learned(*told).tolist()
