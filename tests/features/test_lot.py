from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from features.lot import LEAST_OTHERS
from tests.factories import Row, at, features_by_rma, frame, order_lines, products, rma_lines

GOODS = products(
    {"sku": "A", "style_id": "s", "supplier_id": "p"},
    {"sku": "B", "style_id": "s", "supplier_id": "p"},
    {"sku": "C", "style_id": "t", "supplier_id": "p"},
    {"sku": "D", "style_id": "u", "supplier_id": "q"},
)


def others(n: int, **said: object) -> list[Row]:
    """Return one line each of so many other shoppers, requested on day 9."""
    head: Row = {"requested_at": at(9), "reason_code": "defective"}
    return [dict(head) | {"rma_id": f"{said}{k}", "customer_id": f"{said}{k}"} | said for k in range(n)]


def found(*lines: Row, mine: Row | None = None, goods: pl.DataFrame = GOODS, **more: object) -> dict[str, Any]:
    now: Row = {"rma_id": "now", "customer_id": "me", "reason_code": "defective", "requested_at": at(10)}
    features: dict[str, Any] = features_by_rma(
        order_lines(), rma_lines(*lines, dict(now) | dict(mine or {}) | more), goods
    )["now"]
    return features


def shared(observed: float, expected: float) -> float:
    return 1 - (expected + 2) / (observed + 2)


def test_a_reason_that_many_give_for_the_same_goods_has_a_cause_in_them() -> None:
    elsewhere = others(30, sku="D", reason_code="size")
    lot = others(10)

    told = found(*elsewhere, *lot)

    # 10 of 40 others gave the reason, so 10 returns of this SKU would hold 10 * 10.5 / 41.
    assert told["reason_shared"] == told["bad_lot"] == pytest.approx(shared(10, 10 * 10.5 / 41))
    assert told["reason_unlike_peers"] < 1
    assert found(*elsewhere, *lot, sku="D", reason_code="size")["bad_lot"] == 0


def test_one_shopper_counts_once_however_often_and_the_own_reasons_never() -> None:
    again = others(10, customer_id="other")
    mine = others(10, customer_id="me")

    assert found(*others(30, sku="D", reason_code="size"), *again, *mine)["reason_shared"] == 0
    assert LEAST_OTHERS > 1


def test_what_is_long_ago_or_of_the_same_day_is_no_lot() -> None:
    elsewhere = others(30, sku="D", reason_code="size")

    assert found(*elsewhere, *others(10), requested_at=at(70.5))["reason_shared"] == 0
    assert found(*elsewhere, *others(10, requested_at=at(10)))["reason_shared"] == 0


def test_the_style_and_the_lot_of_a_supplier_tell_as_well() -> None:
    elsewhere = others(30, sku="D", reason_code="size")
    bought: dict[str, Any] = {"ordered_at": at(1), "delivered_at": at(5), "matched_quantity": 1}
    expected = pytest.approx(shared(10, 10 * 10.5 / 41))

    assert found(*elsewhere, *others(10, sku="B"))["reason_shared"] == expected
    assert found(*elsewhere, *others(10, sku="C"))["reason_shared"] == 0
    assert found(*elsewhere, *others(10, sku="C", **bought), mine=bought)["reason_shared"] == expected
    # The goods of another month are another lot.
    early = dict(bought) | {"ordered_at": at(-20), "delivered_at": None}
    assert found(*elsewhere, *others(10, sku="C", **early), mine=bought)["reason_shared"] == 0


def test_wishes_are_shared_but_no_defect() -> None:
    elsewhere = others(30, sku="D", reason_code="style")

    told = found(*elsewhere, *others(10, reason_code="size"), reason_code="size")

    assert told["reason_shared"] > 0.5
    assert told["bad_lot"] == 0


def test_a_style_that_only_the_matched_purchase_tells() -> None:
    bought = order_lines(
        *({"order_id": f"o{k}", "sku": sku, "style_id": "s"} for k, sku in enumerate(["A", *["B"] * 10]))
    )
    match: Row = {"matched_quantity": 1, "ordered_at": at(0), "reason_code": "defective", "requested_at": at(9)}
    lines = [dict(match) | {"customer_id": f"c{k}", "order_id": f"o{k}", "sku": "B"} for k in range(1, 11)]
    size = others(30, sku="D", reason_code="size")
    mine = dict(match) | {"rma_id": "now", "customer_id": "me", "order_id": "o0", "requested_at": at(10)}

    told = features_by_rma(bought, rma_lines(*lines, *size, mine), products({"sku": "A"}))["now"]

    assert told["reason_shared"] == pytest.approx(shared(10, 10 * 10.5 / 41))


def test_a_reason_that_nobody_gives_for_the_item() -> None:
    size = others(20, reason_code="size", category="top")
    defects = others(20, sku="D", category="shoe")

    told = found(*size, *defects, category="top")

    # Half of all say so: of 20 tops none, of the style none, of the SKU none.
    category = (0 + 50 * 0.5) / (20 + 50)
    style = (0 + 20 * category) / (20 + 20)
    sku = (0 + 20 * style) / (20 + 20)
    assert told["reason_unlike_peers"] == pytest.approx(0.5 / sku)
    assert found(*size, *defects, reason_code="new")["reason_unlike_peers"] is None


def test_without_a_reason_nothing_is_said() -> None:
    told = found(*others(10), reason_code=None)

    assert (told["reason_shared"], told["bad_lot"], told["reason_unlike_peers"]) == (None, None, None)


def test_the_line_with_the_most_shared_reason_speaks_for_the_rma() -> None:
    elsewhere = others(30, sku="D", reason_code="size")
    second: Row = {"rma_id": "now", "rma_line_id": "2", "customer_id": "me", "reason_code": None}

    assert found(*elsewhere, *others(10), second)["reason_shared"] == pytest.approx(shared(10, 10 * 10.5 / 41))


def test_products_may_be_missing_altogether() -> None:
    elsewhere = others(30, sku="D", reason_code="size")

    assert found(*elsewhere, *others(10), goods=frame("products"))["reason_shared"] > 0.5
