from __future__ import annotations

import pytest

from features.params import FeatureParams
from tests.factories import at, features_by_rma, order_lines, rma_lines

NOW = at(400)


def test_windows_add_up_orders_spend_and_lines() -> None:
    bought = order_lines(
        {"order_id": "o1", "line_id": "1", "ordered_at": at(0), "line_amount": "0.10"},
        {"order_id": "o1", "line_id": "2", "ordered_at": at(0), "line_amount": "0.20"},
        {"order_id": "o2", "ordered_at": at(350), "line_amount": "100.00"},
        {"order_id": "o3", "ordered_at": at(370), "line_amount": "7.0001"},
        {"order_id": "o4", "ordered_at": NOW, "line_amount": "1000.00"},
        {"order_id": "o5", "ordered_at": at(390), "customer_id": "c2", "line_amount": "1000.00"},
    )

    found = features_by_rma(bought, rma_lines({"requested_at": NOW}))["r0"]

    assert [found[f"orders_{key}"] for key in ("30d", "90d", "365d", "ever")] == [1, 2, 2, 3]
    assert [found[f"lines_bought_{key}"] for key in ("30d", "90d", "365d", "ever")] == [1, 2, 2, 4]
    assert [found[f"spend_{key}"] for key in ("30d", "90d", "365d", "ever")] == [7.0001, 107.0001, 107.0001, 107.3001]
    assert found["days_since_first_order"] == 400


def test_earlier_returns_count_when_requested_and_their_refunds_when_paid() -> None:
    returned = rma_lines(
        {"rma_id": "old", "requested_at": at(20), "refund_amount": "5.00", "refunded_at": at(395)},
        {"rma_id": "year", "requested_at": at(320), "refund_amount": "6.00", "refunded_at": at(330)},
        {"rma_id": "late", "requested_at": at(390), "refund_amount": "7.00", "refunded_at": NOW},
        {"rma_id": "undated", "requested_at": at(391), "refund_amount": "8.00"},
        {"rma_id": "now", "requested_at": NOW},
        {"rma_id": "tie", "requested_at": NOW, "refund_amount": "9.00", "refunded_at": NOW},
    )

    found = features_by_rma(order_lines(), returned)["now"]

    assert [found[f"lines_returned_{key}"] for key in ("30d", "90d", "365d", "ever")] == [2, 3, 3, 4]
    assert [found[f"returned_amount_{key}"] for key in ("30d", "90d", "365d", "ever")] == [20, 30, 30, 40]
    assert [found[f"refunded_amount_{key}"] for key in ("30d", "90d", "365d", "ever")] == [5, 11, 11, 11]
    assert found["days_since_first_order"] is None


def test_a_line_added_later_is_past_only_to_later_rmas() -> None:
    returned = rma_lines(
        {"rma_id": "first", "rma_line_id": "1", "requested_at": at(5)},
        {"rma_id": "first", "rma_line_id": "2", "requested_at": at(8)},
        {"rma_id": "between", "requested_at": at(8)},
        {"rma_id": "after", "requested_at": at(9)},
    )

    found = features_by_rma(order_lines(), returned)

    assert [found[rma]["lines_returned_ever"] for rma in ("first", "between", "after")] == [0, 1, 3]
    assert found["first"]["rma_lines"] == 1


def test_an_unknown_shopper_has_no_past() -> None:
    returned = rma_lines({"requested_at": at(5)}, {"customer_id": None, "requested_at": at(9)})

    found = features_by_rma(order_lines({}), returned)["r1"]

    names = ("orders_ever", "spend_30d", "lines_returned_ever", "refunded_amount_ever", "return_rate_ever")
    assert [found[name] for name in (*names, "return_rate_365d", "days_since_first_order", "customer_id")] == [None] * 8


def test_a_line_without_a_shopper_is_the_rmas_shoppers() -> None:
    returned = rma_lines(
        {"rma_id": "two", "rma_line_id": "1", "customer_id": None, "requested_at": at(5)},
        {"rma_id": "two", "rma_line_id": "2", "customer_id": "c1", "requested_at": at(5)},
        {"rma_id": "then", "requested_at": at(6)},
    )

    found = features_by_rma(order_lines(), returned)

    assert found["two"]["customer_id"] == "c1"
    assert found["then"]["lines_returned_ever"] == 2


def test_return_rates_are_shrunken_towards_all_shoppers() -> None:
    bought = order_lines(*[{"ordered_at": at(0)}] * 4, *[{"ordered_at": at(380), "customer_id": "c2"}] * 4)
    returned = rma_lines(
        {"rma_id": "r1", "requested_at": at(10)},
        {"rma_id": "r2", "requested_at": at(390)},
        {"rma_id": "r3", "requested_at": NOW},
    )

    found = features_by_rma(bought, returned, params=FeatureParams(prior_lines=2.0))["r3"]

    # All shoppers up to the day before: 2 of 8 lines, m2 = 2 / 24 above m1 squared = 1 / 16, weight 8.
    assert found["return_rate_ever"] == pytest.approx((2 + 8 * 0.25) / (4 + 8))
    # One return and no purchase in the last year.
    assert found["return_rate_365d"] == pytest.approx((1 + 8 * 0.25) / (0 + 8))
