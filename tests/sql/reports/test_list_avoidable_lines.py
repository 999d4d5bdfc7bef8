from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

BOUGHT = {"line_id": "1", "ordered_at": "2025-01-01", "match_method": "keys", "refund_amount": 10, "customer_id": "C1"}


def rules(shop: Shop) -> dict[str, str]:
    shop.build("report_avoidable")
    return {row["rma_id"]: row["rule"] for row in shop.table("report_avoidable_lines")}


def back(shop: Shop, rma_id: str, order_id: str, reason: str | None, **values: object) -> None:
    shop.rma(rma_id, order_id=order_id, reason_code=reason, **{**BOUGHT, **values})


def sell(shop: Shop, sku: str, count: int, **values: object) -> None:
    for number in range(count):
        goods = {"ordered_at": "2025-01-01", "category": "Lamps", **values}
        shop.sell(f"{sku}{number}", sku, 1, "10", **goods)


def contact(shop: Shop, at: str, *, order_id: str | None = None, topic: str = "how_to") -> None:
    who = {"contact_id": f"K{at}{order_id}", "order_id": order_id, "customer_id": "C1"}
    shop.insert("support_contacts", contacted_at=at, topic=topic, **who)


def test_what_the_reason_says_of_shop_and_carrier(shop: Shop) -> None:
    sell(shop, "A", 6)
    for number, reason in enumerate(["wrong_item", "damaged", "late_delivery", "changed_mind"]):
        back(shop, f"R{number}", f"A{number}", reason)
    back(shop, "R4", "A4", "damaged", condition_grade="A")
    back(shop, "R5", "A5", "wrong_item", status="denied", refund_amount=None)
    assert rules(shop) == {"R0": "wrong_item_sent", "R1": "damaged_on_the_way", "R2": "late_delivery"}


def test_a_description_is_wrong_where_the_goods_have_the_signal(shop: Shop) -> None:
    sell(shop, "A", 10)
    sell(shop, "B", 200)
    for number in range(5):
        back(shop, f"R{number}", f"A{number}", "not_as_described", sku="A")
    back(shop, "R9", "B0", "not_as_described", sku="B")
    assert rules(shop) == {f"R{number}": "wrong_description" for number in range(5)}


def test_a_defect_could_be_known_to_orders_after_it_was_seen(shop: Shop) -> None:
    sell(shop, "A", 10)
    sell(shop, "B", 300)
    shop.sell("late", "A", 1, "10", ordered_at="2025-01-20", category="Lamps")
    for number in range(5):
        back(shop, f"R{number}", f"A{number}", "defective", sku="A", requested_at=f"2025-01-{10 + number}")
    back(shop, "R8", "late", "defective", sku="A", ordered_at="2025-01-20", requested_at="2025-01-25")
    back(shop, "R9", "B0", "defective", sku="B")
    assert rules(shop) == {"R8": "known_defect"}


def test_a_size_is_avoidable_in_the_direction_of_the_style(shop: Shop) -> None:
    sell(shop, "A", 100, style_id="ST", size="M")
    for number in range(12):
        back(shop, f"R{number}", f"A{number}", "too_small")
    back(shop, "R20", "A20", "too_large")
    assert rules(shop) == {f"R{number}": "size_bias" for number in range(12)}


@pytest.mark.parametrize(
    ("at", "order_id", "topic", "reason", "is_avoidable"),
    [
        ("2025-01-08", "A0", "how_to", "changed_mind", True),
        ("2025-01-08", None, "how_to", None, True),
        ("2025-01-08", "A0", "return_question", "changed_mind", False),
        ("2025-01-08", "other", "how_to", "changed_mind", False),
        ("2025-01-11", "A0", "how_to", "changed_mind", False),
        ("2024-12-26", "A0", "how_to", "changed_mind", False),
        ("2024-12-31", None, "how_to", "changed_mind", False),
        ("2025-01-08", "A0", "how_to", "not_received", False),
    ],
)
def test_a_contact_could_have_helped(
    shop: Shop, at: str, *, order_id: str | None, topic: str, reason: str | None, is_avoidable: bool
) -> None:
    sell(shop, "A", 1)
    back(shop, "R0", "A0", reason, requested_at="2025-01-10")
    contact(shop, at, order_id=order_id, topic=topic)
    assert rules(shop) == ({"R0": "support_contact"} if is_avoidable else {})


def test_the_first_rule_that_holds_has_the_line_and_all_adds_up(shop: Shop) -> None:
    sell(shop, "A", 3)
    back(shop, "R0", "A0", "wrong_item")
    back(shop, "R1", "A1", "changed_mind")
    back(shop, "R2", "A2", "gift", status="requested", refund_amount=None)
    contact(shop, "2025-01-08")
    contact(shop, "2025-01-09", order_id="A1")
    assert rules(shop) == {"R0": "wrong_item_sent", "R1": "support_contact"}
    rows = {row["rule"]: row for row in shop.table("report_avoidable")}
    assert [row["precedence"] for row in rows.values()] == list(range(1, 9))
    assert {rule: row["n_lines"] for rule, row in rows.items() if row["n_lines"]} == {
        "wrong_item_sent": 1,
        "support_contact": 1,
        "none": 1,
    }
    assert (rows["none"]["is_avoidable"], rows["late_delivery"]["cost_per_line"]) == (False, None)
    ledger = sum((row["amount"] for row in shop.table("return_costs")), Decimal(0))
    assert sum(row["cost"] for row in rows.values()) == ledger
    assert sum(row["share_of_all"] for row in rows.values()) == pytest.approx(1)
    assert rows["wrong_item_sent"]["refunds"] == Decimal(10)


def test_what_no_export_tells_is_null_and_not_0(shop: Shop) -> None:
    sell(shop, "A", 2)
    back(shop, "R0", "A0", None)
    assert rules(shop) == {}
    found = {row["rule"]: (row["n_lines"], row["cost"] is None) for row in shop.table("report_avoidable")}
    assert found["none"] == (1, False)
    assert {found[rule] for rule in found if rule != "none"} == {(None, True)}
    back(shop, "R1", "A1", "gift")
    rules(shop)
    found = {row["rule"]: (row["n_lines"], row["cost"] is None) for row in shop.table("report_avoidable")}
    assert (found["late_delivery"], found["support_contact"]) == ((0, False), (None, True))
