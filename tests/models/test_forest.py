import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from models.forest import average_path_length, base_gain, column_gains, gain, node_lengths

C3 = 2 * (np.log(2) + np.euler_gamma) - 4 / 3
"""The mean path length of three RMAs."""


def fitted(evidence: list[list[float]], trees: int = 5) -> IsolationForest:
    forest = IsolationForest(n_estimators=trees, max_samples=min(256, len(evidence)), random_state=1)
    return forest.fit(np.array(evidence))


def test_the_mean_path_length_of_one_two_and_three() -> None:
    np.testing.assert_allclose(average_path_length(np.array([0.0, 1.0, 2.0, 3.0])), [0.0, 0.0, 1.0, C3])


def test_the_lone_rma_gains_and_the_pair_loses() -> None:
    # The only split parts 10 from the two zeros: lengths 1 for it, 1 + c(2) = 2 for them.
    forest = fitted([[0.0], [0.0], [10.0]])
    np.testing.assert_allclose(gain(forest, np.array([[10.0], [0.0]])), [1 - 1 / C3, 1 - 2 / C3])


def test_the_root_expects_the_mean_of_its_rmas_and_the_split_has_the_difference() -> None:
    forest = fitted([[0.0], [0.0], [10.0]])
    assert node_lengths(forest.estimators_[0].tree_)[0] == pytest.approx(5 / 3)
    assert base_gain(forest) == pytest.approx(1 - (5 / 3) / C3)
    parts = column_gains(forest, np.array([[10.0], [0.0]]))
    np.testing.assert_allclose(parts[:, 0], [(5 / 3 - 1) / C3, (5 / 3 - 2) / C3])


def test_base_and_columns_add_up_to_the_gain() -> None:
    rng = np.random.default_rng(3)
    evidence = rng.exponential(1, (500, 4)) * (rng.random((500, 4)) < 0.4)
    forest = fitted(evidence.tolist(), trees=30)
    total = base_gain(forest) + column_gains(forest, evidence).sum(axis=1)
    np.testing.assert_allclose(total, gain(forest, evidence), atol=1e-12)


def test_the_gain_is_scikit_learns_score_turned_round() -> None:
    rng = np.random.default_rng(4)
    evidence = rng.exponential(1, (200, 3))
    forest = fitted(evidence.tolist())
    by_score = np.argsort(forest.score_samples(evidence), kind="stable")
    assert np.argsort(-gain(forest, evidence), kind="stable")[:20].tolist() == by_score[:20].tolist()


def test_a_column_without_a_split_has_no_part() -> None:
    evidence = [[0.0, 7.0], [1.0, 7.0], [3.0, 7.0], [9.0, 7.0]]
    assert not column_gains(fitted(evidence), np.array(evidence))[:, 1].any()


def test_a_forest_of_one_rma_gains_nothing() -> None:
    forest = fitted([[4.0]])
    assert gain(forest, np.array([[4.0], [9.0]])).tolist() == [0.0, 0.0]
    assert base_gain(forest) == 0.0
    assert column_gains(forest, np.array([[4.0]])).tolist() == [[0.0]]


def test_no_rmas_have_no_gain() -> None:
    forest = fitted([[0.0], [1.0], [2.0]])
    assert gain(forest, np.empty((0, 1))).shape == (0,)
    assert column_gains(forest, np.empty((0, 1))).shape == (0, 1)
