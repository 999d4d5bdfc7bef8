from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

NOVEMBER, DECEMBER, JANUARY = date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1)


def complete(shop: Shop, as_of: str) -> set[tuple[str, date]]:
    """Build the tables as they were at ``as_of`` and return the bases and months that were complete."""
    shop.connection.execute(f"set variable as_of = timestamp '{as_of}'")
    shop.build()
    return {(row["basis"], row["month"]) for row in shop.table("report_monthly") if row["is_complete"]}


def test_months_of_a_small_shop_on_both_bases(small_shop: Shop) -> None:
    rows = [tuple(row.values())[:8] for row in small_shop.table("report_monthly")]
    assert rows == [
        (NOVEMBER, "order_cohort", 4, 1, Decimal(40), Decimal(10), 1, 1),
        (DECEMBER, "order_cohort", 3, 1, Decimal(70), Decimal(50), 1, 1),
        (JANUARY, "order_cohort", 3, 0, Decimal(150), Decimal(0), 1, 0),
        (NOVEMBER, "return_date", 4, 1, Decimal(40), Decimal(10), 1, 1),
        (DECEMBER, "return_date", 3, 0, Decimal(70), Decimal(0), 1, 0),
        (JANUARY, "return_date", 3, 3, Decimal(150), Decimal(70), 1, 1),
    ]


def test_rates_are_over_what_was_sold_in_the_month(small_shop: Shop) -> None:
    rates = [
        (row["unit_return_rate"], row["value_return_rate"], row["order_return_rate"])
        for row in small_shop.table("report_monthly")
        if row["basis"] == "return_date"
    ]
    assert rates == [(0.25, 0.25, 1.0), (0.0, 0.0, 0.0), (1.0, pytest.approx(70 / 150), 1.0)]


def test_a_cohort_is_complete_when_nearly_all_returns_would_have_come(small_shop: Shop) -> None:
    # The slower of the two matched returns took 26 days: December is complete on 27 January.
    dates = {("return_date", NOVEMBER), ("return_date", DECEMBER)}
    assert complete(small_shop, "2025-01-26 23:59:59") == dates | {("order_cohort", NOVEMBER)}
    cohorts = {("order_cohort", NOVEMBER), ("order_cohort", DECEMBER)}
    assert complete(small_shop, "2025-01-27 00:00:00") == dates | cohorts


def test_one_slow_return_in_a_hundred_does_not_keep_a_month_open(shop: Shop) -> None:
    for number in range(100):
        shop.sell(f"O{number}", "A", 1, "10", ordered_at="2024-11-01")
        shop.rma(f"R{number}", requested_at="2025-01-30" if number < 5 else "2024-11-11")
        shop.match(f"R{number}", f"O{number}", 1, "10")
    assert ("order_cohort", NOVEMBER) not in complete(shop, "2024-12-10 23:59:59")
    assert ("order_cohort", NOVEMBER) in complete(shop, "2024-12-11 00:00:00")


def test_without_a_matched_return_no_cohort_is_known_to_be_complete(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "10", ordered_at="2020-01-01")
    assert complete(shop, "2025-01-01 00:00:00") == {("return_date", date(2020, 1, 1))}


def test_months_with_returns_alone_have_no_rate(shop: Shop) -> None:
    shop.rma("R1", requested_amount=10)
    shop.build()
    rows = [tuple(row.values()) for row in shop.table("report_monthly")]
    zeros = (0, Decimal(0), Decimal(0), 0, 0, None, None, None)
    assert rows == [
        (JANUARY, "order_cohort", 0, *zeros, False),
        (JANUARY, "return_date", 0, 1, Decimal(0), Decimal(10), 0, 0, None, None, None, True),
    ]


def test_lines_of_an_order_that_was_never_delivered_have_no_month(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "10", ordered_at=None)
    shop.build()
    assert shop.table("report_monthly") == []


def test_one_rma_of_two_orders_counts_in_both_months(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "10", ordered_at="2024-11-05")
    shop.sell("O2", "A", 1, "12", ordered_at="2024-12-05")
    shop.rma("R1", quantity=2, requested_amount=22)
    shop.match("R1", "O1", 1, "10")
    shop.match("R1", "O2", 1, "12")
    shop.build()
    cohorts = [row for row in shop.table("report_monthly") if row["basis"] == "order_cohort"]
    assert [(row["month"], row["units_returned"], row["value_returned"]) for row in cohorts] == [
        (NOVEMBER, 1, Decimal(10)),
        (DECEMBER, 1, Decimal(12)),
        (JANUARY, 0, Decimal(0)),
    ]
