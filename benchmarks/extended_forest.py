"""The extended isolation forest of Hariri, Carrasco Kind and Brunner (2021, IEEE TKDE 33:1479), to compare with.

A split is a hyperplane of random slope through a random point of the node's bounding box, in all columns at once.
No maintained package offers it for current Pythons without a compiler, so it is written out here.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from models.forest import average_path_length
from models.matrix import FloatArray, IntArray

TREES = 200
SAMPLES = 256


def extended_forest_scores(columns: FloatArray, seed: int) -> FloatArray:
    """Return the score of each row, fitted on these rows: higher is more anomalous."""
    rng = np.random.default_rng(seed)
    size = min(SAMPLES, columns.shape[0])
    total = np.zeros(columns.shape[0])
    for _ in range(TREES):
        sample = columns[rng.choice(columns.shape[0], size, replace=False)]
        total += _path_lengths(sample, columns, rng, int(np.ceil(np.log2(size))))
    unit = float(average_path_length(np.array([float(size)]))[0])
    return np.asarray(2.0 ** -(total / TREES / unit), dtype=np.float64)


def _path_lengths(sample: FloatArray, columns: FloatArray, rng: Generator, depth_max: int) -> FloatArray:
    """Return the path length of each row of ``columns`` in one tree grown on ``sample``."""
    lengths = np.zeros(columns.shape[0])
    waiting: list[tuple[FloatArray, IntArray, int]] = [(sample, np.arange(columns.shape[0]), 0)]
    while waiting:
        node, rows, depth = waiting.pop()
        if depth >= depth_max or node.shape[0] <= 1 or not np.ptp(node, axis=0).any():
            lengths[rows] = depth + average_path_length(np.array([float(node.shape[0])]))[0]
            continue
        slope = rng.normal(size=columns.shape[1])
        offset = float(rng.uniform(node.min(axis=0), node.max(axis=0)) @ slope)
        left, rows_left = node @ slope <= offset, columns[rows] @ slope <= offset
        waiting += [(node[left], rows[rows_left], depth + 1), (node[~left], rows[~rows_left], depth + 1)]
    return lengths
