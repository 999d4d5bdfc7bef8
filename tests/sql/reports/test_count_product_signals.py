from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

SHIRT = {"category": "Shirts", "style_id": "ST"}


def sell(shop: Shop, sku: str, count: int, month: str = "2024-11", **values: object) -> None:
    for number in range(count):
        shop.sell(f"{sku}-{month}-{number}", sku, 1, "10", ordered_at=f"{month}-05", **(SHIRT | values))


def back(shop: Shop, sku: str, number: int, month: str = "2024-11", **values: object) -> None:
    given = {"reason_code": "defective", "requested_at": f"{month}-20", "refund_amount": 10, **values}
    purchase = {"order_id": f"{sku}-{month}-{number}", "line_id": "1", "ordered_at": f"{month}-05"}
    shop.rma(f"R-{sku}-{month}-{number}", sku=sku, match_method="keys", **purchase, **given)


def counts(shop: Shop, level: str = "sku") -> dict[tuple[str, str], tuple[int, int, float]]:
    shop.build("report_product_counts")
    return {
        (row["subject"], row["signal"]): (row["sold_lines"], row["n_lines"], round(row["expected_lines"], 6))
        for row in shop.table("report_product_counts")
        if row["level"] == level
    }


def test_what_is_expected_is_the_rate_of_the_others_in_the_category(shop: Shop) -> None:
    sell(shop, "A", 10)
    sell(shop, "B", 30, style_id=None)
    for number in range(4):
        back(shop, "A", number)
    back(shop, "B", 0)
    back(shop, "B", 1)
    found = counts(shop)
    # The category loses 6 of 40: 1.5 of A's 10 and 4.5 of B's 30, each then by what the other one loses of its own.
    assert found["A", "defect"] == (10, 4, round(1.5 * (6 - 4 + 0.5) / (6 - 1.5 + 0.5), 6))
    assert found["B", "defect"] == (30, 2, round(4.5 * (6 - 2 + 0.5) / (6 - 4.5 + 0.5), 6))
    assert found["A", "any_reason"] == found["A", "defect"]
    assert set(found) == {(sku, signal) for sku in "AB" for signal in ("any_reason", "defect")}


def test_months_are_compared_with_the_same_months(shop: Shop) -> None:
    sell(shop, "A", 20, "2024-06")
    sell(shop, "B", 20, "2024-06")
    sell(shop, "A", 10, "2025-01")
    sell(shop, "C", 20, "2025-01")
    for number in range(5):
        back(shop, "A", number, "2024-06")
        back(shop, "B", number, "2024-06")
    back(shop, "A", 0, "2025-01")
    found = counts(shop)
    # June loses 10 of 40, January (whose returns are still to come) 1 of 30: C is held against January alone.
    assert found["C", "defect"] == (20, 0, round(20 / 30 * (11 + 0.5) / (11 - 20 / 30 + 0.5), 6))
    assert found["B", "defect"] == (20, 5, round(5 * (11 - 5 + 0.5) / (11 - 5 + 0.5), 6))


def test_only_returned_lines_with_a_purchase_count_each_once(shop: Shop) -> None:
    sell(shop, "A", 10)
    back(shop, "A", 0)
    back(shop, "A", 0, rma_line_id="2")
    back(shop, "A", 1, status="denied", refund_amount=None)
    shop.rma("R9", sku="A", reason_code="defective", refund_amount=10)
    assert counts(shop)["A", "defect"][:2] == (10, 1)


def test_other_reasons_are_in_the_sum_of_all_alone(shop: Shop) -> None:
    sell(shop, "A", 10)
    back(shop, "A", 0, reason_code="changed_mind")
    assert {key: found[:2] for key, found in counts(shop).items()} == {("A", "any_reason"): (10, 1)}


def test_styles_lots_and_suppliers_have_rows_of_their_own(shop: Shop) -> None:
    sell(shop, "A", 10)
    sell(shop, "A", 10, "2024-12")
    sell(shop, "B", 10)
    for number in range(3):
        back(shop, "A", number)
    back(shop, "A", 0, "2024-12")
    assert counts(shop, "style")["ST", "defect"][:2] == (30, 4)
    assert counts(shop, "lot")["A", "defect"][:2] == (10, 3)
    shop.connection.execute("update core.products set supplier_id = 'S1' where sku = 'B'")
    shop.connection.execute(f"create or replace table x as {statement('reports/count_product_signals')}")
    found = shop.connection.execute("select subject, sold_lines, n_lines from x where level = 'supplier'").fetchall()
    assert sorted(set(found)) == [("S1", 10, 0)]


@pytest.mark.parametrize("category", [None, "Shirts"])
def test_cost_is_that_of_the_lines(shop: Shop, category: str | None) -> None:
    sell(shop, "A", 2, category=category)
    back(shop, "A", 0)
    shop.build("report_product_counts")
    (cost,) = {row["cost"] for row in shop.table("report_product_counts")}
    assert cost == sum((row["amount"] for row in shop.table("return_costs")), Decimal(0))
    assert {row["category"] for row in shop.table("report_product_counts")} == {category or "(not given)"}
