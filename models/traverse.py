"""Sums over the leaves that rows reach in the trees of a forest: the same to the last bit as tree by tree, but faster.

A tree is a chain of questions, and what costs is guessing their answers wrong. Rows that are alike get like answers,
so they are asked one after another; pieces of them fit the cache and go to as many threads as there are processors. A
row's sum has the order of the trees, whatever rows stand beside it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from sklearn.tree._tree import Tree

from models.matrix import FloatArray, IntArray

PIECE = 8192
"""Rows that a thread takes at once: with their sums they fit a processor's own cache."""
STEPS, STEP_BITS, WORD_BITS = 7, 3, 60
"""How finely likeness is told: the steps of a column that is not 0, the bits of a step, those of all columns."""


def sums_over_leaves(trees: Sequence[Tree], values: Sequence[FloatArray], rows: FloatArray) -> FloatArray:
    """Return, for each row, the sum of the values of the leaves that it reaches, one leaf a tree.

    ``values`` has an array for each tree, with an entry (a number or a row of numbers) for each node.
    """
    seen = np.ascontiguousarray(rows, dtype=np.float32)
    total = np.zeros((seen.shape[0], *values[0].shape[1:]))
    order = alike(seen) if seen.shape[0] > PIECE else np.arange(seen.shape[0])
    pieces = [order[start : start + PIECE] for start in range(0, seen.shape[0], PIECE)]

    def add(piece: IntArray) -> None:
        """Reckon the sums of some rows."""
        asked, found = seen[piece], np.zeros((piece.size, *values[0].shape[1:]))
        for tree, of_nodes in zip(trees, values, strict=True):
            found += of_nodes[tree.apply(asked)]
        total[piece] = found

    if len(pieces) > 1:
        with ThreadPoolExecutor(min(len(pieces), len(os.sched_getaffinity(0)))) as threads:
            list(threads.map(add, pieces))
    elif pieces:
        add(pieces[0])
    return total


def alike(seen: NDArray[np.float32]) -> IntArray:
    """Return an order of the rows in which those that are alike stand together.

    The columns that are most often not 0 count first.
    """
    key = np.zeros(seen.shape[0], dtype=np.int64)
    columns = np.argsort(-np.count_nonzero(seen > 0, axis=0), kind="stable")
    for column in columns[: WORD_BITS // STEP_BITS]:
        values = seen[:, column]
        most = float(values.max())
        step = np.ceil(values * np.float32(STEPS / most if most > 0 else 0)).clip(0, STEPS)
        key = (key << STEP_BITS) | step.astype(np.int64)
    return np.argsort(key)
