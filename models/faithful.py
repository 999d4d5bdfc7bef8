"""Whether reasons are true to the score: without what a reason tells, the score must be lower.

A measurement for tests and evaluation. Nothing of it is published or decides anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.detector import Detector
from models.precedents import KINDS
from models.rate import rated_raw
from models.reasons import FALLBACK_CODE, PRECEDENT_TEXT, Reason


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Of how many reasons, and of how many RMAs all their reasons together, the score falls without them."""

    n_reasons: int
    n_reasons_true: int
    n_rmas: int
    n_rmas_true: int


def _typical(features: pl.DataFrame, detector: Detector, codes: Sequence[set[str]]) -> pl.DataFrame:
    """Return the rows with every feature of their codes at its typical value (not known where there is none).

    Whom precedents were found by is not known in rows that tell of them.
    """
    replaced = []
    for code, name in zip(PRECEDENT_TEXT, KINDS.values(), strict=True):
        if name in features.columns:
            told = pl.Series([code in row for row in codes], dtype=pl.Boolean)
            replaced.append(pl.when(~told).then(pl.col(name)).alias(name))
    for feature in detector.columns:
        told = pl.Series([feature.reason_code in row for row in codes], dtype=pl.Boolean)
        typical = pl.lit(detector.medians[feature.name], dtype=pl.Float64)
        replaced.append(pl.when(told).then(typical).otherwise(pl.col(feature.name)).alias(feature.name))
    return features.with_columns(replaced)


def faithfulness(detector: Detector, features: pl.DataFrame, reasons: Sequence[Sequence[Reason]]) -> Faithfulness:
    """Return how many reasons, of the RMAs of the frame in its order, are true to the score.

    A reason that is the combination of facts tells no fact of its own and is not counted.
    """
    codes = [{reason["code"] for reason in found} - {FALLBACK_CODE} for found in reasons]
    raw = rated_raw(detector, features)
    pairs = [(row, code) for row, told in enumerate(codes) for code in sorted(told)]
    rows = [row for row, _ in pairs]
    without_one = rated_raw(detector, _typical(features[rows], detector, [{code} for _, code in pairs]))
    some = [row for row, told in enumerate(codes) if told]
    without_all = rated_raw(detector, _typical(features[some], detector, [codes[row] for row in some]))
    return Faithfulness(
        n_reasons=len(pairs),
        n_reasons_true=int((without_one < raw[np.array(rows, dtype=np.int64)]).sum()),
        n_rmas=len(some),
        n_rmas_true=int((without_all < raw[np.array(some, dtype=np.int64)]).sum()),
    )
