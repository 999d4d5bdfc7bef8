from __future__ import annotations

import polars as pl
import pytest

from tests.factories import Row, at, features_by_rma, order_lines, products, rma_lines


def policy(name: str, bought: pl.DataFrame, *lines: Row, goods: pl.DataFrame | None = None) -> float | None:
    """Return one feature of the RMA ``now``, requested on day 30."""
    now: Row = {"rma_id": "now", "requested_at": at(30)}
    returned = rma_lines(*[{"rma_line_id": str(n)} | dict(now) | dict(line) for n, line in enumerate(lines)])
    value: float | None = features_by_rma(bought, returned, goods)["now"][name]
    return value


def test_units_without_a_purchase() -> None:
    lines = (
        {"quantity": 3, "matched_quantity": 2, "ordered_at": at(1)},
        {"quantity": 1, "matched_quantity": 0},
        {"quantity": 1, "matched_quantity": None},
        {"quantity": 5, "matched_quantity": 5, "ordered_at": at(31)},
    )

    assert policy("unmatched_unit_share", order_lines({}), *lines) == pytest.approx(8 / 10)


def test_more_matched_than_asked_is_no_less_than_none_unmatched() -> None:
    line = {"quantity": 1, "matched_quantity": 2, "ordered_at": at(1)}

    assert policy("unmatched_unit_share", order_lines({}), line) == 0


def test_before_the_first_order_nothing_could_be_found() -> None:
    assert policy("unmatched_unit_share", order_lines(), {}) is None
    assert policy("unmatched_unit_share", order_lines({"ordered_at": at(31)}), {}) is None
    assert policy("unmatched_unit_share", order_lines({"ordered_at": at(30)}), {}) == 1


def test_ordinary_returns_of_final_sales() -> None:
    goods = products({"sku": "A", "final_sale": True}, {"sku": "B", "final_sale": False}, {"sku": "C"})
    lines = (
        {"sku": "A"},
        {"sku": "A", "claim_type": "return"},
        {"sku": "A", "claim_type": "damaged_in_transit"},
        {"sku": "B"},
        {"sku": "C"},
        {"sku": "unknown"},
    )

    assert policy("restricted_line_share", order_lines(), *lines, goods=goods) == pytest.approx(2 / 6)


def test_where_no_product_says_what_a_final_sale_is() -> None:
    assert policy("restricted_line_share", order_lines(), {}, goods=products({"sku": "A"})) is None
    assert policy("restricted_line_share", order_lines(), {}) is None


def test_refunds_over_the_price_paid_for_the_same_units() -> None:
    paid: dict[str, object] = {"rma_id": "a", "requested_at": at(1), "matched_quantity": 1, "ordered_at": at(0)}
    lines: tuple[Row, ...] = (
        paid | {"paid_amount": "10.00", "refund_amount": "15.00", "refunded_at": at(2)},
        paid | {"paid_amount": "30.00", "refund_amount": "30.00", "refunded_at": at(29)},
        paid | {"paid_amount": "50.00", "refund_amount": "500.00", "refunded_at": at(30)},
        paid | {"paid_amount": "10.00", "refund_amount": "500.00", "refunded_at": at(2), "quantity": 2},
        paid | {"paid_amount": "10.00", "refund_amount": "500.00", "refunded_at": at(2), "ordered_at": at(1.5)},
        paid | {"paid_amount": None, "refund_amount": "500.00", "refunded_at": at(2)},
        {},
    )

    assert policy("refund_to_paid_ratio", order_lines({}), *lines) == pytest.approx(45 / 40)


def test_without_a_refund_of_a_known_purchase_there_is_no_ratio() -> None:
    unmatched = {"rma_id": "a", "requested_at": at(1), "refund_amount": "5.00", "refunded_at": at(2)}

    assert policy("refund_to_paid_ratio", order_lines({}), unmatched, {}) is None
    assert policy("refund_to_paid_ratio", order_lines({}), {"customer_id": None}) is None
