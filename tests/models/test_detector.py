from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import Feature
from features.contracts import FEATURES, Strength, feature_schema
from models.calibrate import fraud_probability, rank_score
from models.detector import Detector, feature_evidence, fit_detector, model_version, raw_score
from models.params import DetectorParams

FEW = DetectorParams(n_trees=10)


def tiny(amounts: list[float | None], catalogue: tuple[Feature, ...]) -> pl.DataFrame:
    """Return RMAs that differ in nothing but the amount."""
    n = len(amounts)
    frame = pl.DataFrame(
        {
            "rma_id": [f"r{number}" for number in range(n)],
            "stage": ["request"] * n,
            "customer_id": ["c"] * n,
            "requested_at": [datetime.fromisoformat("2026-05-01") + timedelta(days=number) for number in range(n)],
        }
    )
    others = {feature.name: None for feature in catalogue}
    return frame.with_columns(
        pl.lit(value, dtype=pl.Float64).alias(name) for name, value in others.items()
    ).with_columns(pl.Series("rma_amount", amounts, dtype=pl.Float64))


def test_the_raw_score_adds_the_power_of_each_familys_evidence(catalogue: tuple[Feature, ...]) -> None:
    frame = tiny([0.0, 0.0, 0.0, 1.0, 2.0], catalogue).with_columns(
        unmatched_unit_share=pl.Series([0.0, 0.0, 0.0, 0.0, 1.0])
    )
    params = DetectorParams(n_trees=5, forest_share=0.0, family_power=1.5)
    detector = fit_detector(frame, params, catalogue)
    # p is 2/7 for the largest of five values, 3/7 for the next: evidence -log10(4/7) and -log10(6/7), the largest
    # in both families of the last RMA.
    largest, next_one = -np.log10(4 / 7), -np.log10(6 / 7)
    expected = [0.0, 0.0, 0.0, next_one**1.5, 2 * largest**1.5]
    np.testing.assert_allclose(raw_score(detector, frame), expected)


def test_the_planted_outlier_comes_first(shop: pl.DataFrame, detector: Detector) -> None:
    assert shop["rma_id"][int(raw_score(detector, shop).argmax())] == "r299"


def test_low_values_of_a_low_feature_are_evidence(shop: pl.DataFrame, detector: Detector) -> None:
    rows = shop.head(2).with_columns(hours_kept=pl.Series([0.01, 5000.0]))
    # Of 270 known values none is lower: -log10(4 / 272).
    assert feature_evidence(detector, rows)[:, 3].tolist() == [pytest.approx(1.8325, abs=0.005), 0.0]


def test_context_never_moves_a_score(shop: pl.DataFrame, detector: Detector) -> None:
    other = shop.with_columns(orders_ever=pl.lit(1e6))
    np.testing.assert_array_equal(raw_score(detector, other), raw_score(detector, shop))


def test_an_rmas_score_does_not_depend_on_its_company(shop: pl.DataFrame, detector: Detector) -> None:
    together = raw_score(detector, shop)
    alone = np.concatenate([raw_score(detector, shop[row]) for row in range(0, shop.height, 7)])
    np.testing.assert_array_equal(alone, together[::7])
    np.testing.assert_array_equal(raw_score(detector, shop.reverse()), together[::-1])


def test_same_data_in_any_order_and_same_seed_give_the_same_model(
    shop: pl.DataFrame, detector: Detector, catalogue: tuple[Feature, ...]
) -> None:
    again = fit_detector(shop.sample(fraction=1.0, shuffle=True, seed=3), detector.params, catalogue)
    assert again.version == detector.version
    np.testing.assert_array_equal(raw_score(again, shop), raw_score(detector, shop))
    np.testing.assert_array_equal(again.quantiles, detector.quantiles)


def test_another_seed_or_another_row_is_another_version(
    shop: pl.DataFrame, detector: Detector, catalogue: tuple[Feature, ...]
) -> None:
    data_hash = detector.training.data_hash
    assert model_version(DetectorParams(n_trees=25, seed=1), catalogue, data_hash) != detector.version
    assert model_version(detector.params, catalogue[:-1], data_hash) != detector.version
    assert fit_detector(shop.head(299), detector.params, catalogue).version != detector.version


def test_the_training_window_and_the_typical_values_are_kept(shop: pl.DataFrame, detector: Detector) -> None:
    assert detector.training.first_request == datetime.fromisoformat("2026-01-01")
    assert detector.training.last_request == datetime.fromisoformat("2026-01-13T11:00")
    assert detector.training.n_rows == 300
    assert detector.medians["orders_ever"] == shop["orders_ever"].median()
    assert detector.medians["hours_kept"] == shop["hours_kept"].median()


def test_the_mean_probability_of_the_training_window_is_the_assumed_share(
    shop: pl.DataFrame, detector: Detector
) -> None:
    risk = rank_score(raw_score(detector, shop), detector.quantiles)
    assert fraud_probability(risk, detector.intercept).mean() == pytest.approx(0.02, abs=1e-12)


def test_the_forests_part_varies_as_many_times_as_told(shop: pl.DataFrame, catalogue: tuple[Feature, ...]) -> None:
    plain, half, double = (
        fit_detector(shop, DetectorParams(n_trees=25, forest_share=share), catalogue) for share in (0.0, 0.5, 2.0)
    )
    assert plain.forest_weight == 0.0
    assert half.forest_weight * 4 == pytest.approx(double.forest_weight)
    evidence = raw_score(plain, shop)
    assert np.std(raw_score(double, shop) - evidence) == pytest.approx(2 * np.std(evidence))


def test_what_clears_a_feature_lowers_the_score_and_strength_raises_it(
    shop: pl.DataFrame, catalogue: tuple[Feature, ...]
) -> None:
    outlier = shop.tail(1)
    changed = {
        name: tuple(replace(each, **change) if each.name == "rma_amount" else each for each in catalogue)
        for name, change in (("cleared", {"cleared_by": ("orders_ever",)}), ("fact", {"strength": Strength.FACT}))
    }
    cleared, fact = (fit_detector(shop, FEW, changed[name]) for name in ("cleared", "fact"))
    scores = [raw_score(cleared, outlier.with_columns(orders_ever=pl.lit(value)))[0] for value in (0.0, 0.5, 1.0)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[2] + 1
    before = feature_evidence(fit_detector(shop, FEW, catalogue), outlier)[0]
    np.testing.assert_allclose(feature_evidence(fact, outlier)[0], before * [1.5, 1.0, 1.0, 1.0])
    assert len({each.version for each in (cleared, fact, fit_detector(shop, FEW, catalogue))}) == 3


def test_of_several_stages_the_latest_is_learnt(catalogue: tuple[Feature, ...]) -> None:
    request = tiny([0.0, 0.0, 0.0, 1.0, 2.0], catalogue)
    settled = request.with_columns(stage=pl.lit("settled"), rma_amount=pl.lit(7.0))
    both = fit_detector(pl.concat([settled, request]), FEW, catalogue)
    assert both.training.n_rows == 5
    assert both.medians["rma_amount"] == 7.0


@pytest.mark.parametrize("amounts", [[5.0], [5.0, 5.0], [None, None, None], [1.0, 2.0, 3.0, 4.0, 500.0]])
def test_a_handful_of_rmas_is_scored_without_complaint(
    amounts: list[float | None], catalogue: tuple[Feature, ...]
) -> None:
    frame = tiny(amounts, catalogue)
    assert np.isfinite(raw_score(fit_detector(frame, FEW, catalogue), frame)).all()


def test_nan_and_infinity_are_scored_as_not_known(shop: pl.DataFrame, detector: Detector) -> None:
    unknown = shop.head(1).with_columns(rma_amount=pl.lit(None, dtype=pl.Float64))
    for value in (float("nan"), float("inf")):
        changed = shop.head(1).with_columns(rma_amount=pl.lit(value))
        assert raw_score(detector, changed) == raw_score(detector, unknown)


def test_nothing_to_learn_from_is_said(catalogue: tuple[Feature, ...]) -> None:
    with pytest.raises(ValueError, match="no RMA to learn from"):
        fit_detector(tiny([], catalogue), FEW, catalogue)


def test_the_projects_own_catalogue_is_learnt() -> None:
    rng = np.random.default_rng(11)
    schema = feature_schema()
    frame = pl.DataFrame(
        {
            "rma_id": [str(number) for number in range(60)],
            "stage": ["request"] * 60,
            "customer_id": ["c"] * 60,
            "requested_at": [datetime.fromisoformat("2026-05-01")] * 60,
            **{feature.name: rng.random(60) for feature in FEATURES},
        },
        schema=schema,
    )
    detector = fit_detector(frame, FEW)
    assert [feature.name for feature in detector.columns] == [f.name for f in FEATURES if f.direction != "context"]
    assert raw_score(detector, frame).std() > 0


@given(st.integers(0, 299), st.sampled_from(["rma_amount", "rma_units", "unmatched_unit_share"]), st.floats(0, 1e6))
@settings(max_examples=60, deadline=None)
def test_raising_a_high_feature_never_lowers_the_evidence(
    shop: pl.DataFrame, detector: Detector, row: int, name: str, by: float
) -> None:
    before = shop[row]
    after = before.with_columns(pl.col(name) + by)
    assert (feature_evidence(detector, after) >= feature_evidence(detector, before)).all()
