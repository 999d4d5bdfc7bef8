from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_the_overview_of_a_small_shop(small_shop: Shop) -> None:
    assert small_shop.table("report_overview") == [
        {
            "period_from": date(2024, 11, 5),
            "period_to": date(2025, 1, 25),
            "as_of": datetime.fromisoformat("2025-02-01"),
            "currency": "EUR",
            "orders": 3,
            "orders_with_return": 2,
            "order_lines": 4,
            "units_sold": 10,
            "goods_sales": Decimal("260.0000"),
            "rmas": 4,
            "anonymous_rmas": 1,
            "rma_lines": 4,
            "returned_lines": 3,
            "returned_units": 4,
            "value_returned": Decimal("80.0000"),
            "refunds": Decimal("80.0000"),
            "gross_cost": Decimal("80.0000"),
            "recoveries": Decimal("-32.0000"),
            "total_return_cost": Decimal("48.0000"),
            "cost_per_rma": Decimal("12.0000"),
            "cost_share_of_sales": pytest.approx(48 / 260),
            "unit_return_rate": pytest.approx(0.4),
            "value_return_rate": pytest.approx(80 / 260),
            "order_return_rate": pytest.approx(2 / 3),
            "matched_lines": 3,
            "unmatched_lines": 1,
            "matched_line_share": pytest.approx(0.75),
        }
    ]


def test_an_empty_shop_has_zeros_and_no_rates(shop: Shop) -> None:
    shop.build()
    (overview,) = shop.table("report_overview")
    unknown = {name for name, value in overview.items() if value is None}
    assert unknown == {
        "period_from",
        "period_to",
        "cost_per_rma",
        "cost_share_of_sales",
        "unit_return_rate",
        "value_return_rate",
        "order_return_rate",
        "matched_line_share",
    }
    rest = {value for name, value in overview.items() if name not in unknown | {"as_of", "currency"}}
    assert rest == {0}


def test_returns_without_any_order_are_counted_and_have_no_rates(shop: Shop) -> None:
    shop.rma("R1", refund_amount=10)
    shop.rma("R2", status="rejected", refund_amount=10)
    shop.rma("R3", status="cancelled")
    shop.build()
    (overview,) = shop.table("report_overview")
    assert (overview["rmas"], overview["returned_lines"], overview["unmatched_lines"]) == (3, 2, 3)
    assert (overview["period_from"], overview["period_to"]) == (date(2025, 1, 10), date(2025, 1, 10))
    assert (overview["unit_return_rate"], overview["cost_share_of_sales"]) == (None, None)
    assert overview["matched_line_share"] == 0
