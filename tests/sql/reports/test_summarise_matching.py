from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_ways_of_matching_the_surest_first(small_shop: Shop) -> None:
    assert [tuple(row.values()) for row in small_shop.table("report_matching")] == [
        ("keys", 2, 2, 2, Decimal(20)),
        ("order_sku", 1, 1, 1, Decimal(50)),
        ("none", 1, 2, 0, Decimal(20)),
    ]


def test_a_line_of_unknown_value_counts_nothing(shop: Shop) -> None:
    shop.rma("R1", match_method="shopper_sku", quantity=3, matched_quantity=2)
    shop.build()
    assert [tuple(row.values()) for row in shop.table("report_matching")] == [("shopper_sku", 1, 3, 2, Decimal(0))]


def test_an_empty_shop_matched_nothing(shop: Shop) -> None:
    shop.build()
    assert shop.table("report_matching") == []
