import numpy as np
import polars as pl
import pytest

from features.catalogue import Feature
from models.matrix import evidence_features, known_values, latest_stage, suspicious_matrix


def test_only_directed_features_are_evidence(catalogue: tuple[Feature, ...]) -> None:
    names = [feature.name for feature in evidence_features(catalogue)]
    assert names == ["rma_amount", "rma_units", "unmatched_unit_share", "hours_kept"]


def test_null_nan_and_infinite_are_not_known() -> None:
    frame = pl.DataFrame({"a": [None, float("nan"), float("inf"), -float("inf"), 2.0]})
    np.testing.assert_array_equal(known_values(frame, ["a"])[:, 0], [np.nan, np.nan, np.nan, np.nan, 2.0])


def test_a_column_of_nulls_without_a_type_is_not_known() -> None:
    frame = pl.DataFrame({"a": [None, None], "b": [1, 2]})
    np.testing.assert_array_equal(known_values(frame, ["a", "b"]), [[np.nan, 1.0], [np.nan, 2.0]])


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="lacks rma_units"):
        known_values(pl.DataFrame({"a": [1.0]}), ["a", "rma_units"])


def test_low_features_change_their_sign_and_zero_keeps_its(catalogue: tuple[Feature, ...]) -> None:
    columns = [feature for feature in catalogue if feature.name in {"rma_units", "hours_kept"}]
    matrix = suspicious_matrix(pl.DataFrame({"rma_units": [3.0, 0.0], "hours_kept": [5.0, 0.0]}), columns)
    np.testing.assert_array_equal(matrix, [[3.0, -5.0], [0.0, 0.0]])
    assert not np.signbit(matrix[1]).any()


def test_the_latest_stage_of_each_rma_stays_in_the_order_of_rma_id() -> None:
    frame = pl.DataFrame(
        {
            "rma_id": ["b", "a", "b", "b"],
            "stage": ["settled", "request", "request", "received"],
            "x": [1, 2, 3, 4],
        }
    )
    assert latest_stage(frame).to_dict(as_series=False) == {
        "rma_id": ["a", "b"],
        "stage": ["request", "settled"],
        "x": [2, 1],
    }
