from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def timing(shop: Shop, dimension: str = "all", value: str = "(all)") -> dict[str, Any]:
    rows = build(shop, "report_refund_timing")
    (row,) = [row for row in rows if (row["dimension"], row["value"]) == (dimension, value)]
    return row


def fill_by_hand(shop: Shop) -> None:
    """Refunds of 10 after the receipt, 20 and 40 before it, 80 that never arrived, 160 without goods."""
    old = {"requested_at": "2024-12-01"}
    shop.rma("R1", **old, refund_amount=10, received_at="2024-12-05", refunded_at="2024-12-07", refund_method="cash")
    shop.rma("R2", **old, refund_amount=20, received_at="2024-12-05", refunded_at="2024-12-04")
    shop.rma("R3", refund_amount=40, dock_received=False, refunded_at="2025-01-11")
    shop.rma("R4", **old, refund_amount=80, dock_received=False, refunded_at="2024-12-11")
    shop.rma("R5", **old, refund_amount=160, return_method="keep_it", refunded_at="2024-12-02")


def test_refunds_before_receipt_and_those_that_never_arrived(shop: Shop) -> None:
    fill_by_hand(shop)
    row = timing(shop)
    assert (row["n_refunds"], row["amount"]) == (5, Decimal(310))
    assert (row["n_without_goods"], row["amount_without_goods"]) == (1, Decimal(160))
    assert (row["n_before_receipt"], row["amount_before_receipt"]) == (3, Decimal(140))
    assert row["before_receipt_share"] == 0.75
    # The refund of 11 January is 21 days old: its goods may still come.
    assert (row["n_before_receipt_mature"], row["n_never_arrived"], row["amount_never_arrived"]) == (2, 1, Decimal(80))
    assert row["never_arrived_share"] == 0.5


def test_days_to_the_refund(shop: Shop) -> None:
    fill_by_hand(shop)
    row = timing(shop)
    # From the request: 6, 3, 1, 10 and 1 days; from the receipt: 2, and one refund came first.
    assert (row["mean_days_from_request"], row["p50_days_from_request"], row["p90_days_from_request"]) == (
        4.2,
        3.0,
        10.0,
    )
    assert (row["n_after_receipt_dated"], row["p50_days_from_receipt"], row["p90_days_from_receipt"]) == (1, 2.0, 2.0)


def test_refunds_are_told_by_month_and_methods(shop: Shop) -> None:
    fill_by_hand(shop)
    shop.rma("R6", refund_amount=5)
    shop.rma("R7", status="exchanged")
    assert timing(shop, "month", "2024-12")["n_refunds"] == 4
    assert timing(shop, "month", "(no date)")["amount"] == Decimal(5)
    assert timing(shop, "refund_method", "cash")["amount"] == Decimal(10)
    assert timing(shop, "return_method", "keep_it")["before_receipt_share"] is None
    assert timing(shop, "return_method", "(not given)")["n_refunds"] == 5


def test_without_refunds_there_is_nothing_to_time(shop: Shop) -> None:
    shop.rma("R1", status="denied")
    assert build(shop, "report_refund_timing") == []
