from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.expected_returns import OURS, calibration_error, load, main, measure, our_rates, page


def test_the_calibration_error_is_the_mean_distance_over_bins() -> None:
    chances = np.array([0.1, 0.2, 0.8, 0.9])
    # Bins of two: 0.15 against 0.5, and 0.85 against 1.
    assert calibration_error(chances, np.array([1.0, 0.0, 1.0, 1.0]), bins=2) == pytest.approx((0.35 + 0.15) / 2)


def test_the_page_has_a_row_a_model() -> None:
    measured = pl.DataFrame(
        {"model": [OURS], "lines": [1234], "calibration_error": [0.0159], "auc": [0.61491], "log_loss": [0.67]}
    )
    assert page(measured).splitlines()[-1] == "| returnwatch | 1,234 | 0.0159 | 0.6149 | 0.6700 |"


def test_without_the_file_it_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main([str(tmp_path / "bads.parquet")]) == 0
    assert "skipped:" in caplog.text


def shop(place: Path, days: int = 40) -> Path:
    """Write a shop that sells a good item and a bad one each day, each five times, and one that is never delivered."""
    rows = []
    for day in range(days):
        on = date(2012, 6, 1) + timedelta(days=day)
        for number in range(11):
            bad = number < 5
            rows.append(
                {
                    "order_item_id": day * 11 + number,
                    "order_date": on,
                    "delivery_date": None if number == 10 else on + timedelta(days=2),
                    "item_id": 1 if bad else 2,
                    "item_size": "m",
                    "item_color": None if bad else "red",
                    "brand_id": 7,
                    "item_price": 20.0 if bad else 80.0,
                    "user_id": day * 11 + number,
                    "return": int(number in {0, 1, 2, 3, 5}),
                }
            )
    table = pl.DataFrame(rows, schema_overrides={"item_color": pl.String})
    table.write_parquet(place)
    return place


def test_the_loader_drops_what_tells_the_label_and_keeps_the_order_of_time(tmp_path: Path) -> None:
    place = shop(tmp_path / "bads.parquet")
    lines, delivered = load(place), load(place, delivered_only=True)
    assert not [name for name in lines.table.columns if "deliver" in name]
    assert (len(lines.table), len(delivered.table)) == (440, 400)
    assert len(lines.first()) + len(lines.last()) == 440
    assert set(lines.first()["ordered_at"]).isdisjoint(lines.last()["ordered_at"])
    assert lines.split_on == date(2012, 6, 1) + timedelta(days=28)


def test_each_line_is_foretold_by_what_was_known_the_day_before(tmp_path: Path) -> None:
    lines = load(shop(tmp_path / "bads.parquet"), delivered_only=True)
    rates = our_rates(lines).reshape(-1, 10)
    # Four of five and one of five come back; a hundred lines and more have told so by then.
    assert (rates[:, :5] > 0.6).all()
    assert (rates[:, 5:] < 0.35).all()
    later = lines.table.with_columns(
        is_returned=pl.col("is_returned") ^ (pl.col("ordered_at").dt.date() >= lines.split_on)
    )
    flipped = type(lines)(later, lines.split_on)
    # What is sold from the split on tells nothing before two weeks have passed.
    assert (our_rates(flipped) == our_rates(lines)).all()


def test_all_models_are_measured_on_the_same_lines(tmp_path: Path) -> None:
    measured = measure(load(shop(tmp_path / "bads.parquet"), delivered_only=True))
    assert measured["model"].to_list() == [OURS, "logistic regression", "gradient boosting"]
    assert measured["lines"].unique().to_list() == [120]
    assert min(measured["auc"].to_list()) > 0.75


@pytest.mark.real
@pytest.mark.parametrize("delivered_only", [False, True])
def test_on_real_orders_expected_returns_are_calibrated(shared_data: Path, delivered_only: bool) -> None:
    lines = load(shared_data / "bads" / "bads.parquet", delivered_only=delivered_only)
    labels = lines.last()["is_returned"].to_numpy().astype(np.float64)
    assert calibration_error(our_rates(lines), labels) <= 0.02
