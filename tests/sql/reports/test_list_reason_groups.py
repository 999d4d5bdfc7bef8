from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

GROUPS = {
    "defective": "defect",
    "quality_unacceptable": "defect",
    "Funktioniert nicht": "defect",
    "werkt niet meer": "defect",
    "not_as_described": "not_as_described",
    "Entspricht nicht der Beschreibung": "not_as_described",
    "size_too_small": "too_small",
    "zu klein": "too_small",
    "te krap": "too_small",
    "size-too-large": "too_large",
    "Zu groß": "too_large",
    "te groot": "too_large",
    "wrong_size": "wrong_size",
    "does not fit": "wrong_size",
    "DAMAGED": "damaged",
    "beschädigt angekommen": "damaged",
    "wrong_item": "wrong_item",
    "wrong_color": "wrong_item",
    "ordered_wrong_item": "changed_mind",
    "late_delivery": "late_delivery",
    "te laat bezorgd": "late_delivery",
    "never_arrived": "not_received",
    "missing_item": "missing_item",
    "gift": "gift",
    "Cadeau": "gift",
    "changed_mind": "changed_mind",
    "no_longer_needed": "changed_mind",
    "no_reason_given": "not_given",
    "solar flare": "other",
}


@pytest.fixture(scope="module")
def groups(new_shop: object) -> dict[str, str]:
    shop: Shop = new_shop()  # type: ignore[operator]
    for number, reason in enumerate(GROUPS):
        shop.rma(f"R{number}", reason_code=reason)
    shop.build("report_reason_groups")
    return {row["reason"]: row["reason_group"] for row in shop.table("report_reason_groups")}


@pytest.mark.parametrize("reason", GROUPS)
def test_a_reason_is_read_by_its_words(groups: dict[str, str], reason: str) -> None:
    assert groups[reason] == GROUPS[reason]


def test_what_is_claimed_speaks_where_the_reason_does_not(shop: Shop) -> None:
    shop.rma("R1", claim_type="item_not_received")
    shop.rma("R2", claim_type="warranty", reason_code="solar flare")
    shop.rma("R3", claim_type="damaged_in_transit", reason_code="defective")
    shop.rma("R4")
    shop.build("report_reason_groups")
    rows = shop.table("report_reason_groups")
    assert {(row["reason"], row["claim_type"], row["reason_group"]) for row in rows} == {
        ("(not given)", "item_not_received", "not_received"),
        ("(not given)", "return", "not_given"),
        ("defective", "damaged_in_transit", "defect"),
        ("solar flare", "warranty", "defect"),
    }


def test_lines_and_cost_add_up_to_the_ledger(small_shop: Shop) -> None:
    rows = small_shop.table("report_reason_groups")
    assert [(row["reason"], row["n_lines"]) for row in rows] == [("(not given)", 2), ("too small", 2)]
    ledger = sum((row["amount"] for row in small_shop.table("return_costs")), Decimal(0))
    assert sum(row["cost"] for row in rows) == ledger == Decimal(48)
