from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

JANUARY = date(2025, 1, 1)


def test_an_age_holds_the_orders_that_have_reached_it(shop: Shop) -> None:
    shop.sell("O1", "A", 4, "10", ordered_at="2025-01-01")
    shop.sell("O2", "A", 6, "10", ordered_at="2025-01-20")
    back = {"match_method": "keys", "order_id": "O1", "ordered_at": "2025-01-01"}
    shop.rma("R1", requested_at="2025-01-07", quantity=1, **back)
    shop.rma("R2", requested_at="2025-01-08", quantity=2, **back)
    shop.rma("R3", requested_at="2025-01-22", ordered_at="2025-01-20", match_method="keys", order_id="O2")
    shop.build()

    rows = {row["age_weeks"]: row for row in shop.table("report_cohorts")}

    # On 1 February O1 is 31 days old and O2 twelve.
    assert list(rows) == [1, 2, 3, 4]
    assert {row["cohort"] for row in rows.values()} == {JANUARY}
    units = {age: (row["units_sold"], row["units_returned"]) for age, row in rows.items()}
    assert units == {1: (10, 2), 2: (4, 3), 3: (4, 3), 4: (4, 3)}
    assert [row["is_whole"] for row in rows.values()] == [True, False, False, False]
    assert [rows[1]["lines_sold"], rows[1]["lines_returned"]] == [2, 2]
    # Delays of 6 and 7 days (R1, R2) and of 2 (R3). Of the two within 7 days of an order of 7 days, all three count:
    # one of three took 7 days, so two thirds come within the first week.
    assert rows[1]["maturity"] == pytest.approx(2 / 3)
    assert rows[1]["unit_return_rate"] == pytest.approx(0.2)
    assert rows[1]["completed_rate"] == pytest.approx(0.3)
    assert rows[2]["completed_rate"] == rows[2]["unit_return_rate"] == pytest.approx(0.75)


def test_without_returns_nothing_is_expected(shop: Shop) -> None:
    shop.sell("O1", "A", 4, "10", ordered_at="2025-01-20")
    shop.build()
    (row,) = shop.table("report_cohorts")
    assert (row["units_returned"], row["maturity"], row["completed_rate"]) == (0, 0.0, None)
