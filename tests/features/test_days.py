from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.assemble import build_features
from features.days import DayRange, features_of_days, replace_days
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import START, at, order_lines, rma_lines
from tests.random_shop import random_shop

PARAMS = FeatureParams()


@pytest.mark.parametrize("seed", range(6))
def test_the_rows_of_some_days_are_those_of_the_whole_shop(seed: int) -> None:
    shop = random_shop(seed)
    whole = build_features(shop, PARAMS)
    first = START.date() + timedelta(days=20 + 7 * seed)
    for days in (DayRange(first, first), DayRange(first, first + timedelta(days=30))):
        part = features_of_days(shop, PARAMS, days)
        assert part.height < whole.height
        assert_frame_equal(part, whole.filter(days.holds("requested_at")), check_exact=True)


def test_every_day_on_its_own_gives_the_whole_table_again() -> None:
    shop = random_shop(3, n_orders=20, n_rmas=12)
    whole = build_features(shop, PARAMS)
    table = whole.clear()
    for day in whole["requested_at"].dt.date().unique().sort(descending=True):
        days = DayRange(day, day)
        rows = features_of_days(shop, PARAMS, days)
        table = replace_days(table, rows, days)
    assert_frame_equal(table, whole, check_exact=True)


def test_an_anonymous_return_has_its_row_and_no_other_anonymous_one_comes_with_it() -> None:
    lines = rma_lines(
        {"rma_id": "a", "customer_id": None, "requested_at": at(5)},
        {"rma_id": "b", "customer_id": None, "requested_at": at(6)},
    )
    day = at(5).date()
    part = features_of_days(Shop.of({"order_lines": order_lines({}), "rma_lines": lines}), PARAMS, DayRange(day, day))
    assert part["rma_id"].to_list() == ["a"]


def test_a_range_holds_its_first_and_its_last_day_to_the_end() -> None:
    days = DayRange(date(2024, 1, 2), date(2024, 1, 3))
    frame = pl.DataFrame({"moment": [at(0.999), at(1), at(2.999), at(3)]})
    assert frame.select(days.holds("moment")).to_series().to_list() == [False, True, True, False]


def test_an_rma_that_left_the_days_leaves_the_table_and_one_that_came_is_held_once() -> None:
    def frame(**days: int) -> pl.DataFrame:
        return pl.DataFrame(
            {"rma_id": list(days), "stage": ["request"] * len(days), "requested_at": [at(day) for day in days.values()]}
        )

    first, last = at(4).date(), at(6).date()
    replaced = replace_days(frame(gone=5, moved=2, kept=1), frame(moved=6), DayRange(first, last))
    assert dict(replaced.select("rma_id", "requested_at").iter_rows()) == {"kept": at(1), "moved": at(6)}
