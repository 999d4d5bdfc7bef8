"""From a matrix of values to evidence: first each feature's, then each family's.

A feature's evidence is its tail's (``models.tail``), times its weight, times the share that what clears it
leaves. The features of a family tell of the same thing: the family's *sum* is the strongest evidence within it,
plus ``discount`` times the second, ``discount ** 2`` times the third. A family of twelve features has more
chances to show something rare than a family of one, so the sum is itself measured by a tail: that of the sums before
weights and clearing, among the RMAs for which the family is known. One family's evidence of 2 is so as rare as
another's, where nothing weighs it; what is only a hint, or cleared, stays less than it is rare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from models.matrix import FloatArray, IntArray
from models.tail import Tail

PIECE = 16_384
"""Rows that are turned into evidence together."""


class TailEvidence(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Learns the tails of features and families, and turns a matrix into evidence.

    ``families`` names the family of each feature, ``weights`` how much its evidence counts (empty: 1 each). The
    matrix has one column a feature, higher more suspicious, and after them one for each of ``cleared`` (the
    places of the features that something clears): the share of the evidence that is left, 0 to 1.
    ``transform`` gives one column a family, in order of first appearance; ``evidence`` one a feature.
    """

    def __init__(  # noqa: PLR0913 -- scikit-learn wants each parameter by name
        self,
        families: tuple[str, ...] = (),
        *,
        weights: tuple[float, ...] = (),
        cleared: tuple[int, ...] = (),
        discount: float = 0.5,
        min_known: int = 5,
        tail_share: float = 0.05,
        tail_min: int = 10,
        tail_index_max: float = 2.0,
    ) -> None:
        self.families = families
        self.weights = weights
        self.cleared = cleared
        self.discount = discount
        self.min_known = min_known
        self.tail_share = tail_share
        self.tail_min = tail_min
        self.tail_index_max = tail_index_max

    def fit(self, X: FloatArray, y: None = None) -> Self:  # noqa: N803, ARG002 -- scikit-learn's own names
        """Learn the tails from the training matrix: rows are RMAs, NaN is not known."""
        values = X[:, : len(self.families)]
        self.tails_ = [self._tail(column[np.isfinite(column)]) for column in values.T]
        self.n_features_in_ = X.shape[1]
        sums = in_pieces(lambda rows: self.sums(self.rarity(rows)), X)
        known = [np.isfinite(values[:, columns]).any(axis=1) for columns in self.members()]
        self.family_tails_ = [self._tail(_spread(sums[rows, j])) for j, rows in enumerate(known)]
        return self

    def _tail(self, known: FloatArray) -> Tail:
        """Return the tail of one column, one without evidence where too little is known."""
        enough = known if known.size >= self.min_known else known[:0]
        return Tail(enough, self.tail_share, self.tail_min, self.tail_index_max)

    def rarity(self, matrix: FloatArray) -> FloatArray:
        """Return the evidence of every RMA and feature before weights and what clears it: how rare the value is."""
        return np.column_stack([tail.evidence(matrix[:, j]) for j, tail in enumerate(self.tails_)])

    def evidence(self, matrix: FloatArray) -> FloatArray:
        """Return the evidence of every RMA (row) for every feature (column)."""
        found = self.rarity(matrix)
        if self.weights:
            found *= np.array(self.weights)
        for place, column in enumerate(self.cleared, start=len(self.tails_)):
            found[:, column] *= matrix[:, place]
        return found

    def members(self) -> list[IntArray]:
        """Return the columns of each family, families in order of first appearance."""
        names = np.array(self.families)
        return [np.flatnonzero(names == family) for family in dict.fromkeys(self.families)]

    def discounted(self, evidence: FloatArray) -> FloatArray:
        """Return what each feature's evidence adds to its family's sum: all of the strongest, less of the next."""
        result = np.zeros(evidence.shape)
        for columns in self.members():
            within = evidence[:, columns]
            place = np.argsort(np.argsort(-within, axis=1, kind="stable"), axis=1, kind="stable")
            result[:, columns] = within * self.discount**place
        return result

    def sums(self, evidence: FloatArray) -> FloatArray:
        """Return each family's sum of discounted evidence."""
        parts = self.discounted(evidence)
        result = np.zeros((evidence.shape[0], len(self.members())))
        # Column after column, so that a row's sum does not depend on how many rows there are.
        for family, columns in enumerate(self.members()):
            for column in columns:
                result[:, family] += parts[:, column]
        return result

    def of_families(self, sums: FloatArray) -> FloatArray:
        """Return the evidence of each family for its sum."""
        return np.column_stack([tail.evidence(_spread(sums[:, j])) for j, tail in enumerate(self.family_tails_)])

    def transform(self, X: FloatArray) -> FloatArray:  # noqa: N803 -- scikit-learn's own name
        """Return the evidence of each family."""
        return in_pieces(lambda rows: self.of_families(self.sums(self.evidence(rows))), X)


def in_pieces(rated: Callable[[FloatArray], FloatArray], rows: FloatArray) -> FloatArray:
    """Return what a function of single rows makes of all of them, without holding what it needs for all at once."""
    pieces = (rows[first : first + PIECE] for first in range(0, max(rows.shape[0], 1), PIECE))
    return np.concatenate([rated(piece) for piece in pieces])


def _spread(sums: FloatArray) -> FloatArray:
    """Return ten to the power of a sum: evidence is a logarithm, and a tail measures distances."""
    return np.asarray(np.power(10.0, np.minimum(sums, _LARGEST)), dtype=np.float64)


_LARGEST = 200.0
"""Sums beyond it are one: no evidence is so large, and its power would not be a number."""
