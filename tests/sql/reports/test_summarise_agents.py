from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

MATCHED = {"match_method": "keys", "matched_quantity": 1}


def agents(shop: Shop) -> dict[str, dict[str, Any]]:
    return {row["agent_id"]: row for row in build(shop, "report_agents")}


def test_refunds_against_the_rules_are_counted_once_a_line(shop: Shop) -> None:
    by = {"agent_id": "A1", "requested_amount": 10, **MATCHED}
    shop.rma("R1", **by, refund_amount=12, received_at="2025-01-12", refunded_at="2025-01-14")
    shop.rma("R2", **by, refund_amount=10, received_at="2025-01-12", refunded_at="2025-01-11")
    shop.rma("R3", **by, refund_amount=11, status="denied", condition_grade="empty_box")
    shop.rma("R3", **{**by, "rma_line_id": "2"}, refund_amount=10, received_at="2025-01-12")
    shop.rma("R4", **by, status="inspected")
    shop.rma("R5", refund_amount=99)
    row = agents(shop)["A1"]
    counts = (
        "n_lines",
        "n_rmas",
        "n_refunds",
        "n_above_price",
        "n_before_receipt",
        "n_despite_refusal",
        "n_wrong_goods",
    )
    assert [row[name] for name in counts] == [5, 4, 4, 2, 1, 1, 1]
    assert (row["n_exceptions"], row["exception_rate"]) == (3, 0.75)
    assert (row["refunds"], row["refund_per_line"], row["amount_above_price"]) == (
        Decimal(43), Decimal("10.75"), Decimal(3),
    )  # fmt: skip
    assert (row["p50_days_from_receipt"], row["is_small"]) == (2.0, True)


def test_an_agent_far_above_all_is_above_the_limit(shop: Shop) -> None:
    paid = {"requested_amount": 10, "received_at": "2025-01-12", **MATCHED}
    for number in range(100):
        shop.rma(f"R{number}", **paid, agent_id="A1", refund_amount=11 if number < 2 else 10)
    for number in range(100, 140):
        shop.rma(f"R{number}", **paid, agent_id="A2", refund_amount=11 if number < 112 else 10)
    found = agents(shop)
    rate = 14 / 140
    assert found["A1"]["exception_rate_expected"] == pytest.approx(rate)
    assert found["A1"]["exception_rate_shrunken"] == pytest.approx((2 + 5) / 150)
    assert found["A2"]["exception_rate_shrunken"] == pytest.approx((12 + 5) / 90)
    # Three standard errors of 40 refunds: 3 * sqrt(0.09 / 40) = 0.1423.
    assert found["A2"]["limit_high"] == pytest.approx(0.1 + 0.142302, abs=1e-6)
    assert found["A1"]["limit_low"] == pytest.approx(0.01)
    assert (found["A1"]["is_above_limit"], found["A2"]["is_above_limit"]) == (False, True)


def test_without_refunds_there_is_nothing_to_compare(shop: Shop) -> None:
    shop.rma("R1", status="denied", agent_id="A1")
    row = agents(shop)["A1"]
    names = ("exception_rate", "exception_rate_expected", "exception_rate_shrunken", "limit_low", "limit_high")
    assert [row[name] for name in (*names, "refund_per_line")] == [None] * 6
    assert not row["is_above_limit"]
