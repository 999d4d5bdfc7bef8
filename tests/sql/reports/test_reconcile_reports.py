from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from pipelines.cost_model import CostSettings, rate_rows
from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

NAMES = [
    "avoidable_costs",
    "category_costs",
    "category_units_returned",
    "category_units_sold",
    "component_costs",
    "cost_rates_are_complete",
    "delivered_labels_in_ledger",
    "ledger_rows_are_unique",
    "ledger_rows_have_an_rma_line",
    "ledger_rows_with_wrong_sign",
    "matching_lines",
    "monthly_units_returned",
    "overview_cost",
    "overview_is_dated",
    "reason_check_costs",
    "reason_costs",
    "reason_group_costs",
    "reason_units_returned",
    "refund_rows_in_ledger",
    "refunds_in_ledger",
    "segment_costs",
    "sku_costs",
    "sku_units_returned",
    "sku_units_sold",
]
SUMS_OF_LINES = (
    "avoidable_costs",
    "category_costs",
    "reason_check_costs",
    "reason_costs",
    "reason_group_costs",
    "segment_costs",
    "sku_costs",
)
"""The checks of tables that sum up what lines of RMAs cost."""


def failed(shop: Shop) -> dict[str, Decimal]:
    """Run the checks on the tables as they stand: the difference of each that does not hold."""
    rows = shop.connection.execute(statement("reports/reconcile_reports")).fetchall()
    return {name: difference for name, _, _, difference, is_ok in rows if not is_ok}


def test_every_check_holds_on_a_small_shop_and_on_an_empty_one(shop: Shop, small_shop: Shop) -> None:
    assert small_shop.failed_checks() == []
    assert [row["check_name"] for row in small_shop.table("report_checks")] == NAMES
    shop.connection.execute("delete from core.order_lines; delete from core.rma_lines; delete from core.rma_matches")
    shop.build("report_checks")
    assert shop.failed_checks() == []


def test_the_checks_show_both_figures(small_shop: Shop) -> None:
    refunds = next(row for row in small_shop.table("report_checks") if row["check_name"] == "refunds_in_ledger")
    assert tuple(refunds.values()) == ("refunds_in_ledger", Decimal(80), Decimal(80), Decimal(0), True)


def test_the_number_of_rates_is_the_settings(small_shop: Shop) -> None:
    rates = next(row for row in small_shop.table("report_checks") if row["check_name"] == "cost_rates_are_complete")
    assert rates["expected"] == len(rate_rows(CostSettings()))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "delete from report.return_costs where rma_id = 'R1' and component = 'refund'",
            {"refunds_in_ledger": -10, "refund_rows_in_ledger": -1, "overview_cost": 10, "component_costs": 10}
            | dict.fromkeys(SUMS_OF_LINES, 10),
        ),
        ("insert into report.return_costs select * replace (0 as amount) from report.return_costs limit 1", None),
        ("update report.return_costs set rma_line_id = '7' where rma_id = 'R2'", {"ledger_rows_have_an_rma_line": -2}),
        ("update core.rma_lines set label_cost = 3 where rma_id = 'R1'", {"delivered_labels_in_ledger": -3}),
        ("delete from core.cost_rates where variant = 'mail'", {"cost_rates_are_complete": -1}),
        ("update report.report_overview set as_of = null", {"overview_is_dated": -1}),
        ("delete from report.report_matching where match_method = 'none'", {"matching_lines": -1}),
        (
            "delete from report.report_by_sku where sku = 'B'",
            {"sku_costs": -30, "sku_units_sold": -4, "sku_units_returned": -1},
        ),
        (
            "delete from report.report_by_category where category = 'Shirts'",
            {"category_costs": -18, "category_units_sold": -6, "category_units_returned": -3},
        ),
        ("update report.report_by_reason set returned_units = 0", {"reason_units_returned": -4}),
        ("delete from report.report_reason_groups where reason = 'too small'", {"reason_group_costs": -18}),
        ("update report.report_reason_checks set cost = cost + 1", {"reason_check_costs": 2}),
        ("delete from report.report_avoidable where rule = 'none'", {"avoidable_costs": -48}),
        ("delete from report.report_segments where segment = 'not_known'", {"segment_costs": -12}),
        ("delete from report.report_monthly where month = date '2025-01-01'", {"monthly_units_returned": -3}),
        (
            "update report.return_costs set amount = -amount where rma_id = 'R1' and component = 'resale'",
            {"ledger_rows_with_wrong_sign": 1, "overview_cost": -8, "component_costs": -8}
            | dict.fromkeys(SUMS_OF_LINES, -8),
        ),
    ],
)
def test_a_table_that_tells_another_story_is_found(
    small_shop: Shop, change: str, expected: dict[str, int] | None
) -> None:
    small_shop.build("report_checks")
    small_shop.connection.execute(change)
    if expected is None:
        expected = {"ledger_rows_are_unique": -1, "refund_rows_in_ledger": 1}
    assert failed(small_shop) == expected
