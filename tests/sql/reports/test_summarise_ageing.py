from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


@pytest.mark.parametrize(
    ("requested", "bucket"),
    [
        ("2025-01-30", "0-2"),
        ("2025-01-29", "3-7"),
        ("2025-01-25", "3-7"),
        ("2025-01-24", "8-14"),
        ("2025-01-17", "15-30"),
        ("2025-01-01", "31-60"),
        ("2024-12-02", "61-90"),
        ("2024-11-02", "91+"),
    ],
)
def test_ages_are_days_up_to_the_first_of_february(requested: str, bucket: str, shop: Shop) -> None:
    shop.rma("R1", status="requested", requested_at=f"{requested} 23:00:00")
    (row,) = build(shop, "report_ageing")
    assert row["age_bucket"] == bucket
    assert row["age_from_days"] == int(bucket.split("-", maxsplit=1)[0].rstrip("+"))


def test_open_lines_are_told_with_what_is_at_stake(shop: Shop) -> None:
    shop.rma("R1", status="received", requested_amount=30, received_at="2025-01-12")
    shop.rma("R1", rma_line_id="2", status="received", requested_amount=12)
    shop.rma("R2", status="received", requested_at="2025-01-09")
    shop.rma("R3", status="authorized", requested_amount=5)
    shop.rma("R4", status="denied", requested_amount=99)
    shop.rma("R5", status="refunded", refund_amount=99, requested_amount=99)
    found = [tuple(row.values()) for row in build(shop, "report_ageing")]
    assert found == [
        ("authorized", 2, "15-30", 15, 1, 1, Decimal(5), 0, 22, "R3"),
        ("received", 4, "15-30", 15, 3, 2, Decimal(42), 1, 23, "R2"),
    ]


def test_without_open_lines_nothing_ages(shop: Shop) -> None:
    shop.rma("R1", refund_amount=1)
    assert build(shop, "report_ageing") == []
