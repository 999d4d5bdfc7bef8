from __future__ import annotations

import pytest

from tests.factories import at, features_by_rma, order_lines, rma_lines


def test_amounts_units_and_lines_of_the_rma() -> None:
    returned = rma_lines(
        {"rma_id": "r", "rma_line_id": "1", "quantity": 2, "requested_amount": "20.10"},
        {"rma_id": "r", "rma_line_id": "2", "quantity": 1, "requested_amount": "0.20"},
        {"rma_id": "r", "rma_line_id": "3", "quantity": 4, "requested_amount": None},
        {"rma_id": "r", "rma_line_id": "4", "quantity": 9, "requested_amount": "99.00", "requested_at": at(11)},
    )

    found = features_by_rma(order_lines(), returned)["r"]

    assert (found["rma_amount"], found["rma_units"], found["rma_lines"]) == (20.30, 7, 3)


def test_shares_of_what_the_shopper_has_spent() -> None:
    bought = order_lines({"line_amount": "100.00"}, {"line_amount": "60.00", "ordered_at": at(10)})
    returned = rma_lines(
        {"rma_id": "old", "requested_at": at(5), "requested_amount": "30.00"},
        {"rma_id": "now", "requested_at": at(10), "requested_amount": "20.00"},
    )

    found = features_by_rma(bought, returned)["now"]

    assert found["rma_share_of_spend"] == 0.2
    # The shop had taken 30 of 100 back; five lines at its usual price stand for what is not known of the shopper.
    assert found["returned_share_of_spend"] == pytest.approx((50 + 0.3 * 500) / (100 + 500))


def test_without_a_price_there_is_no_amount_and_no_share() -> None:
    found = features_by_rma(order_lines({}), rma_lines({"requested_amount": None}))["r0"]

    assert (found["rma_amount"], found["rma_share_of_spend"], found["returned_share_of_spend"]) == (None, None, None)


def test_who_spent_nothing_has_no_share() -> None:
    free = order_lines({"line_amount": "0.00", "unit_price": "0.00"})
    for bought, shopper in ((order_lines(), "c1"), (free, "c1"), (order_lines({}), None)):
        found = features_by_rma(bought, rma_lines({"customer_id": shopper}))["r0"]

        assert found["rma_amount"] == 10
        assert found["rma_share_of_spend"] is None
        assert found["returned_share_of_spend"] is None
