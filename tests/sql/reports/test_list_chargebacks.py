from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def add(shop: Shop, amount: int, outcome: str | None, number: int = 1, order_id: str = "O1") -> None:
    """Add a chargeback on an order, opened on that day of February."""
    opened = f"2025-02-{number:02d}"
    shop.insert(
        "chargebacks", chargeback_id=f"B{number}", order_id=order_id, opened_at=opened, amount=amount, outcome=outcome
    )


def told(shop: Shop) -> list[tuple[Any, ...]]:
    """Build all, and return state, loss and what was paid twice."""
    shop.build()
    return [(row["state"], row["lost_amount"], row["paid_twice_amount"]) for row in shop.table("report_chargebacks")]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("won", "won"), ("WON", "won"), ("withdrawn", "won"), ("cancelled", "won"), ("reversed", "won"),
        ("lost", "lost"), ("accepted", "lost"), ("expired", "lost"), ("under review", "open"), (None, "open"),
    ],
)  # fmt: skip
def test_outcomes_are_states(shop: Shop, outcome: str | None, state: str) -> None:
    add(shop, 10, outcome)
    assert [row[0] for row in told(shop)] == [state]


def test_what_an_order_was_paid_with_is_lost_once(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "100")
    shop.rma("R1", order_id="O1", refund_amount=40)
    add(shop, 50, "lost", 1)  # 40 and 50: within the 100
    add(shop, 30, "lost", 2)  # 120: 20 of it twice
    add(shop, 25, None, 3)  # all of it beyond the 100, and still open
    add(shop, 99, "won", 4)
    assert told(shop) == [("lost", 50, 0), ("lost", 10, 20), ("open", 0, 0), ("won", 0, 0)]
    (first, *_) = shop.table("report_chargebacks")
    assert (first["order_amount"], first["refunds"], first["n_rma_lines"]) == (100, 40, 1)


def test_of_an_order_of_unknown_value_the_larger_payment_is_its_value(shop: Shop) -> None:
    shop.rma("R1", order_id="O1", refund_amount=40)
    add(shop, 50, "lost")
    assert told(shop) == [("lost", 10, 40)]


def test_an_order_without_an_rma_is_in_no_ledger(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "100")
    add(shop, 100, "lost")
    assert told(shop) == [("lost", 100, 0)]
    assert shop.table("return_costs") == []
    balance = next(row for row in shop.table("report_trial_balance") if row["balance"] == "chargebacks")
    assert (balance["left_amount"], balance["right_amount"], balance["is_ok"]) == (100, 100, True)
    assert balance["detail"] == "0.00 in the ledger, 0.00 won, 100.00 without an RMA, 0.00 open and refunded already"
