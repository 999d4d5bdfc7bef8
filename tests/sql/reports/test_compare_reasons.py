from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

AGREEMENTS = [
    ("defective", "A", "does_not_fit"),
    ("defective", "B", "says_nothing"),
    ("defective", "D", "fits"),
    ("damaged", "C", "fits"),
    ("changed_mind", "A", "fits"),
    ("changed_mind", "C", "does_not_fit"),
    ("too_small", "wrong_item", "does_not_fit"),
    ("wrong_item", "wrong_item", "fits"),
    ("wrong_item", "A", "says_nothing"),
    ("not_as_described", "D", "does_not_fit"),
    ("missing_item", "empty_box", "fits"),
    ("gift", "empty_box", "does_not_fit"),
    ("not_received", "A", "does_not_fit"),
    ("defective", None, "says_nothing"),
    (None, "D", "says_nothing"),
]


@pytest.mark.parametrize(("reason", "grade", "agreement"), AGREEMENTS)
def test_a_reason_fits_a_finding_or_does_not(shop: Shop, reason: str | None, grade: str | None, agreement: str) -> None:
    shop.rma("R1", reason_code=reason, condition_grade=grade)
    shop.build("report_reason_checks")
    (row,) = shop.table("report_reason_checks")
    assert row["agreement"] == agreement
    assert row["finding"] == (grade or "(not inspected)")


def test_the_matrix_counts_every_line_and_all_cost(shop: Shop) -> None:
    shop.rma("R1", reason_code="defective", condition_grade="A", refund_amount=10)
    shop.rma("R2", reason_code="faulty", condition_grade="A", refund_amount=30)
    shop.rma("R3", reason_code="defective", condition_grade="D", status="rejected")
    shop.rma("R4", reason_code="defective", status="requested")
    shop.build("report_reason_checks")
    rows = {(row["reason_group"], row["finding"]): row for row in shop.table("report_reason_checks")}
    as_new = rows["defect", "A"]
    assert (as_new["n_lines"], as_new["n_refused"], as_new["refunds"], as_new["is_small"]) == (2, 0, Decimal(40), True)
    assert as_new["share_of_inspected"] == pytest.approx(2 / 3)
    assert (rows["defect", "D"]["n_lines"], rows["defect", "D"]["n_refused"]) == (1, 1)
    assert rows["defect", "(not inspected)"]["share_of_inspected"] is None
    assert as_new["cost_per_line"] == as_new["cost"] / 2
    ledger = sum((row["amount"] for row in shop.table("return_costs")), Decimal(0))
    assert sum(row["cost"] for row in rows.values()) == ledger
