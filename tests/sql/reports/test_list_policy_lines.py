from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def lines(shop: Shop) -> dict[str, dict[str, Any]]:
    return {f"{row['rma_id']}-{row['rma_line_id']}": row for row in build(shop, "report_policy_lines")}


def test_lines_that_were_withdrawn_or_rejected_are_left_out(shop: Shop) -> None:
    for number, status in enumerate(("refunded", "denied", "cancelled", "rejected", "requested")):
        shop.rma(f"R{number}", status=status)
    found = lines(shop)
    assert {key: row["is_returned"] for key, row in found.items()} == {"R0-1": True, "R1-1": False, "R4-1": True}


@pytest.mark.parametrize(
    ("reason", "is_fault"),
    [
        ("damaged", True),
        ("DEFECTIVE", True),
        ("wrong_item", True),
        ("not as described", True),
        ("late_delivery", True),
        ("ordered_wrong_item", False),
        ("size_too_small", False),
        ("changed_mind", False),
        (None, False),
    ],
)
def test_some_reasons_lie_with_the_shop(reason: str | None, is_fault: bool, shop: Shop) -> None:
    shop.rma("R1", reason_code=reason)
    assert lines(shop)["R1-1"]["is_shop_fault"] is is_fault


def test_the_amount_of_an_rma_needs_the_price_of_each_line(shop: Shop) -> None:
    shop.rma("R1", requested_amount=10, refund_amount=10)
    shop.rma("R1", rma_line_id="2", requested_amount=5, refund_amount=5)
    shop.rma("R2", requested_amount=10, refund_amount=10)
    shop.rma("R2", rma_line_id="2", status="exchanged")
    found = lines(shop)
    assert (found["R1-1"]["rma_amount"], found["R1-1"]["n_rma_lines"]) == (Decimal(15), 2)
    assert (found["R2-1"]["rma_amount"], found["R2-1"]["is_keepable"]) == (None, False)
    assert found["R1-2"]["is_keepable"]


def test_what_was_denied_after_the_window_is_late_so_far(shop: Shop) -> None:
    shop.insert("products", sku="A", return_window_days=14, warranty_days=100)
    bought = {"ordered_at": "2024-12-01", "status": "denied"}
    shop.rma("R1", **bought, requested_at="2024-12-16")
    shop.rma("R2", **bought, requested_at="2024-12-15")
    shop.rma("R3", **{**bought, "status": "refunded"}, requested_at="2024-12-16")
    shop.rma("R4", **bought, requested_at="2025-01-20", claim_type="warranty")
    assert [row["is_late_so_far"] for row in lines(shop).values()] == [True, False, False, False]


def test_a_verdict_stands_above_a_flag_and_the_last_above_others(shop: Shop) -> None:
    for number, customer in enumerate(("C1", "C2", "C3", "C4", None)):
        shop.rma(f"R{number}", customer_id=customer)
        shop.flag(f"R{number}", is_flagged=number in {0, 1})
    shop.rma("R5", customer_id="C1")
    verdict = {"decided_by": "ann", "decided_at": "2025-01-20"}
    shop.insert("review_labels", rma_id="R1", verdict="legitimate", **verdict)
    shop.insert("review_labels", rma_id="R2", verdict="fraud", **verdict)
    shop.insert("review_labels", rma_id="R3", verdict="fraud", **verdict)
    later = {"decided_by": "bob", "decided_at": "2025-01-21"}
    shop.insert("review_labels", rma_id="R3", verdict="legitimate", **later)
    rows = list(lines(shop).values())
    assert [row["is_suspicious"] for row in rows] == [True, False, True, False, False, False]
    # R5 is the other RMA of the shopper of R0; nobody is named for R4.
    assert [row["is_honest_shopper"] for row in rows] == [False, True, False, True, False, False]
    assert [row["is_flagged"] for row in rows] == [True, True, False, False, False, False]


def test_sales_of_the_shopper_are_those_of_the_last_year(shop: Shop) -> None:
    shop.sell("O1", "A", 2, "30", ordered_at="2024-06-01")
    shop.sell("O2", "A", 1, "5", ordered_at="2025-01-01")
    shop.sell("O3", "A", 1, "900", ordered_at="2024-01-01")
    shop.rma("R1", customer_id="C1")
    shop.rma("R2", customer_id="C2")
    assert [row["shopper_sales"] for row in lines(shop).values()] == [Decimal(65), None]


def test_a_fee_that_is_estimated_is_the_fee_charged(shop: Shop) -> None:
    shop.connection.execute("update core.cost_rates set value = 0.1 where rate = 'restocking_share'")
    shop.rma("R1", refund_amount=50, condition_grade="A", requested_amount=50)
    row = lines(shop)["R1-1"]
    assert (row["fee_charged"], row["fee_recovered"]) == (Decimal(5), Decimal(-5))
