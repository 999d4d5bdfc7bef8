"""Completion beside what came, on a whole run of a simulated shop and of a real one."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.program import returnwatch

MOST = 1 / 3
"""Of the naive rate's error, at 30 % maturity."""


def error_ratio(landing: Path, home: Path) -> float:
    """Run a landing folder and return the ratio of errors at 30 % maturity."""
    done = returnwatch("run", "--landing", landing, "--home", home, "--json")
    assert done.code == 0, done.err
    errors = pl.read_parquet(home / "published" / "current" / "report_completion_error.parquet")
    (ratio,) = errors.filter(pl.col("maturity") == pl.lit(0.3))["error_ratio"]
    return float(ratio)


@pytest.mark.slow
def test_completion_holds_on_a_simulated_shop(tmp_path: Path) -> None:
    landing, truth = tmp_path / "landing", tmp_path / "truth.csv"
    done = returnwatch("simulate", "--out", landing, "--truth", truth, "--orders", "20000", "--seed", "5")
    assert done.code == 0, done.err
    assert error_ratio(landing, tmp_path / "home") < MOST


@pytest.mark.slow
@pytest.mark.real
def test_completion_holds_on_a_real_shop(shared_data: Path, tmp_path: Path) -> None:
    assert error_ratio(shared_data / "landing", tmp_path / "home") < MOST
