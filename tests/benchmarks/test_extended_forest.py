import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from benchmarks.extended_forest import extended_forest_scores


def test_a_slanting_outlier_that_is_ordinary_in_each_column_is_found() -> None:
    rng = np.random.default_rng(1)
    along = rng.uniform(-3, 3, 400)
    columns = np.column_stack([along, along + rng.normal(0, 0.1, 400)])
    columns[:4] = [[1.5, -1.5], [-1.5, 1.5], [2.0, -2.0], [-2.0, 2.0]]
    assert roc_auc_score(np.arange(400) < 4, extended_forest_scores(columns, 1)) > 0.95


def test_scores_are_the_seeds_and_equal_rows_score_alike() -> None:
    columns = np.repeat(np.random.default_rng(2).normal(size=(50, 2)), 2, axis=0)
    one, again, other = (extended_forest_scores(columns, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    np.testing.assert_array_equal(one[::2], one[1::2])
    assert not np.array_equal(one, other)
    assert 0.0 < one.min() < one.max() < 1.0


def test_rows_that_are_all_equal_are_equally_usual() -> None:
    scores = extended_forest_scores(np.ones((20, 2)), 1)
    assert scores.tolist() == pytest.approx([scores[0]] * 20)
