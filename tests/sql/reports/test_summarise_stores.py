from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_stores_with_what_they_took_back(shop: Shop) -> None:
    there = {"store_id": "S1", "return_method": "store", "requested_amount": 10}
    paid = {"refund_amount": 10, "refunded_at": "2025-01-12", "unit_cost": 4}
    matched = {"match_method": "keys", "matched_quantity": 1}
    shop.rma("R1", **there, **paid, refund_method="cash", condition_grade="A", quantity=2)
    shop.rma("R1", **there, **{**paid, "refund_amount": 12}, **matched, rma_line_id="2", condition_grade="B")
    shop.rma("R2", **there, status="denied")
    shop.rma("R3", store_id="S2", refund_amount=5, refund_method="original", condition_grade="A")
    shop.rma("R4", refund_amount=99)
    first, second = build(shop, "report_stores")
    counts = ("n_lines", "n_rmas", "returned_lines", "returned_units", "n_refunds", "n_cash", "n_graded")
    assert [first[name] for name in counts] == [3, 2, 2, 3, 2, 1, 2]
    assert (first["n_without_purchase"], first["n_above_price"], first["refunds"]) == (1, 1, Decimal(22))
    assert first["cost_per_line"] == first["cost"] / 2
    # One in three refunds was in cash, two of three grades are A.
    assert first["cash_share_shrunken"] == pytest.approx((1 + 50 / 3) / 52)
    assert second["cash_share_shrunken"] == pytest.approx((0 + 50 / 3) / 51)
    assert first["grade_a_share_shrunken"] == pytest.approx((1 + 100 / 3) / 52)
    assert (first["p50_days_to_refund"], second["p50_days_to_refund"]) == (2.0, None)
    assert (first["store_id"], second["store_id"], second["is_small"]) == ("S1", "S2", True)


def test_a_store_without_refunds_has_no_shares(shop: Shop) -> None:
    shop.rma("R1", store_id="S1", status="denied")
    (row,) = build(shop, "report_stores")
    assert (row["cost_per_line"], row["cash_share_shrunken"], row["grade_a_share_shrunken"]) == (None, None, None)
