from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_categories_of_a_small_shop(small_shop: Shop) -> None:
    assert [tuple(row.values()) for row in small_shop.table("report_by_category")] == [
        ("(not given)", Decimal(30), Decimal(50), 1, 1, 4, 0.25, Decimal(30), 1),
        ("Shirts", Decimal(18), Decimal(30), 2, 3, 6, 0.5, Decimal(9), 2),
    ]


def test_a_denied_line_adds_its_cost_but_is_no_return(shop: Shop) -> None:
    shop.rma("R1", status="denied", label_cost=5, category="Shirts")
    shop.build()
    assert [tuple(row.values()) for row in shop.table("report_by_category")] == [
        ("Shirts", Decimal(5), Decimal(0), 0, 0, 0, None, None, 1),
    ]


def test_an_empty_shop_has_no_categories(shop: Shop) -> None:
    shop.build()
    assert shop.table("report_by_category") == []
