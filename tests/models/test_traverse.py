import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from models.forest import column_gains, gain, node_gains
from models.matrix import FloatArray
from models.traverse import PIECE, alike, sums_over_leaves


def evidence(rows: int, columns: int = 6, seed: int = 5) -> FloatArray:
    """Return evidence as it is: mostly 0, the rest of any size."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.exponential(1, (rows, columns)) * (rng.random((rows, columns)) < 0.3), dtype=np.float64)


def fitted(seen: FloatArray, trees: int = 30) -> IsolationForest:
    return IsolationForest(n_estimators=trees, max_samples=min(256, len(seen)), random_state=1).fit(seen)


@pytest.mark.parametrize("rows", [1, 7, PIECE, 3 * PIECE + 5])
def test_gains_are_scikit_learns_scores_to_the_last_bit(rows: int) -> None:
    forest, seen = fitted(evidence(2000)), evidence(rows, seed=6)
    relative_depth = -np.log2(-forest.score_samples(seen))
    assert gain(forest, seen).tobytes() == (1.0 - relative_depth).tobytes()


def test_a_row_has_the_same_sum_whatever_rows_stand_beside_it() -> None:
    forest, seen = fitted(evidence(2000)), evidence(2 * PIECE + 100)
    whole, turned = gain(forest, seen), gain(forest, seen[::-1])
    assert whole.tobytes() == turned[::-1].tobytes()
    assert gain(forest, seen[:10]).tobytes() == whole[:10].tobytes()


def test_rows_of_numbers_add_up_tree_by_tree() -> None:
    forest, seen = fitted(evidence(500), trees=4), evidence(PIECE + 1)
    trees = [tree.tree_ for tree in forest.estimators_]
    total = np.zeros(seen.shape)
    for tree in trees:
        total += node_gains(tree, seen.shape[1])[tree.apply(seen.astype(np.float32))]
    found = sums_over_leaves(trees, [node_gains(tree, seen.shape[1]) for tree in trees], seen)
    assert found.tobytes() == total.tobytes()
    assert column_gains(forest, seen).shape == seen.shape


def test_no_rows_have_no_sums() -> None:
    forest = fitted(evidence(50))
    values = [np.ones(tree.tree_.node_count) for tree in forest.estimators_]
    assert sums_over_leaves([tree.tree_ for tree in forest.estimators_], values, np.empty((0, 6))).shape == (0,)


def test_rows_that_are_alike_stand_together() -> None:
    seen = np.array([[0, 9], [5, 0], [0, 8.9], [5, 9], [4.9, 0], [0, 0]], dtype=np.float32)
    order = alike(seen).tolist()
    assert sorted(order) == list(range(6))
    assert abs(order.index(0) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(4)) == 1


@pytest.mark.parametrize("columns", [1, 40])
def test_any_number_of_columns_has_an_order(columns: int) -> None:
    seen = evidence(300, columns).astype(np.float32)
    assert sorted(alike(seen).tolist()) == list(range(300))
    assert sorted(alike(np.zeros_like(seen)).tolist()) == list(range(300))
