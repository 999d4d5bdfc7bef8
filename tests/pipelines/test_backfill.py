"""Making some days anew from the command line: what it changes, what it says, and what it refuses."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from features.days import DayRange
from pipelines.errors import WrongArgumentError
from pipelines.runner import parse_days
from pipelines.warehouse import Warehouse
from tests.program import RunShop, returnwatch, table_hashes


def test_days_that_were_lost_are_made_anew_and_no_others(shop: RunShop, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(shop.home, home, symlinks=True)
    before = table_hashes(home)
    # what a repair by hand may leave: two RMAs of one day gone wrong, and one of a day that nobody asks for
    with Warehouse(home, "1GB") as warehouse:
        table = warehouse.frame("feat.rma_features")
        asked, other = table["requested_at"].dt.date().unique().sort().to_list()[10:12]
        wrong = pl.col("requested_at").dt.date().is_in([asked, other])
        warehouse.store("feat.rma_features", table.with_columns(pl.when(~wrong).then("rma_amount").alias("rma_amount")))
        warehouse.commit()

    done = returnwatch("backfill", "--from", asked.isoformat(), "--home", home, "--json")
    assert done.code == 0, done.err
    assert done.json["days_changed"]["rma_features"] == {
        "count": 1, "first": asked.isoformat(), "last": asked.isoformat(), "days": [asked.isoformat()]
    }  # fmt: skip
    assert table_hashes(home)["rma_features"] != before["rma_features"]

    again = returnwatch("backfill", "--from", other.isoformat(), "--to", other.isoformat(), "--home", home, "--json")
    assert again.json["days_changed"]["rma_features"]["days"] == [other.isoformat()]
    left = table_hashes(home)
    names = ("rma_features", "flagged_queue", "return_costs", "ingest_ledger")
    assert {name: left[name] for name in names} == {name: before[name] for name in names}


def test_a_home_without_a_run_is_told_what_comes_first(tmp_path: Path) -> None:
    done = returnwatch("backfill", "--from", "2026-01-01", "--home", tmp_path)
    assert (done.code, done.out) == (1, "")
    assert "nothing is loaded here yet; run `returnwatch run` first" in done.err


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-02-30", "2026-03-01", "--from 2026-02-30"),
        ("2026-01-01", "soon", "--to soon"),
        ("2026-01-02", "2026-01-01", "after"),
    ],
)
def test_days_that_make_no_sense_are_refused(first: str, last: str, words: str) -> None:
    with pytest.raises(WrongArgumentError, match=words):
        parse_days(first, last)


def test_a_range_of_one_day_holds_it() -> None:
    assert parse_days("2026-01-01", "2026-01-01") == DayRange(date(2026, 1, 1), date(2026, 1, 1))
