"""From a features frame to the numbers that the models see: the one place where that happens.

Higher is more suspicious in every column of the matrix: LOW features change their sign here.
Unknown (null), NaN and infinite values are NaN; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from features.contracts import Feature, Stage

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

SIGN = {"high": 1.0, "low": -1.0}
"""Directions that are evidence, and what turns their values so that higher is more suspicious."""

STAGE_ORDER = tuple(stage.value for stage in Stage)


def evidence_features(catalogue: Sequence[Feature]) -> tuple[Feature, ...]:
    """Return the features that are evidence (direction HIGH or LOW), in the catalogue's order."""
    return tuple(feature for feature in catalogue if feature.direction.value in SIGN)


def known_values(features: pl.DataFrame, names: Sequence[str]) -> FloatArray:
    """Return the named columns as float64, one row an RMA, NaN where not known or not finite.

    Raises ValueError when the frame lacks one of the columns.
    """
    missing = [name for name in names if name not in features.columns]
    if missing:
        raise ValueError(f"The features frame lacks {', '.join(missing)}; build it with the current catalogue.")
    values = np.empty((features.height, len(names)))
    for place, name in enumerate(names):
        column = features.get_column(name).cast(pl.Float64).to_numpy()
        # Adding zero turns -0.0 into 0.0, so that equal frames have equal bytes.
        values[:, place] = np.where(np.isfinite(column), column + 0.0, np.nan)
    return values


def suspicious_matrix(features: pl.DataFrame, columns: Sequence[Feature]) -> FloatArray:
    """Return the evidence columns with higher meaning more suspicious, NaN where not known."""
    matrix = known_values(features, [feature.name for feature in columns])
    matrix *= np.array([SIGN[feature.direction.value] for feature in columns])
    matrix += 0.0
    return matrix


def cleared_columns(columns: Sequence[Feature]) -> tuple[int, ...]:
    """Return the places of the features whose evidence other features can clear away."""
    return tuple(place for place, feature in enumerate(columns) if feature.cleared_by)


def shares_left(features: pl.DataFrame, columns: Sequence[Feature]) -> FloatArray:
    """Return, for each feature that can be cleared, the share of its evidence that is left, 0 to 1.

    What clears has values from 0 (not at all) to 1 (wholly); several multiply. Not known clears nothing.
    """
    left = np.ones((features.height, len(cleared_columns(columns))))
    for place, column in enumerate(cleared_columns(columns)):
        clearing = known_values(features, columns[column].cleared_by)
        left[:, place] = np.prod(1.0 - np.clip(np.nan_to_num(clearing), 0.0, 1.0), axis=1)
    return left


def detector_matrix(features: pl.DataFrame, columns: Sequence[Feature]) -> FloatArray:
    """Return what the detector reads: ``suspicious_matrix``, and after it ``shares_left``."""
    return np.hstack([suspicious_matrix(features, columns), shares_left(features, columns)])


def latest_stage(features: pl.DataFrame) -> pl.DataFrame:
    """Return one row an RMA, the one at which most was known, in the order of rma_id."""
    order = pl.col("stage").replace_strict(STAGE_ORDER, range(len(STAGE_ORDER)), return_dtype=pl.Int64)
    ordered = features.with_columns(order.alias("_stage_order")).sort("rma_id", "_stage_order")
    return ordered.unique("rma_id", keep="last", maintain_order=True).drop("_stage_order")
