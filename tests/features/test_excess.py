from __future__ import annotations

from math import sqrt

import pytest

from features.assemble import prepare
from features.excess import with_expected
from features.expectation import RIPE_LINES, baselines
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, features_by_rma, order_lines, rma_lines

PARAMS = FeatureParams(item_prior_lines=10.0)


def test_each_purchase_expects_its_items_rate_of_the_day_before() -> None:
    bought = order_lines(
        *[{"ordered_at": at(0)}] * 10,
        {"order_id": "later", "ordered_at": at(5)},
        {"order_id": "last", "ordered_at": at(6)},
    )
    returned = rma_lines(*[{"requested_at": at(5)}] * 5)

    shop = prepare(Shop.of({"order_lines": bought, "rma_lines": returned}))
    expected = with_expected(shop.order_lines, baselines(shop.order_lines, shop.rma_lines), PARAMS)

    # Nothing known on day 0; on day 5 ten bought, none returned; on day 6 five of eleven, of the price and the item.
    price = (5 + 10 * 5 / 11) / 21
    assert expected["expected"].to_list() == [150_000_000] * 10 + [0, round(1e9 * (5 + 10 * price) / 21)]
    assert expected["variance"][0] == 127_500_000
    # A chance of 0.15 to pay back 10.00.
    assert expected["value"][0] == 15_000
    assert expected["value_variance"][0] == 150_000


def test_the_excess_is_in_standard_deviations_of_the_basket() -> None:
    bought = order_lines(*[{"ordered_at": at(0)}] * 40)
    returned = rma_lines(
        *[{"rma_id": f"old{number}", "requested_at": at(20)} for number in range(9)],
        {"rma_id": "now", "rma_line_id": "1", "requested_at": at(30)},
        {"rma_id": "now", "rma_line_id": "2", "requested_at": at(30)},
    )

    found = features_by_rma(bought, returned, params=PARAMS)["now"]

    # 40 lines expected back at 0.15 each: 6, with a variance of 40 * 0.15 * 0.85 = 5.1.
    for key in ("90d", "365d"):
        assert found[f"expected_lines_returned_{key}"] == pytest.approx(6)
        assert found[f"lines_returned_with_this_{key}"] == 11
        # Shoppers who have 5 lines in common vary (5 + 40) / (5 + 1) times as much as chance.
        assert found[f"excess_lines_returned_{key}"] == pytest.approx(5 / sqrt(5.1 * 45 / 6))


def test_the_window_holds_both_purchases_and_returns() -> None:
    bought = order_lines({"ordered_at": at(0)}, {"ordered_at": at(150)})
    returned = rma_lines({"requested_at": at(10)}, {"requested_at": at(200)})

    found = features_by_rma(bought, returned, params=PARAMS)["r1"]

    # The rate on day 150 is that of one return of one purchase, whichever way it is shrunken.
    assert found["expected_lines_returned_90d"] == pytest.approx(1)
    assert found["expected_lines_returned_365d"] == pytest.approx(1.15)
    assert found["lines_returned_with_this_90d"] == 1
    assert found["lines_returned_with_this_365d"] == 2


def test_a_standard_deviation_counts_as_one_line_at_least() -> None:
    found = features_by_rma(order_lines({}), rma_lines({"requested_at": at(1)}), params=PARAMS)["r0"]

    assert found["excess_lines_returned_90d"] == pytest.approx(1 - 0.15)


def late_returns(n: int) -> list[Row]:
    """Return what shows that nothing comes back within a week: lines of another shopper, after 50 days."""
    line: Row = {"customer_id": "slow", "ordered_at": at(0), "matched_quantity": 1, "requested_at": at(50)}
    return [line] * n


def test_a_fresh_purchase_has_had_no_time_to_come_back() -> None:
    bought = order_lines({"customer_id": "slow"}, {"order_id": "fresh", "ordered_at": at(59)}, {"ordered_at": at(-9)})
    unrelated: Row = {"rma_id": "now", "requested_at": at(60)}

    found = features_by_rma(bought, rma_lines(*late_returns(100), unrelated), params=PARAMS)["now"]

    # All that was due came back, so every purchase is sure to; the one of yesterday by the share that is so quick.
    assert found["expected_lines_returned_90d"] == pytest.approx(0.15 + RIPE_LINES / (100 + RIPE_LINES))


def test_an_order_that_the_rma_returns_from_is_decided() -> None:
    bought = order_lines({"customer_id": "slow"}, {"order_id": "fresh", "ordered_at": at(59)}, {"ordered_at": at(-9)})
    same: Row = {"rma_id": "now", "requested_at": at(60), "ordered_at": at(59), "matched_quantity": 1}

    found = features_by_rma(bought, rma_lines(*late_returns(100), dict(same) | {"order_id": "fresh"}), params=PARAMS)

    assert found["now"]["expected_lines_returned_90d"] == pytest.approx(1.15)
    assert found["now"]["excess_lines_returned_90d"] == pytest.approx(1 - 1.15)


def test_the_value_against_the_expected_value() -> None:
    bought = order_lines(*[{"unit_price": "10.00"}] * 40, {"unit_price": "200.00"})
    returned = rma_lines(
        {"requested_at": at(20), "requested_amount": "200.00"},
        {"rma_id": "now", "requested_at": at(30), "requested_amount": "10.00"},
    )

    found = features_by_rma(bought, returned, params=PARAMS)["now"]

    # At 0.15 each: 40 lines of 10 and one of 200.
    assert found["expected_amount_returned_365d"] == pytest.approx(0.15 * 600)
    deviation = sqrt(0.15 * (40 * 100 + 40_000))
    assert found["excess_amount_returned_365d"] == pytest.approx((210 - 90) / deviation)


def test_a_deviation_of_value_is_the_usual_line_at_least() -> None:
    found = features_by_rma(order_lines({}), rma_lines({"requested_at": at(1)}), params=PARAMS)["r0"]

    assert found["excess_amount_returned_365d"] == pytest.approx((10 - 1.5) / 10)


def test_an_unknown_shopper_has_no_basket() -> None:
    found = features_by_rma(order_lines({}), rma_lines({"customer_id": None}))["r0"]

    assert found["excess_lines_returned_90d"] is None
    assert found["lines_returned_with_this_365d"] is None
    assert found["expected_lines_returned_365d"] is None
