import numpy as np
import pytest

from models.params import DetectorParams
from models.plain import plain_scores

FEW = DetectorParams(n_trees=25)


@pytest.mark.parametrize("end", [-9.0, 9.0])
def test_either_end_of_a_column_stands_out(end: float) -> None:
    columns = np.random.default_rng(1).normal(size=(300, 2))
    columns[7] = [end, 0.0]
    assert plain_scores(columns, 1, FEW).argmax() == 7


def test_scores_are_the_seeds() -> None:
    columns = np.random.default_rng(2).normal(size=(200, 3))
    one, again, other = (plain_scores(columns, seed, FEW) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_the_unit_of_a_column_does_not_matter() -> None:
    columns = np.random.default_rng(3).normal(size=(200, 3))
    np.testing.assert_allclose(plain_scores(columns * [1.0, 64.0, 0.25], 1, FEW), plain_scores(columns, 1, FEW))


def test_columns_that_never_vary_are_scored_without_complaint() -> None:
    assert np.ptp(plain_scores(np.ones((30, 2)), 1, FEW)) == pytest.approx(0.0)
