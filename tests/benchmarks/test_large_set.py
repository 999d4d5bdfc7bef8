"""A set made large holds every RMA many times over, and daily sums that are those of its lines."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from benchmarks.large_set import enlarge
from benchmarks.pages import filters, told
from dashboards.data import PublishedSet
from dashboards.published_cases import queue_of
from tests import desk_shop

TIMES = 4


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("small")
    lines = desk_shop.lines().with_columns(currency=pl.lit("EUR"))
    return desk_shop.publish(home, desk_shop.page_tables() | {"report_return_lines": lines})


@pytest.fixture(scope="module")
def large(source: Path, tmp_path_factory: pytest.TempPathFactory) -> PublishedSet:
    home = tmp_path_factory.mktemp("large")
    enlarge(source, home, desk_shop.N * TIMES - 7)
    return PublishedSet.open(home / "published" / "current")


def test_every_rma_stands_as_often_under_a_name_of_its_own(large: PublishedSet) -> None:
    scores = large.table("rma_scores")
    assert scores["rma_id"].n_unique() == scores.height == large.rows["rma_scores"] == desk_shop.N * TIMES
    assert scores["risk_rank"].to_list() == list(range(1, desk_shop.N * TIMES + 1))
    assert scores["customer_id"].n_unique() == desk_shop.scores()["customer_id"].n_unique() * TIMES
    lines = large.table("report_return_lines")
    assert set(lines["rma_id"]) == set(scores["rma_id"])
    assert lines["rma_id"].is_sorted()


def test_cases_and_sums_grow_with_the_rmas(large: PublishedSet) -> None:
    assert queue_of(large.path).frame.height == len(set(desk_shop.CASES)) * TIMES
    lines, daily = large.table("report_return_lines"), large.table("report_daily_lines")
    each = daily.group_by("dimension").agg(pl.col("cost").sum(), pl.col("n_lines").sum())
    assert set(each["cost"]) == {lines["cost"].sum()} == {desk_shop.lines()["cost"].sum() * TIMES}
    assert set(each["n_lines"]) == {lines.height}
    assert large.table("report_daily_components")["amount"].sum() == large.table("return_costs")["amount"].sum()


def test_days_move_within_the_span_and_the_steps_of_a_line_with_them(large: PublishedSet) -> None:
    small = desk_shop.lines()
    lines = large.table("report_return_lines")
    assert lines["requested_at"].min() >= small["requested_at"].min()  # type: ignore[operator]
    assert lines["requested_at"].max() <= small["requested_at"].max()  # type: ignore[operator]
    assert lines["requested_at"].n_unique() > small["requested_at"].n_unique()
    waits = lines.select((pl.col("received_at") - pl.col("requested_at")).unique())
    assert waits.height == 1


def test_filters_are_all_of_their_own_and_leave_something(large: PublishedSet) -> None:
    made = filters(large.path, 12)
    assert len(set(made)) == 12
    assert all(search.startswith("?from=2026-0") for search in made)


def test_what_is_told_are_the_middle_and_the_slow_ones() -> None:
    (line,) = told({"/costs": [(second / 100, 0.05) for second in range(1, 101)]})
    assert "100 times" in line
    assert "p50  0.505 s" in line
    assert "p95  0.951 s" in line
    assert "max  1.000 s" in line
    assert Decimal("0.05") == Decimal(line.split("processors")[1].split()[0])
