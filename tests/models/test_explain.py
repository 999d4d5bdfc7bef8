import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.catalogue import Feature
from models.detector import Detector, feature_evidence, fit_detector, raw_score
from models.explain import base_score, check_additivity, contributions
from models.matrix import FloatArray
from models.params import DetectorParams

VALUES = st.one_of(st.sampled_from([0.0, 1.0, float("nan")]), st.floats(-1e4, 1e4, width=32))


def frame_of(matrix: FloatArray, catalogue: tuple[Feature, ...]) -> pl.DataFrame:
    head = pl.DataFrame({"rma_id": [f"{row:04d}" for row in range(len(matrix))]}).with_columns(
        stage=pl.lit("request"), customer_id=pl.lit("c"), requested_at=pl.datetime(2026, 1, 1)
    )
    return head.with_columns(
        pl.Series(feature.name, matrix[:, column]).fill_nan(None) for column, feature in enumerate(catalogue)
    )


@given(arrays(np.float64, st.tuples(st.integers(1, 40), st.just(5)), elements=VALUES))
@settings(max_examples=40, deadline=None)
def test_base_and_contributions_are_the_score(catalogue: tuple[Feature, ...], matrix: FloatArray) -> None:
    frame = frame_of(matrix, catalogue)
    detector = fit_detector(frame, DetectorParams(n_trees=8), catalogue)
    total = base_score(detector) + contributions(detector, frame).sum(axis=1)
    np.testing.assert_allclose(total, raw_score(detector, frame), rtol=0, atol=1e-9)


def test_a_familys_part_is_shared_out_by_the_discounted_evidence(shop: pl.DataFrame, detector: Detector) -> None:
    parts, evidence = contributions(detector, shop), feature_evidence(detector, shop)
    both = (evidence[:, 0] > evidence[:, 1]) & (evidence[:, 1] > 0) & (parts[:, 0] != 0)
    assert both.any()
    np.testing.assert_allclose(parts[both, 1] / parts[both, 0], evidence[both, 1] / 2 / evidence[both, 0])


def test_a_feature_without_evidence_has_no_part_where_another_of_its_family_has(
    shop: pl.DataFrame, detector: Detector
) -> None:
    unpriced = shop.tail(1).with_columns(rma_amount=pl.lit(None, dtype=pl.Float64))
    parts = contributions(detector, unpriced)[0]
    assert feature_evidence(detector, unpriced)[0, 0] == parts[0] == 0.0
    assert parts[1] > 0


def test_without_a_forest_the_part_is_the_evidence_to_its_power(
    shop: pl.DataFrame, catalogue: tuple[Feature, ...]
) -> None:
    detector = fit_detector(shop, DetectorParams(n_trees=2, forest_share=0.0, family_power=2.0), catalogue)
    parts, evidence = contributions(detector, shop), feature_evidence(detector, shop)
    assert base_score(detector) == 0.0
    np.testing.assert_allclose(parts[:, 2], evidence[:, 2] ** 2)


def test_the_outlier_is_explained_by_its_amount(shop: pl.DataFrame, detector: Detector) -> None:
    parts = contributions(detector, shop.tail(1))[0]
    assert detector.columns[int(parts.argmax())].name == "rma_amount"


def test_no_rmas_have_no_explanations(shop: pl.DataFrame, detector: Detector) -> None:
    assert contributions(detector, shop.clear()).shape == (0, 4)


def test_what_does_not_add_up_is_refused_with_the_row_and_the_gap() -> None:
    parts = np.array([[1.0, 2.0], [1.0, 2.0]])
    check_additivity(np.array([3.5, 3.5]), 0.5, parts)
    with pytest.raises(ValueError, match=r"1 of 2 explanations .* row 1, off by 0.25"):
        check_additivity(np.array([3.5, 3.75]), 0.5, parts)


def test_a_score_that_is_no_number_does_not_add_up() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        check_additivity(np.array([np.nan]), 0.0, np.array([[1.0]]))
