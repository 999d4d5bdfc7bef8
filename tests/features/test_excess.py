from __future__ import annotations

from math import sqrt

import pytest

from features.excess import with_expected
from features.params import FeatureParams
from features.rates import global_tables
from tests.factories import at, features_by_rma, order_lines, rma_lines

PARAMS = FeatureParams(item_prior_lines=10.0)


def test_each_purchase_expects_its_items_rate_of_the_day_before() -> None:
    bought = order_lines(
        *[{"ordered_at": at(0)}] * 10,
        {"order_id": "later", "ordered_at": at(5)},
        {"order_id": "last", "ordered_at": at(6)},
    )
    returned = rma_lines(*[{"requested_at": at(5)}] * 5)

    expected = with_expected(bought, global_tables(bought, returned), PARAMS)

    # Nothing known on day 0; on day 5 ten bought, none returned; on day 6 five of eleven, in item, category and shop.
    assert expected["expected"].to_list() == [150_000_000] * 10 + [0, round(1e9 * (5 + 10 * 5 / 11) / 21)]
    assert expected["variance"][0] == 127_500_000


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
        assert found[f"excess_lines_returned_{key}"] == pytest.approx(5 / sqrt(5.1))


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


def test_an_unknown_shopper_has_no_basket() -> None:
    found = features_by_rma(order_lines({}), rma_lines({"customer_id": None}))["r0"]

    assert found["excess_lines_returned_90d"] is None
    assert found["lines_returned_with_this_365d"] is None
    assert found["expected_lines_returned_365d"] is None
