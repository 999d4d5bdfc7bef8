"""The isolation forest's part of a score: how much shorter an RMA's paths are than usual.

The part is linear over the trees (a mean of path lengths, not scikit-learn's exponential of it), so
that it can be split exactly over the splits of the paths. A path length is the depth of the leaf
plus ``c(n)``, the mean path length of ``n`` training RMAs that share it (Liu, Ting and Zhou 2008).
"""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.tree._tree import Tree

from models.matrix import FloatArray
from models.traverse import sums_over_leaves


def average_path_length(counts: FloatArray) -> FloatArray:
    """Return ``c(n)`` for each count: 0 for one RMA, 1 for two, ``2 (ln(n-1) + gamma) - 2 (n-1) / n`` above."""
    many = np.maximum(counts, 3.0)
    length = 2.0 * (np.log(many - 1.0) + np.euler_gamma) - 2.0 * (many - 1.0) / many
    return np.where(counts <= 1, 0.0, np.where(counts == 2, 1.0, length))  # noqa: PLR2004 -- the formula's cases


def _unit(forest: IsolationForest) -> float:
    """Return ``c`` of the trees' sample size, the length that gains are measured in; 0 for a sample of one."""
    return float(average_path_length(np.array([float(forest.max_samples_)]))[0])


def gain(forest: IsolationForest, family_evidence: FloatArray) -> FloatArray:
    """Return 1 less the mean path length over ``c``: about 0 for the usual, towards 1 for what stands alone.

    The one place where scikit-learn's sign is turned. Its score (``score_samples``) is ``-(2 ** -depth)`` with
    ``depth`` the mean path length over ``c``, which is taken back here. A forest of one RMA gives 0.
    """
    if not _unit(forest) or not family_evidence.shape[0]:
        return np.zeros(family_evidence.shape[0])
    trees = [tree.tree_ for tree in forest.estimators_]
    depths = sums_over_leaves(trees, [_path_lengths(tree) for tree in trees], family_evidence)
    # there and back, because that is what the score is: the last bits of a gain are those of scikit-learn's
    relative_depth = -np.log2(2.0 ** -(depths / (len(trees) * _unit(forest))))
    return np.asarray(1.0 - relative_depth, dtype=np.float64)


def _path_lengths(tree: Tree) -> FloatArray:
    """Return the length of the path that ends at each node, in scikit-learn's order of adding."""
    lengths: FloatArray = average_path_length(tree.n_node_samples.astype(np.float64)) + tree.compute_node_depths() - 1.0
    return lengths


def node_lengths(tree: Tree) -> FloatArray:
    """Return the expected path length of a training RMA at each node, from the root to its leaf's end."""
    depth = tree.compute_node_depths().astype(np.float64) - 1.0
    lengths: FloatArray = depth + average_path_length(tree.n_node_samples.astype(np.float64))
    for level in range(int(depth.max()), -1, -1):
        inner = np.flatnonzero((depth == level) & (tree.children_left >= 0))
        left, right = tree.children_left[inner], tree.children_right[inner]
        n_left, n_right = tree.n_node_samples[left], tree.n_node_samples[right]
        lengths[inner] = (n_left * lengths[left] + n_right * lengths[right]) / (n_left + n_right)
    return lengths


def node_gains(tree: Tree, n_columns: int) -> FloatArray:
    """Return, for each node and column, by how much the splits on the way there shortened the path.

    A split on a column gives it the expected length at the node less that at the child. Along a path
    they add up to the root's expected length less the leaf's.
    """
    lengths, depth = node_lengths(tree), tree.compute_node_depths()
    gains = np.zeros((tree.node_count, n_columns))
    for level in range(1, int(depth.max())):
        inner = np.flatnonzero((depth == level) & (tree.children_left >= 0))
        for child in (tree.children_left[inner], tree.children_right[inner]):
            gains[child] = gains[inner]
            gains[child, tree.feature[inner]] += lengths[inner] - lengths[child]
    return gains


def base_gain(forest: IsolationForest) -> float:
    """Return the gain before any split is known: what ``gain`` is when ``column_gains`` are all 0."""
    if not _unit(forest):
        return 0.0
    roots = [node_lengths(tree.tree_)[0] for tree in forest.estimators_]
    return float(1.0 - np.mean(roots) / _unit(forest))


def column_gains(forest: IsolationForest, family_evidence: FloatArray) -> FloatArray:
    """Return each column's share of each RMA's gain; with ``base_gain`` they add up to ``gain``."""
    if not _unit(forest) or not family_evidence.shape[0]:
        return np.zeros(family_evidence.shape)
    trees = [tree.tree_ for tree in forest.estimators_]
    gains = [node_gains(tree, family_evidence.shape[1]) for tree in trees]
    return sums_over_leaves(trees, gains, family_evidence) / (len(trees) * _unit(forest))
