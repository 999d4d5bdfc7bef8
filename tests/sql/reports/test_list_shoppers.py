from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from scipy.stats import binomtest

from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop


def shoppers(shop: Shop) -> dict[str, Row]:
    shop.build("report_shoppers", "report_segments", "report_concentration")
    return {row["customer_id"]: row for row in shop.table("report_shoppers")}


def buy(shop: Shop, shopper: str, count: int, price: str = "10", **values: object) -> None:
    for number in range(count):
        goods = {"customer_id": shopper, "unit_cost": 4, "ordered_at": f"2025-01-{number % 28 + 1:02d}", **values}
        shop.sell(f"{shopper}-{number}", "A", 1, price, **goods)


def back(shop: Shop, shopper: str, numbers: range, **values: object) -> None:
    for number in numbers:
        purchase = {"order_id": f"{shopper}-{number}", "line_id": "1", "match_method": "keys", "unit_cost": 4}
        given = {"customer_id": shopper, "refund_amount": 10, "requested_amount": 10, "reason_code": "changed_mind"}
        shop.rma(f"R-{shopper}-{number}", **{**purchase, **given, **values})


def test_what_a_shopper_is_worth_after_returns(shop: Shop) -> None:
    buy(shop, "C1", 4, "30")
    back(shop, "C1", range(1), refund_amount=30, condition_grade="A", label_cost=5)
    buy(shop, "C2", 1)
    found = shoppers(shop)
    one = found["C1"]
    assert (one["orders"], one["order_lines"], one["units_bought"]) == (4, 4, 4)
    assert (one["first_ordered_on"], one["last_ordered_on"]) == (date(2025, 1, 1), date(2025, 1, 4))
    assert (one["sales"], one["refunds"], one["net_sales"], one["margin"]) == (120, 30, 90, 104)
    # Refund 30, label 5, handling 3, fees 0.85 and 0.3 contacts of 5; the goods, worth 4, are on the shelf again.
    assert one["cost"] == Decimal("36.35")
    assert one["contribution"] == Decimal("67.65")
    assert found["C2"]["contribution"] == Decimal(6)
    # One of 5 lines came back; five more at that rate.
    assert one["return_rate"] == pytest.approx(2 / 9)
    low, high = binomtest(2, 9).proportion_ci(method="wilson")
    assert (one["rate_low"], one["rate_high"]) == pytest.approx((low, high), abs=1e-6)
    assert (one["is_small"], one["segment"], found["C2"]["segment"]) == (True, "regular", "no_returns")


def test_without_every_unit_cost_nobody_knows_the_margin(shop: Shop) -> None:
    buy(shop, "C1", 2)
    shop.sell("O9", "B", 1, "10", customer_id="C1")
    found = shoppers(shop)["C1"]
    assert (found["margin"], found["contribution"], found["sales"]) == (None, None, Decimal(30))


@pytest.mark.parametrize(("price", "segment"), [("100", "profitable_heavy"), ("10", "serial_returner")])
def test_who_returns_much_is_judged_by_what_is_left(shop: Shop, price: str, segment: str) -> None:
    buy(shop, "C1", 10, price)
    back(shop, "C1", range(6))
    buy(shop, "C2", 40)
    back(shop, "C2", range(2))
    found = shoppers(shop)
    # 8 of 50 lines came back: twice that is 0.32, and 6 of 10 with five more at 0.16 are 0.45.
    assert found["C1"]["return_rate"] == pytest.approx((6 + 0.8) / 15)
    assert (found["C1"]["is_heavy"], found["C1"]["segment"]) == (True, segment)
    assert (found["C2"]["is_heavy"], found["C2"]["segment"]) == (False, "regular")


def test_twice_a_small_rate_is_not_heavy(shop: Shop) -> None:
    buy(shop, "C1", 60)
    back(shop, "C1", range(6))
    buy(shop, "C2", 240)
    found = shoppers(shop)["C1"]
    # One line in 50 comes back to the shop, and one in 11 of this shopper.
    assert (found["returned_lines"], found["is_heavy"], found["segment"]) == (6, False, "regular")


def test_a_heavy_returner_of_unknown_margin_is_no_known_gain(shop: Shop) -> None:
    buy(shop, "C1", 10, "100", unit_cost=None)
    back(shop, "C1", range(6))
    buy(shop, "C2", 40)
    assert shoppers(shop)["C1"]["segment"] == "serial_returner"


def test_sizes_of_one_style_bought_to_choose_from_are_a_bracket(shop: Shop) -> None:
    buy(shop, "C2", 40)
    for number in range(2):
        for line, size in enumerate("SM", start=1):
            goods = {"style_id": "ST", "size": size, "customer_id": "C1"}
            shop.sell(f"C1-{number}", f"A-{size}", 1, "10", line_id=str(line), **goods)
    back(shop, "C1", range(2), sku="A-S")
    found = shoppers(shop)["C1"]
    assert (found["bracket_lines"], found["is_bracketing"], found["segment"]) == (2, True, "bracketing")


def test_one_bracket_is_no_habit(shop: Shop) -> None:
    for line, size in enumerate("SM", start=1):
        shop.sell("C1-0", f"A-{size}", 1, "10", line_id=str(line), style_id="ST", size=size)
    back(shop, "C1", range(1), sku="A-S")
    found = shoppers(shop)["C1"]
    assert (found["bracket_lines"], found["is_bracketing"], found["segment"]) == (1, False, "regular")


@pytest.mark.parametrize(
    ("reason", "grade", "lines", "segment"),
    [
        ("changed_mind", "C", 2, "wardrobing_like"),
        ("defective", "C", 0, "regular"),
        ("changed_mind", "A", 0, "regular"),
    ],
)
def test_worn_goods_that_the_reason_does_not_explain(
    shop: Shop, reason: str, grade: str, lines: int, segment: str
) -> None:
    buy(shop, "C1", 20)
    back(shop, "C1", range(2), reason_code=reason, condition_grade=grade)
    found = shoppers(shop)["C1"]
    assert (found["worn_lines"], found["segment"]) == (lines, segment)


def test_gifts_are_told_by_the_order_or_the_reason(shop: Shop) -> None:
    buy(shop, "C1", 4)
    buy(shop, "C2", 4)
    back(shop, "C1", range(1), reason_code="gift")
    back(shop, "C2", range(1))
    shop.build("report_shoppers")
    shop.connection.execute("update core.orders set is_gift = true where order_id = 'C2-0'")
    shop.connection.execute(f"create or replace table report.report_shoppers as {statement('reports/list_shoppers')}")
    found = [(row["customer_id"], row["segment"], row["gift_lines"]) for row in shop.table("report_shoppers")]
    assert found == [("C1", "gift", 1), ("C2", "gift", 1)]


def test_denied_and_anonymous_lines(shop: Shop) -> None:
    buy(shop, "C1", 3)
    back(shop, "C1", range(1), status="denied", refund_amount=None)
    shop.rma("R8", customer_id="C9", refund_amount=10)
    shop.rma("R9", refund_amount=20)
    found = shoppers(shop)
    assert (found["C1"]["returned_lines"], found["C1"]["segment"]) == (0, "no_returns")
    nothing_bought = found["C9"]
    assert (nothing_bought["returned_lines"], nothing_bought["return_rate"], nothing_bought["orders"]) == (1, None, 0)
    assert (nothing_bought["segment"], nothing_bought["margin"], nothing_bought["is_small"]) == ("regular", None, True)
    segments = {row["segment"]: row for row in shop.table("report_segments")}
    assert (segments["not_known"]["refunds"], segments["not_known"]["shoppers"]) == (Decimal(20), None)
    assert segments["no_returns"]["share_of_shoppers"] == 0.5
    ledger = sum((row["amount"] for row in shop.table("return_costs")), Decimal(0))
    assert sum(row["cost"] for row in segments.values()) == ledger


def test_segments_are_sums_of_their_shoppers(shop: Shop) -> None:
    buy(shop, "C1", 3)
    buy(shop, "C2", 2, unit_cost=None)
    buy(shop, "C3", 20)
    back(shop, "C3", range(2))
    shoppers(shop)
    segments = {row["segment"]: row for row in shop.table("report_segments")}
    none = segments["no_returns"]
    assert (none["shoppers"], none["orders"], none["sales"], none["cost"]) == (2, 5, Decimal(50), Decimal(0))
    assert (none["n_contribution_known"], none["contribution"], none["contribution_per_shopper"]) == (1, 18, 18)
    assert (none["share_of_sales"], none["share_of_all"], none["line_return_rate"]) == (0.2, 0, 0)
    assert segments["regular"]["line_return_rate"] == 0.1


def test_concentration_of_four_shoppers(shop: Shop) -> None:
    for shopper, count in [("C1", 6), ("C2", 3), ("C3", 1), ("C4", 2)]:
        buy(shop, shopper, count)
    back(shop, "C2", range(3), label_cost=0)
    back(shop, "C4", range(1), label_cost=0)
    shoppers(shop)
    rows = {(row["measure"], row["top_share"]): row for row in shop.table("report_concentration")}
    top = rows["sales", 0.1]
    assert (top["n_shoppers"], top["amount"], top["share_of_measure"]) == (1, Decimal(60), 0.5)
    assert rows["sales", 0.5]["share_of_measure"] == pytest.approx(9 / 12)
    assert rows["sales", 1]["share_of_measure"] == rows["refunds", 1]["share_of_measure"] == 1
    sales, refunds = [60, 30, 10, 20], [0, 30, 0, 10]
    for measure, amounts in [("sales", sales), ("refunds", refunds)]:
        apart = sum(abs(one - other) for one in amounts for other in amounts)
        assert rows[measure, 0.01]["gini"] == pytest.approx(apart / (2 * 4 * sum(amounts)))
    # The one who has three quarters of the refunds pays a quarter of the sales; the last two have none of them.
    assert (rows["refunds", 0.2]["share_of_measure"], rows["refunds", 0.2]["share_of_sales"]) == (0.75, 0.25)
    assert (rows["refunds", 0.5]["share_of_sales"], rows["refunds", 0.6]["share_of_sales"]) == (5 / 12, None)
    assert rows["returned_lines", 0.2]["amount"] == 3


def test_a_shop_without_returns_has_no_concentration_of_them(shop: Shop) -> None:
    buy(shop, "C1", 1)
    shoppers(shop)
    assert {row["measure"] for row in shop.table("report_concentration")} == {"sales"}
