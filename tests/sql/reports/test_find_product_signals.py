from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import betabinom, binomtest

from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop

LEAST_SPREAD = 0.001


def judge(shop: Shop, sold: list[int], came_back: list[int], expected: list[float]) -> list[Row]:
    """Return the signals of SKUs that were counted so, in their order."""
    counted = pl.DataFrame(
        {
            "level": "sku",
            "subject": [f"S{number:05d}" for number in range(len(sold))],
            "sold_month": pl.Series([None] * len(sold), dtype=pl.Date),
            "signal": "defect",
            "category": "Shirts",
            "sold_lines": sold,
            "n_lines": came_back,
            "expected_lines": expected,
        }
    ).with_columns(cost=pl.col("n_lines").cast(pl.Decimal(18, 4)))
    shop.build("report_product_counts")
    shop.connection.register("counted", counted)
    shop.connection.execute("insert into report.report_product_counts by name select * from counted")
    select = statement("reports/find_product_signals")
    shop.connection.execute(f"create or replace table report.report_product_signals as {select}")
    return sorted(shop.table("report_product_signals"), key=lambda row: str(row["subject"]))


def test_limits_are_those_of_a_beta_binomial(shop: Shop) -> None:
    grid = [(n, p) for n in (10, 30, 100, 400, 2000) for p in (0.005, 0.02, 0.1, 0.3)]
    sold = [n for n, _ in grid]
    expected = [n * p for n, p in grid]
    rows = judge(shop, sold, [max(round(one), 1) for one in expected], expected)
    for row, (n, p) in zip(rows, grid, strict=True):
        like = betabinom(n, p * (1 / LEAST_SPREAD - 1), (1 - p) * (1 / LEAST_SPREAD - 1))
        assert like.sf(np.floor(row["limit_high"] * n)) <= 0.0013, (n, p)
        assert row["limit_high"] * n <= like.ppf(0.999) + 1.1, (n, p)
        assert like.sf(np.floor(row["usual_high"] * n)) <= 0.05, (n, p)
        assert row["usual_high"] * n <= like.ppf(0.975) + 1, (n, p)
        assert like.cdf(np.ceil(row["limit_low"] * n) - 1) <= 0.002, (n, p)
        assert like.cdf(np.ceil(row["usual_low"] * n) - 1) <= 0.05, (n, p)
        assert row["limit_low"] <= row["usual_low"] <= p <= row["usual_high"] <= row["limit_high"]


def test_products_that_differ_by_nature_are_no_signals(shop: Shop) -> None:
    draw = np.random.default_rng(11)
    rates = draw.beta(0.1 * 49, 0.9 * 49, 600)
    sold = [500] * 600
    came_back = [int(one) for one in draw.binomial(500, rates)]
    rows = judge(shop, sold, came_back, [50.0] * 600)
    # Limits of a binomial at one rate would call a third of them unusual; one among a thousand is.
    plain = [binomtest(n, 500, 0.1, alternative="greater").pvalue < 0.001 for n in came_back]
    assert sum(plain) > 60
    assert sum(row["is_signal"] for row in rows) <= 4


def test_a_few_bad_ones_do_not_hide_themselves(shop: Shop) -> None:
    draw = np.random.default_rng(12)
    came_back = [int(one) for one in draw.binomial(500, 0.1, 95)] + [110] * 5
    rows = judge(shop, [500] * 100, came_back, [50.0] * 100)
    assert [row["subject"] for row in rows if row["is_signal"]] == [f"S{number:05d}" for number in range(95, 100)]
    assert {row["standing"] for row in rows[95:]} == {"unusually_high"}
    bad: dict[str, Any] = rows[95]
    assert bad["excess_lines"] == pytest.approx(60)
    assert float(bad["excess_cost"]) == pytest.approx(60)
    assert bad["rate"] == pytest.approx((110 + 0.1 * 100) / 600)
    low, high = binomtest(120, 600).proportion_ci(method="wilson")
    assert (bad["rate_low"], bad["rate_high"]) == pytest.approx((low, high), abs=1e-6)


def test_two_lines_are_no_pattern_and_a_subject_alone_has_none(shop: Shop) -> None:
    rows = judge(shop, [10, 10], [2, 8], [0.001, 8.0])
    assert [row["is_signal"] for row in rows] == [False, False]
    assert [row["standing"] for row in rows] == ["high", "usual"]
    assert all(row["is_small"] for row in rows)


def sell_bad_lamp(shop: Shop) -> None:
    for number in range(200):
        shop.sell(f"B{number}", "B", 1, "10", ordered_at="2025-01-01", category="Lamps")
    for number in range(10):
        shop.sell(f"A{number}", "A", 1, "10", ordered_at="2025-01-01", category="Lamps", product_name="Lamp")
    for sku, number, day in [("B", 0, 9), *(("A", number, 10 + number) for number in range(5))]:
        purchase = {"order_id": f"{sku}{number}", "line_id": "1", "ordered_at": "2025-01-01", "match_method": "keys"}
        given = {"reason_code": "defective", "requested_at": f"2025-01-{day:02d}", "refund_amount": 10}
        shop.rma(f"R{sku}{number}", sku=sku, **purchase, **given)


def test_a_signal_was_first_seen_when_the_lines_so_far_passed_the_limit(shop: Shop) -> None:
    sell_bad_lamp(shop)
    shop.build("report_product_signals")
    found = {(row["level"], row["subject"], row["signal"]): row for row in shop.table("report_product_signals")}
    lamp = found["sku", "A", "defect"]
    # One line of 200 others came back: of 10 lamps 3 are more than the limit, and the third came on the twelfth.
    assert (lamp["is_signal"], lamp["first_seen_on"], lamp["product_name"]) == (True, date(2025, 1, 12), "Lamp")
    assert found["lot", "A", "defect"]["first_seen_on"] == date(2025, 1, 12)
    assert found["lot", "A", "defect"]["sold_month"] == date(2025, 1, 1)
    assert (found["sku", "B", "defect"]["is_signal"], found["sku", "B", "defect"]["first_seen_on"]) == (False, None)
    assert shop.table("report_product_signals")[0]["is_signal"]


def test_the_order_of_the_rows_does_not_matter(shop: Shop) -> None:
    sell_bad_lamp(shop)
    shop.build("report_product_signals")
    before = shop.table("report_product_signals")
    for table in ("order_lines", "rma_lines"):
        shop.connection.execute(f"create or replace table core.{table} as from core.{table} order by hash(order_id)")
    shop.build("report_product_signals")
    assert shop.table("report_product_signals") == before
