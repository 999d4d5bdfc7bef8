from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_errors_are_summed_up_by_maturity(shop: Shop) -> None:
    shop.build()
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
