"""What the detector is fitted on: all RMAs, or of many those that a hash of their names draws."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engines.base import FEATURES
from features.assemble import build_features
from models.detector import fit_detector
from models.matrix import latest_stage
from models.params import DetectorParams
from pipelines.scoring import store_detector, training_window
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.random_shop import SENSITIVE, random_shop

NONE = pl.DataFrame(schema={"rma_id": pl.String, "fraud_share": pl.Float64, "decided_at": pl.Datetime("us")})


@pytest.fixture(scope="module")
def features() -> pl.DataFrame:
    return build_features(random_shop(4, n_orders=200, n_rmas=300), SENSITIVE)


@pytest.fixture
def warehouse(features: pl.DataFrame, tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse(tmp_path, "1GB") as opened:
        opened.store(FEATURES, features)
        columns = "rma_id varchar, verdict varchar, decided_at timestamp, decided_by varchar"
        opened.connection.execute(f"create table core.review_labels ({columns})")
        yield opened


def test_of_few_rmas_all_are_learned_from(warehouse: Warehouse, features: pl.DataFrame) -> None:
    window = training_window(warehouse, DetectorParams(), NONE)
    latest = latest_stage(features)
    assert window.n_rmas == latest.height
    assert_frame_equal(window.drawn, latest)
    assert window.decided.is_empty()


def test_of_many_rmas_some_are_drawn_whatever_else_there_is(warehouse: Warehouse, features: pl.DataFrame) -> None:
    latest = latest_stage(features)
    params = DetectorParams(max_training=latest.height // 3)
    window = training_window(warehouse, params, NONE)
    assert latest.height / 5 < window.drawn.height < latest.height / 2
    assert_frame_equal(window.drawn, latest.join(window.drawn, on="rma_id", how="semi", maintain_order="left"))
    assert fit_detector(window.drawn, params).training.n_rows == window.drawn.height

    more = training_window(warehouse, DetectorParams(max_training=latest.height // 2), NONE)
    assert set(window.drawn["rma_id"]) < set(more.drawn["rma_id"])
    other = training_window(warehouse, DetectorParams(max_training=latest.height // 3, seed=1), NONE)
    assert set(window.drawn["rma_id"]) != set(other.drawn["rma_id"])


def test_what_was_decided_is_there_whether_it_was_drawn_or_not(warehouse: Warehouse, features: pl.DataFrame) -> None:
    latest = latest_stage(features)
    said = latest.select("rma_id").head(40).with_columns(
        fraud_share=pl.lit(1.0), decided_at=pl.lit(datetime(2026, 1, 1))  # noqa: DTZ001 - UTC, as stored
    )  # fmt: skip
    window = training_window(warehouse, DetectorParams(max_training=100), said)
    assert_frame_equal(window.decided, latest.head(40))
    assert 0 < window.decided.join(window.drawn, on="rma_id", how="anti").height < 40


def test_the_detector_of_a_shop_without_returns_has_no_version(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.store(FEATURES, warehouse.frame(FEATURES).clear())
    told = store_detector(warehouse, tmp_path, Settings(), datetime(2026, 1, 1))  # noqa: DTZ001 - UTC, as stored
    assert told == {"n_rmas": 0, "is_taught": False}
