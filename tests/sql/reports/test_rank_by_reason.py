from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_reasons_of_a_small_shop(small_shop: Shop) -> None:
    assert [tuple(row.values()) for row in small_shop.table("report_by_reason")] == [
        ("(not given)", Decimal(30), Decimal(50), 1, 1, pytest.approx(0.1), Decimal(30), 1),
        ("too small", Decimal(18), Decimal(30), 2, 3, pytest.approx(0.3), Decimal(9), 2),
    ]


def test_reasons_stand_without_any_sales(shop: Shop) -> None:
    shop.rma("R1", refund_amount=10, return_method="keep_it", reason_code="late")
    shop.build()
    (row,) = shop.table("report_by_reason")
    # 10.00 refund, 0.45 payment fee and 1.50 support.
    assert (row["reason"], row["cost"], row["unit_return_rate"]) == ("late", Decimal("11.95"), None)


def test_an_empty_shop_has_no_reasons(shop: Shop) -> None:
    shop.build()
    assert shop.table("report_by_reason") == []
