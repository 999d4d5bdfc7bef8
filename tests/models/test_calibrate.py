import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calibrate import (
    fraud_probability,
    order_statistics,
    rank_score,
    sigmoid,
    solve_intercept,
    surprise,
    tail_log_odds,
)

RAW = st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=50)


def test_the_score_is_the_share_of_training_scores_below() -> None:
    quantiles = np.array([1.0, 2.0, 3.0, 4.0])
    # Halfway between 2 (one below) and 3 (two below): one and a half of four.
    assert rank_score(np.array([0.0, 1.0, 2.0, 2.5, 4.0]), quantiles).tolist() == [0.0, 0.0, 25.0, 37.5, 75.0]


def test_ties_of_the_training_window_do_not_count_as_below() -> None:
    assert rank_score(np.array([0.0, 5.0]), np.array([0.0, 0.0, 0.0, 5.0])).tolist() == [0.0, 75.0]


def test_beyond_the_training_maximum_scores_approach_100_in_strict_order() -> None:
    scores = rank_score(np.array([4.0, 5.0, 7.0, 1e3, 1e6]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert scores[:3].tolist() == [75.0, 87.5, 93.75]
    assert (np.diff(scores) > 0).all()
    assert scores[-1] < 100.0


@given(RAW, RAW)
def test_a_higher_raw_score_never_has_a_lower_score(training: list[float], asked: list[float]) -> None:
    scores = rank_score(np.sort(np.array(asked)), np.sort(np.array(training)))
    assert (np.diff(scores) >= 0).all()
    assert scores.min() >= 0.0
    assert scores.max() < 100.0


def test_few_training_scores_are_all_kept_and_many_are_thinned_with_both_ends() -> None:
    assert order_statistics(np.array([3.0, 1.0, 2.0]), 10).tolist() == [1.0, 2.0, 3.0]
    assert order_statistics(np.arange(101.0)[::-1], 5).tolist() == [0.0, 25.0, 50.0, 75.0, 100.0]


def test_the_sigmoid_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]


def test_a_rank_raises_the_odds_by_no_more_than_its_rarity_can() -> None:
    # 1 / (-e p ln p) at p = 0.01 and 0.0001.
    np.testing.assert_allclose(np.exp(tail_log_odds(np.array([99.0, 99.99]))), [7.988, 399.4], rtol=1e-3)


def test_the_commoner_two_thirds_gain_nothing_and_a_score_of_100_is_finite() -> None:
    found = tail_log_odds(np.array([0.0, 50.0, 63.0, 100.0]))
    np.testing.assert_allclose(found[:3], 0.0, atol=1e-12)
    assert np.isfinite(found[3])


def test_a_higher_risk_never_has_a_lower_probability() -> None:
    probability = fraud_probability(np.linspace(0, 99.999, 500), -4.0)
    assert (np.diff(probability) >= 0).all()
    assert probability[-1] > 0.9 > probability[0]


def test_the_intercept_of_two_scores_is_halfway() -> None:
    # sigmoid(a - 1) + sigmoid(a + 1) = 1 at a = 0.
    assert solve_intercept(np.array([-1.0, 1.0]), 0.5) == pytest.approx(0.0, abs=1e-12)


@given(RAW, st.floats(0.001, 0.5))
def test_the_mean_probability_is_the_assumed_share(log_odds: list[float], share: float) -> None:
    gained = np.array(log_odds)
    assert sigmoid(solve_intercept(gained, share) + gained).mean() == pytest.approx(share, rel=1e-6)


@pytest.mark.parametrize("share", [0.0, 1.0, 1.5])
def test_a_share_that_no_intercept_can_give_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="set it above 0 and below 1"):
        solve_intercept(np.array([1.0]), share)


def test_the_surprise_is_the_logarithm_of_how_few_score_as_high() -> None:
    quantiles = np.linspace(0.0, 1.0, 1001)
    height, _ = surprise(np.array([0.5, 0.9, 0.99]), quantiles)
    # half, a tenth, a hundredth of all, up to the one in a thousand and one that a score itself is
    assert height == pytest.approx(-np.log([0.5, 0.1, 0.01]), rel=0.03)


@given(RAW, RAW)
def test_no_two_scores_are_as_surprising(training: list[float], asked: list[float]) -> None:
    told = np.unique(np.round(np.array(asked), 3))
    height, slope = surprise(told, np.sort(np.array(training)))
    assert (np.diff(height) > 0).all()
    assert (slope > 0).all()


def test_the_slope_of_the_surprise_is_its_own() -> None:
    quantiles = np.sort(np.random.default_rng(3).lognormal(0, 1, 500))
    # between two training scores, below them all and beyond them all
    asked = np.array([-1.0, 0.517, 1.732, 3.111, quantiles[-1] + 2.5])
    step = 1e-7
    higher, lower = (surprise(asked + sign * step, quantiles)[0] for sign in (1, -1))
    assert surprise(asked, quantiles)[1] == pytest.approx((higher - lower) / (2 * step), rel=1e-4)
