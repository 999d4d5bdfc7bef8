from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from pipelines.raw_rmas import raw_rmas
from pipelines.warehouse import FILE
from tests.program import RunShop, returnwatch


def test_each_scored_rma_has_one_row_of_numbers_and_words(shop: RunShop) -> None:
    raw, missing = raw_rmas(shop.home)
    assert missing is None
    assert raw is not None
    scored = pl.read_parquet(shop.home / "published/current/rma_scores.parquet")
    assert raw["rma_id"].to_list() == scored["rma_id"].sort().to_list()
    numbers = [name for name in raw.columns if name.startswith("num_")]
    words = [name for name in raw.columns if name.startswith("word_")]
    assert set(raw.columns) == {"rma_id", *numbers, *words}
    assert all(raw.schema[name] == pl.Float64 for name in numbers)
    assert all(raw.schema[name] == pl.String for name in words)
    assert raw["num_ask_amount"].null_count() < raw.height
    assert raw["word_ask_reason"].n_unique() > 2


def test_evaluate_compares_with_what_was_delivered(shop: RunShop) -> None:
    done = returnwatch("evaluate", "--truth", shop.truth, "--home", shop.home, "--json")
    baselines = done.json["baselines"]
    assert {"ecod", "taught"} <= set(baselines)
    assert {name: baselines[name]["average_precision"] > 0 for name in ("ecod", "taught")} == {
        "ecod": True,
        "taught": True,
    }
    assert "cannot be read" not in done.err


def test_a_home_without_a_warehouse_says_what_is_left_out(tmp_path: Path) -> None:
    raw, missing = raw_rmas(tmp_path)
    assert raw is None
    assert missing is not None
    assert missing.startswith(f"{tmp_path / FILE} is not there")


def test_a_warehouse_that_a_run_holds_is_left_alone(tmp_path: Path) -> None:
    held = duckdb.connect(str(tmp_path / FILE))
    raw, missing = raw_rmas(tmp_path)
    held.close()
    assert raw is None
    assert missing is not None
    assert "cannot be read" in missing
    assert "\n" not in missing
