from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_errors_are_summed_up_by_maturity(shop: Shop) -> None:
    shop.build("report_completion_error")
    columns = "cohort, cut_on, lines_sold, lines_returned, lines_came, maturity, naive_rate, completed_rate, "
    shop.connection.execute("delete from report.report_completion_backtest")
    for maturity, naive, completed, chance, final in (
        (0.29, 0.05, 0.22, 0.01, 0.20),
        (0.33, 0.07, 0.16, 0.01, 0.19),
        (0.52, 0.10, 0.20, 0.0, 0.20),
    ):
        shop.connection.execute(
            f"insert into report.report_completion_backtest ({columns} chance_error, final_rate) "  # noqa: S608
            "values (date '2024-01-01', date '2024-02-01', 1, 1, 1, ?, ?, ?, ?, ?)",
            [maturity, naive, completed, chance, final],
        )
    text = statement("reports/summarise_completion_error")
    shop.connection.execute(f"create or replace table report.report_completion_error as {text}")

    low, middle = shop.table("report_completion_error")

    assert (low["maturity"], low["n_cohorts"]) == (0.3, 2)
    assert low["naive_error"] == pytest.approx((0.15 + 0.12) / 2)
    assert low["completed_error"] == pytest.approx((0.02 + 0.03) / 2)
    assert low["error_ratio"] == pytest.approx(0.05 / 0.27)
    assert low["bias"] == pytest.approx((0.02 - 0.03) / 2)
    assert low["dispersion"] == pytest.approx((4 + 9) / 2)
    assert low["coverage"] == 0.0
    assert (middle["completed_error"], middle["dispersion"], middle["coverage"]) == (0.0, None, None)


RATE = 0.2
FAR_BELOW = 1 / 3


def test_on_a_shop_of_known_truth_completion_errs_far_less_than_what_is_seen(shop: Shop) -> None:
    connection = shop.connection
    connection.execute("set variable as_of = timestamp '2025-01-31 00:00:00'")
    # 60 lines a day of 300 days; chance (a hash) brings one in five back, after 3 days and about 8 more.
    connection.execute(
        "create temp table drawn as select 'O' || n as order_id, timestamp '2025-01-31' - to_days((n % 300)::integer) "
        "- interval 12 hour as ordered_at, hash(n) % 1000 < 200 as is_back, "
        "3 - 8 * ln((hash(n + 500000) % 1000 + 0.5) / 1000) as delay from range(18000) as lines(n)"
    )
    connection.execute(
        "insert into core.order_lines by name select order_id, ordered_at, '1' as line_id, 'A' as sku, 1 as quantity, "
        "10 as line_amount, 'canonical' as source from drawn"
    )
    connection.execute(
        "insert into core.rma_lines by name select replace(order_id, 'O', 'R') as rma_id, '1' as rma_line_id, "
        "'A' as sku, order_id, ordered_at, ordered_at + to_hours((24 * delay)::integer) as requested_at, "
        "1 as quantity, 'refunded' as status, 'keys' as match_method, 'canonical' as source from drawn where is_back "
        "and ordered_at + to_hours((24 * delay)::integer) < timestamp '2025-01-31'"
    )
    connection.execute(
        "insert into core.rma_matches by name select rma_id, rma_line_id, order_id, '1' as line_id, 1 as quantity, "
        "10 as paid_amount, 'keys' as match_method from core.rma_lines"
    )
    shop.build()

    errors = {row["maturity"]: row for row in shop.table("report_completion_error")}
    assert errors[0.3]["n_cohorts"] > 5
    assert errors[0.3]["error_ratio"] < FAR_BELOW
    assert errors[0.3]["coverage"] > 0.8
    # The last, half grown month, against the truth that drew it.
    (young,) = [
        row
        for row in shop.table("report_return_rates")
        if (row["basis"], row["measure"], row["dimension"]) == ("order_cohort", "units", "total")
        and str(row["month"]) == "2025-01-01"
    ]
    assert young["is_estimate"]
    assert young["return_rate"] < 0.8 * RATE
    assert young["completed_low"] < RATE < young["completed_high"]
    assert abs(young["completed_rate"] - RATE) < FAR_BELOW * abs(young["return_rate"] - RATE)
