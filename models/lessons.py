"""What a detector keeps of verdicts: what they taught, the decided RMAs as precedents, and the order of scores by them.

What belongs here: the lessons as they are stored. What does not: learning (``models.teach``) and use (``models.rate``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from models.feedback import Weights
from models.matrix import FloatArray
from models.precedents import Decided, Heard


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What verdicts taught: ``credit`` says how surely each decided RMA is abuse, 0 to 1.

    ``quantiles`` are training scores as they were taught, for the 0-100 score.
    """

    weights: Weights
    decided: Decided
    credit: FloatArray
    quantiles: FloatArray

    def heard(self, features: pl.DataFrame, *, at_request: bool = False) -> Heard:
        """Return what each row of a features frame has as precedents; ``at_request`` as of ``Decided.pairs``."""
        return self.decided.pairs(features, at_request=at_request).heard(self.credit)

    def described(self) -> dict[str, Any]:
        """Return all but the training scores, to be written down; ``Lessons.read`` takes it back."""
        return {
            "weights": self.weights.described(),
            "decided": self.decided.described(),
            "credit": self.credit.tolist(),
        }

    @staticmethod
    def read(described: dict[str, Any], quantiles: FloatArray) -> Lessons:
        """Return the lessons that were described."""
        credit = np.array(described["credit"], dtype=np.float64)
        return Lessons(Weights.read(described["weights"]), Decided.read(described["decided"]), credit, quantiles)
