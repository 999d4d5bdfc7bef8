"""The reference to pass: gradient boosting taught with the truth on what was delivered of each RMA, without history.

It measures how hard a shop is, and what labels alone would give. Truth is used here for that alone: nothing that is
taught here ever scores a shop.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from models.matrix import FloatArray, IntArray
from models.measures import BoolArray

FOLDS = 5
WORDS_MOST = 200
"""So many different words of a column are told apart; rarer ones are one."""


def raw_matrix(raw: pl.DataFrame) -> tuple[FloatArray, BoolArray]:
    """Return the delivered columns as numbers (NaN: not known), and which of them are words.

    Columns that begin with ``num_`` are numbers, those with ``word_`` words; words become their rank by frequency.
    """
    numbers = [name for name in raw.columns if name.startswith("num_")]
    words = [name for name in raw.columns if name.startswith("word_")]
    columns = [raw[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in numbers]
    columns += [_coded(raw[name]) for name in words]
    matrix = np.column_stack(columns) if columns else np.empty((raw.height, 0))
    return matrix, np.array([False] * len(numbers) + [True] * len(words))


def _coded(words: pl.Series) -> FloatArray:
    """Return each word's rank by frequency (NaN: not known); the rare ones share the last."""
    counts = words.drop_nulls().value_counts().sort(["count", words.name], descending=[True, False])
    codes = {word: float(min(rank, WORDS_MOST)) for rank, word in enumerate(counts[words.name])}
    return np.array([np.nan if word is None else codes[word] for word in words], dtype=np.float64)


def taught_scores(raw: pl.DataFrame, is_fraud: BoolArray, shoppers: IntArray, seed: int) -> FloatArray:
    """Return a probability for each RMA by a model that has seen no RMA of its shopper.

    Shoppers are dealt out over five folds at random; where the other folds hold no fraud (or nothing else), the
    probability is their share of it.
    """
    matrix, are_words = raw_matrix(raw)
    if not matrix.shape[1]:
        return np.full(raw.height, is_fraud.mean() if raw.height else 0.0)
    fold_of = np.random.default_rng(seed).integers(0, FOLDS, int(shoppers.max()) + 1)[shoppers]
    scores = np.zeros(raw.height)
    for fold in range(FOLDS):
        others, held_out = fold_of != fold, fold_of == fold
        known = is_fraud[others]
        if not held_out.any():
            continue
        if not known.any() or known.all():
            scores[held_out] = known.mean() if known.size else 0.0
            continue
        model = HistGradientBoostingClassifier(
            learning_rate=0.06, max_iter=150, max_leaf_nodes=15, categorical_features=are_words, random_state=seed
        )
        # One thread: on a machine that others use, threads that wait for each other take minutes for seconds.
        with threadpool_limits(limits=1):
            # the learner cannot bin a column of which it sees no value
            told = np.where(np.isnan(matrix[others]).all(axis=0), 0.0, matrix)
            scores[held_out] = model.fit(told[others], known).predict_proba(told[held_out])[:, 1]
    return scores
