from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_other_lines_are_counted_and_summed_by_kind(shop: Shop) -> None:
    for kind, amount in (("postage", "4.50"), ("fee", "-10"), ("postage", "5.50"), ("bad_debt", None)):
        shop.insert("other_lines", kind=kind, amount=amount)
    shop.build()
    assert [tuple(row.values()) for row in shop.table("report_other_lines")] == [
        ("bad_debt", 1, Decimal(0)),
        ("fee", 1, Decimal(-10)),
        ("postage", 2, Decimal(10)),
    ]


def test_an_empty_shop_has_no_other_lines(shop: Shop) -> None:
    shop.build()
    assert shop.table("report_other_lines") == []
