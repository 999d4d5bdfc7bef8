from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.simulate import SimulationParams, simulate
from pipelines.simulate.requests import Requests
from pipelines.simulate.returns_table import truth_table
from pipelines.simulate.verdicts import verdicts_table


@pytest.fixture(scope="module")
def verdicts(rmas: Requests, params: SimulationParams) -> pl.DataFrame:
    """Return verdicts with the truth and the moment of the request."""
    table = verdicts_table(np.random.default_rng(0), replace(params, verdict_share=0.5), rmas)
    asked = pl.Series("asked", rmas.asked * 1_000_000).cast(pl.Datetime("us"))
    return table.join(truth_table(rmas).with_columns(asked), on="rma_id", how="left", maintain_order="left")


def test_verdicts_come_late_and_in_order(verdicts: pl.DataFrame, params: SimulationParams) -> None:
    waited = (verdicts["decided_at"] - verdicts["asked"]).dt.total_days()
    assert waited.min() >= 2  # type: ignore[operator]
    assert waited.median() > 7  # type: ignore[operator]
    assert verdicts["decided_at"].is_sorted()
    assert verdicts["decided_at"].dt.date().max() < params.end  # type: ignore[operator]


def test_at_most_the_share_is_looked_at(verdicts: pl.DataFrame, rmas: Requests) -> None:
    assert 0.3 < verdicts.height / len(rmas.number) < 0.53
    assert verdicts["rma_id"].is_unique().all()


def test_what_is_odd_is_looked_at_more(verdicts: pl.DataFrame) -> None:
    share = verdicts["is_fraud"].mean()
    assert isinstance(share, float)
    assert share > 0.04


def test_verdicts_are_mostly_right(verdicts: pl.DataFrame) -> None:
    said = verdicts["verdict"] == "fraud"
    right = (said == verdicts["is_fraud"]).mean()
    assert isinstance(right, float)
    assert 0.93 < right < 1
    assert not said.filter(verdicts["is_fraud"]).all()


def test_a_file_of_them_is_written_when_asked_for(tmp_path: Path) -> None:
    without = simulate(tmp_path / "a", tmp_path / "a.csv", SimulationParams(orders=800))
    given = simulate(tmp_path / "b", tmp_path / "b.csv", SimulationParams(orders=800, verdict_share=0.3))
    assert given.files == without.files + 1
    assert not (tmp_path / "a" / "canonical" / "review_labels.csv").exists()
    table = pl.read_csv(tmp_path / "b" / "canonical" / "review_labels.csv")
    assert table.columns == ["rma_id", "verdict", "decided_at", "decided_by"]
    assert table.height > 10
    for path in (tmp_path / "a" / "canonical").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / "canonical" / path.name).read_bytes()
