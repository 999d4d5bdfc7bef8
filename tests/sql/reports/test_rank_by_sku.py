from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_skus_of_a_small_shop(small_shop: Shop) -> None:
    assert [tuple(row.values()) for row in small_shop.table("report_by_sku")] == [
        ("B", "Bag", None, Decimal(30), Decimal(50), 1, 1, 4, 0.25, Decimal(30), 1),
        ("A", "Shirt", "Shirts", Decimal(18), Decimal(30), 2, 3, 6, 0.5, Decimal(9), 2),
    ]


def test_skus_sold_or_returned_alone_are_there_and_ties_stand_by_name(shop: Shop) -> None:
    shop.sell("O1", "Z", 2, "10")
    shop.sell("O1", "Y", 1, "10", line_id="2")
    shop.rma("R1", status="requested", sku="X", requested_amount=10)
    shop.build()
    assert [tuple(row.values()) for row in shop.table("report_by_sku")] == [
        ("X", None, None, Decimal(0), Decimal(0), 1, 1, 0, None, Decimal(0), 1),
        ("Y", None, None, Decimal(0), Decimal(0), 0, 0, 1, 0.0, None, 2),
        ("Z", None, None, Decimal(0), Decimal(0), 0, 0, 2, 0.0, None, 3),
    ]


def test_an_empty_shop_has_no_skus(shop: Shop) -> None:
    shop.build()
    assert shop.table("report_by_sku") == []
