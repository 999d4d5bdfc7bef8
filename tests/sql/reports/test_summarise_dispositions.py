from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def dispositions(shop: Shop) -> dict[tuple[str, str], dict[str, Any]]:
    rows = build(shop, "report_dispositions")
    return {(row["condition_grade"], row["disposition"]): row for row in rows}


def test_grades_and_what_was_recovered_of_them(shop: Shop) -> None:
    paid = {"refund_amount": 50, "unit_cost": 20, "requested_amount": 50}
    shop.rma("R1", **paid, condition_grade="B", restocked=True)
    shop.rma("R2", **paid, condition_grade="D", restocked=False, quantity=2, received_quantity=1)
    shop.rma("R3", condition_grade="C", status="exchanged", unit_cost=20)
    shop.rma("R4", condition_grade="A", status="inspected", unit_cost=20)
    shop.rma("R5", status="requested")
    found = dispositions(shop)
    assert set(found) == {
        ("B", "restocked"), ("D", "not_restocked"), ("C", "(not given)"), ("A", "(not given)"),
    }  # fmt: skip
    figures = ("n_units", "n_unsettled", "refunds", "goods_value", "write_off", "refurbish", "recovered")
    told = {key[0]: tuple(row[name] for name in figures) for key, row in found.items()}
    # Grade B is worth 80 % and costs 2 to mend, C 40 % and 5, D nothing; an exchange has no goods of a refund.
    assert told == {
        "A": (1, 1, 0, 0, 0, 0, 0),
        "B": (1, 0, 50, 20, 4, 2, 14),
        "C": (1, 0, 0, 0, 12, 5, 0),
        "D": (1, 0, 50, 20, 20, 0, 0),
    }
    assert (found["B", "restocked"]["recovery_share"], found["B", "restocked"]["recovery_of_refunds"]) == (0.7, 0.28)
    assert found["C", "(not given)"]["recovery_share"] is None
    assert found["B", "restocked"]["line_share"] == 0.25


def test_days_to_restock_run_from_receipt_to_inspection(shop: Shop) -> None:
    came = {"received_at": "2025-01-10", "condition_grade": "A", "refund_amount": 1}
    for number, day in enumerate([11, 12, 18]):
        shop.rma(f"R{number}", **came, restocked=True, inspected_at=f"2025-01-{day}")
    shop.rma("R8", **came, restocked=True, closed_at="2025-01-14")
    shop.rma("R9", **came, restocked=True)
    row = dispositions(shop)["A", "restocked"]
    days = (row["n_restock_dated"], row["p50_days_to_restock"], row["p90_days_to_restock"], row["mean_days_to_restock"])
    assert days == (4, 2.0, 8.0, 3.75)
    # Without a delivered cost goods are worth half of the five refunds of 1.
    assert row["goods_value"] == Decimal("2.5")


def test_goods_that_went_nowhere_take_no_days(shop: Shop) -> None:
    shop.rma("R1", received_at="2025-01-10", inspected_at="2025-01-12", condition_grade="D", restocked=False)
    row = dispositions(shop)["D", "not_restocked"]
    assert (row["n_restock_dated"], row["p50_days_to_restock"], row["is_small"]) == (0, None, True)
