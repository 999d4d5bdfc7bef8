from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop

START = date(2024, 1, 1)
WEEKS = 40
DELAYS = (3, 10, 17, 24)


def fill(shop: Shop, late: timedelta = timedelta(0)) -> None:
    """Sell 20 lines every Monday of 40 weeks, of which one each comes back after 3, 10, 17 and 24 days."""
    shop.connection.execute("set variable as_of = timestamp '2025-01-31 12:00:00'")
    mondays = [START + timedelta(weeks=week) for week in range(WEEKS)]
    lines = [(f"O{at}-{line}", at) for at in mondays for line in range(20)]
    back = [(f"R{at}-{delay}", at + timedelta(days=delay) + late, at) for at in mondays for delay in DELAYS]
    shop.connection.execute("create temp table asked (rma_id varchar, requested_at timestamp, ordered_at timestamp)")
    shop.connection.execute(f"insert into asked values {', '.join(str(tuple(map(str, row))) for row in back)}")  # noqa: S608
    shop.connection.execute("create temp table bought (order_id varchar, ordered_at timestamp)")
    shop.connection.execute(f"insert into bought values {', '.join(str(tuple(map(str, row))) for row in lines)}")  # noqa: S608
    shop.connection.execute(
        "insert into core.order_lines by name select *, '1' as line_id, 'A' as sku, 1 as quantity, 10 as unit_price, "
        "10 as line_amount, 'C1' as customer_id, 'canonical' as source from bought"
    )
    shop.connection.execute(
        "insert into core.rma_lines by name select *, '1' as rma_line_id, 'A' as sku, 1 as quantity, 'refunded' as "
        "status, 'keys' as match_method, 'canonical' as source from asked"
    )


def backtest(shop: Shop) -> list[Row]:
    shop.build()
    return shop.table("report_completion_backtest")


def test_a_young_week_is_completed_to_what_came(shop: Shop) -> None:
    fill(shop)
    rows = backtest(shop)
    assert len(rows) > 100
    assert {row["final_rate"] for row in rows} == {0.2}
    young = [row for row in rows if (row["cut_on"] - row["cohort"]).days in {8, 9, 10}]
    # After the first of four delays a quarter has come: 5 % of the lines.
    assert {row["naive_rate"] for row in young} == {0.05}
    assert {round(row["maturity"], 6) for row in young} == {0.25}
    assert all(row["completed_rate"] == pytest.approx(0.2) for row in young)
    # All came of weeks that are nearly complete, and they are left out.
    assert max(row["maturity"] for row in rows) < 0.95


def test_a_cut_knows_nothing_that_came_later(shop: Shop) -> None:
    fill(shop)
    known = {(row["cohort"], row["cut_on"]): row for row in backtest(shop)}
    changed_on = date(2024, 7, 1)
    shop.connection.execute("delete from core.rma_lines where requested_at >= ?", [changed_on])
    shop.connection.execute("delete from core.order_lines where ordered_at >= ?", [changed_on])
    again = {(row["cohort"], row["cut_on"]): row for row in backtest(shop)}
    early = [key for key in known if key[1] <= changed_on and key in again]
    assert len(early) > 20
    seen = ("lines_sold", "lines_returned", "maturity", "completed_rate", "chance_error")
    assert [[known[key][name] for name in seen] for key in early] == [
        [again[key][name] for name in seen] for key in early
    ]


def test_what_comes_after_90_days_is_on_neither_side(shop: Shop) -> None:
    fill(shop, late=timedelta(days=90))
    # Nothing tells how long returns take within 90 days.
    assert backtest(shop) == []


def test_a_quarter_of_history_is_needed(shop: Shop) -> None:
    fill(shop)
    assert min(row["cut_on"] for row in backtest(shop)) >= START + timedelta(days=91)
    shop.connection.execute("set variable as_of = timestamp '2024-03-01 00:00:00'")
    assert backtest(shop) == []
