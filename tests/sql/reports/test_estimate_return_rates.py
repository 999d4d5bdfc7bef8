from __future__ import annotations

from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

import pytest

from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop

Z = 1.959964


def rates(shop: Shop, *counts: tuple[str, str, date | None, str | None, int, int, float]) -> dict[str, Row]:
    """Return the rates of counts (dimension, value, month, parent, sold, returned, due) by value, of single units."""
    shop.build("report_return_rates")
    shop.connection.execute("delete from report.report_return_counts")
    for dimension, value, month, parent, sold, returned, due in counts:
        shop.connection.execute(
            "insert into report.report_return_counts (basis, measure, dimension, value, month, parent, sold, returned, "
            "due, usual_size) values ('order_cohort', 'units', ?, ?, ?, ?, ?, ?, ?, 1)",
            [dimension, value, month, parent, sold, returned, due],
        )
    text = statement("reports/estimate_return_rates")
    shop.connection.execute(f"create or replace table report.report_return_rates as {text}")
    return {row["value"]: row for row in shop.table("report_return_rates")}


def test_a_rate_is_completed_by_what_is_not_due_yet(shop: Shop) -> None:
    row = rates(shop, ("total", "all", None, None, 100, 10, 40.0))["all"]
    assert (row["return_rate"], row["maturity"]) == (0.1, 0.4)
    # Ten of the forty due came; a quarter of the other sixty will: 25 of 100.
    assert row["expected_rate"] == pytest.approx(0.25)
    assert row["completed_rate"] == pytest.approx(0.25)
    # A quarter of the sixty, and how little the forty tell of it: a variance of 15 times 100 over 40.
    assert row["completed_high"] - 0.25 == pytest.approx(Z * sqrt(37.5) / 100)
    assert row["completed_low"] == pytest.approx(0.25 - Z * sqrt(37.5) / 100)
    assert row["is_estimate"]


def test_what_has_come_is_the_least_and_all_that_was_sold_the_most(shop: Shop) -> None:
    row = rates(shop, ("total", "all", None, None, 4, 3, 2.0))["all"]
    assert (row["completed_low"], row["completed_rate"], row["completed_high"]) == (0.75, 1.0, 1.0)


def test_when_all_has_come_nothing_is_estimated(shop: Shop) -> None:
    row = rates(shop, ("total", "all", None, None, 100, 20, 100.0))["all"]
    assert {row["completed_low"], row["completed_rate"], row["completed_high"]} == {0.2}
    assert not row["is_estimate"]
    # Wilson for 20 of 100.
    assert row["expected_low"] == pytest.approx(0.13336, abs=1e-5)
    assert row["expected_high"] == pytest.approx(0.28883, abs=1e-5)


def test_goods_are_pulled_towards_their_category_by_how_little_they_differ(shop: Shop) -> None:
    found = rates(
        shop,
        ("total", "all", None, None, 200, 40, 200.0),
        ("category", "Shirts", None, None, 200, 40, 200.0),
        ("sku", "A", None, "Shirts", 100, 35, 100.0),
        ("sku", "B", None, "Shirts", 100, 5, 100.0),
        ("sku", "C", None, "Shirts", 10, 5, 10.0),
    )
    # Chi of A, B, C about 0.2: 2.25 + 2.25 + 0.9 = 5.4, of which chance explains 3 * 0.2; weight 0.2 * 210 / 4.8.
    weight = 0.2 * 210 / (5.4 - 0.6)
    assert found["A"]["parent_rate"] == pytest.approx(0.2)
    assert found["A"]["expected_rate"] == pytest.approx((35 + 0.2 * weight) / (100 + weight))
    assert found["C"]["expected_rate"] == pytest.approx((5 + 0.2 * weight) / (10 + weight))
    assert found["C"]["parent_share"] == pytest.approx(weight / (10 + weight))
    assert [found[sku]["is_small"] for sku in "ABC"] == [False, False, True]


def test_goods_that_do_not_differ_are_worth_a_thousand_sales_of_the_shop(shop: Shop) -> None:
    found = rates(
        shop,
        ("total", "all", None, None, 200, 40, 200.0),
        ("size", "S", None, None, 100, 20, 100.0),
        ("size", "M", None, None, 100, 20, 100.0),
    )
    assert found["S"]["parent_share"] == pytest.approx(1000 / 1100)


def test_a_month_is_pulled_towards_its_own_goods_and_a_small_category_is_no_parent(shop: Shop) -> None:
    month = date(2025, 1, 1)
    found = rates(
        shop,
        ("total", "all", None, None, 1000, 100, 1000.0),
        ("category", "Hats", None, None, 20, 10, 20.0),
        ("sku", "H", None, "Hats", 20, 10, 20.0),
        ("channel", "web", None, None, 500, 150, 500.0),
        ("channel", "web", month, None, 50, 10, 50.0),
        ("reason", "late", None, None, 1000, 10, 1000.0),
    )
    assert found["H"]["parent_rate"] == pytest.approx(0.1)
    parents = {row["month"]: row["parent_rate"] for row in shop.table("report_return_rates") if row["value"] == "web"}
    assert parents == {None: pytest.approx(0.1), month: pytest.approx(0.3)}
    assert found["late"]["parent_rate"] is None
    assert found["late"]["expected_rate"] == pytest.approx(0.01)


def test_more_back_than_sold_has_no_interval_and_nothing_sold_no_rate(shop: Shop) -> None:
    found = rates(
        shop,
        ("total", "all", None, None, 10, 12, 10.0),
        ("channel", "web", None, None, 0, 2, 0.0),
    )
    assert (found["all"]["return_rate"], found["all"]["expected_low"]) == (1.2, None)
    web = [found["web"][name] for name in ("return_rate", "completed_rate", "completed_low", "completed_high")]
    assert web == [None] * 4
