from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.sql.reports.conftest import QUIET

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

MATCHED = {"match_method": "keys", "matched_quantity": 1, "line_id": "1", "ordered_at": "2024-12-05", "unit_cost": 0}


def test_a_sold_line_counts_once_a_signal_on_its_first_day(shop: Shop) -> None:
    shop.rates(QUIET)
    shop.sell("O1", "A", 2, "10", ordered_at="2024-12-05")
    shop.sell("O2", "A", 1, "10", ordered_at="2024-12-05")
    shop.rma("R1", **MATCHED, order_id="O1", reason_code="defect", requested_at="2025-01-20", refund_amount=3)
    shop.rma("R2", **MATCHED, order_id="O1", reason_code="too small", requested_at="2025-01-10", refund_amount=4)
    shop.rma("R3", **MATCHED, order_id="O2", reason_code="gift", requested_at="2025-01-10", refund_amount=5)
    shop.rma("R4", order_id="O2", reason_code="defect", requested_at="2025-01-10", refund_amount=6)
    shop.rma("R5", **MATCHED, order_id="O2", reason_code="defect", status="denied")
    shop.build()
    found = [tuple(row.values()) for row in shop.table("product_claims")]
    month = date(2024, 12, 1)
    assert found == [
        ("A", month, date(2025, 1, 10), "any_reason", 2, Decimal(12)),
        ("A", month, date(2025, 1, 10), "too_small", 1, Decimal(4)),
        ("A", month, date(2025, 1, 20), "defect", 1, Decimal(3)),
    ]
