from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scipy.stats import binomtest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop


def sell(shop: Shop, count: int, size: str = "M", **values: object) -> None:
    for number in range(count):
        goods = {"style_id": "ST", "category": "Shirts", "product_name": "Shirt", "size": size, **values}
        shop.sell(f"{size}{number}", f"A-{size}", 1, "10", **goods)


def back(shop: Shop, number: int, reason: str, size: str = "M", **values: object) -> None:
    purchase = {"order_id": f"{size}{number}", "line_id": "1", "match_method": "keys", "refund_amount": 10}
    shop.rma(f"R-{size}{number}", sku=f"A-{size}", reason_code=reason, **{**purchase, **values})


def sizing(shop: Shop) -> dict[tuple[str, str | None], Row]:
    shop.build("report_sizing")
    return {(row["style_id"], row["size"]): row for row in shop.table("report_sizing")}


def test_a_style_that_runs_small_is_told_with_its_interval(shop: Shop) -> None:
    sell(shop, 60)
    sell(shop, 40, "L")
    for number in range(13):
        back(shop, number, "size_too_small")
    for number in range(3):
        back(shop, number, "size_too_large", "L")
    found = sizing(shop)
    style = found["ST", None]
    assert (style["level"], style["sold_lines"], style["n_small"], style["n_large"]) == ("style", 100, 13, 3)
    assert style["net_small_rate"] == pytest.approx(0.10)
    assert style["balance"] == pytest.approx(10 / 26)
    low, high = binomtest(13, 16).proportion_ci(method="wilson")
    assert (style["balance_low"], style["balance_high"]) == pytest.approx((2 * low - 1, 2 * high - 1), abs=1e-6)
    assert (style["advice"], style["is_small"]) == ("advise_a_size_up", False)
    assert (found["ST", "M"]["n_small"], found["ST", "M"]["sold_lines"]) == (13, 60)
    assert (found["ST", "L"]["advice"], found["ST", "L"]["is_small"]) == (None, True)
    assert [row["level"] for row in shop.table("report_sizing")] == ["style", "size", "size"]


def test_a_style_that_runs_large_is_advised_the_other_way(shop: Shop) -> None:
    sell(shop, 100)
    for number in range(8):
        back(shop, number, "zu groß")
    assert sizing(shop)["ST", None]["advice"] == "advise_a_size_down"


def test_returns_both_ways_are_true_to_size(shop: Shop) -> None:
    sell(shop, 100)
    for number in range(12):
        back(shop, number, "too_small" if number % 2 else "too_large")
    assert sizing(shop)["ST", None]["advice"] == "true_to_size"


def test_a_lean_that_few_would_gain_by_is_no_advice(shop: Shop) -> None:
    sell(shop, 600)
    for number in range(11):
        back(shop, number, "too_small")
    assert sizing(shop)["ST", None]["advice"] == "true_to_size"


def test_denied_doubled_and_unmatched_lines_do_not_count(shop: Shop) -> None:
    sell(shop, 10)
    back(shop, 0, "too_small")
    back(shop, 0, "too_small", rma_line_id="2")
    back(shop, 1, "too_small", status="denied", refund_amount=None)
    shop.rma("R9", sku="A-M", reason_code="too_small")
    assert sizing(shop)["ST", None]["n_small"] == 1


def test_a_sku_without_a_style_stands_for_itself(shop: Shop) -> None:
    sell(shop, 10, style_id=None)
    back(shop, 0, "too_small")
    assert set(sizing(shop)) == {("A-M", None), ("A-M", "M")}
