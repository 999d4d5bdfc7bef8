from __future__ import annotations

import polars as pl
import pytest

from features.params import FeatureParams
from features.rates import (
    global_tables,
    population_counts,
    reason_counts,
    shopper_prior,
    shrunken,
)
from tests.factories import Row, at, order_lines, rma_lines

PARAMS = FeatureParams(item_prior_lines=10.0, initial_return_rate=0.2)


def test_without_any_export_there_is_no_first_day() -> None:
    tables = global_tables(order_lines(), rma_lines())

    assert tables.first_order_at is None
    assert tables.first_claim_at is None


def test_the_shop_counts_reasons_and_claims_up_to_the_day_before() -> None:
    returned = rma_lines(
        {"requested_at": at(1), "reason_code": "size", "claim_type": "return"},
        {"requested_at": at(1), "claim_type": "missing_item"},
        {"requested_at": at(2), "reason_code": "size", "claim_type": "damaged_in_transit"},
    )
    tables = global_tables(order_lines({}), returned)
    days = pl.DataFrame({"day": [at(1).date(), at(2).date(), at(3).date()], "reason_code": ["size"] * 3})

    counts = [(1, 0, 0, 0, 100_000, 0), (1, 2, 1, 1, 100_000, 200_000), (1, 3, 2, 2, 100_000, 300_000)]
    assert population_counts(days, tables).rows() == counts
    assert reason_counts(days, tables).to_list() == [0, 1, 2]
    assert tables.first_order_at == at(0)
    assert tables.first_claim_at == at(1)


def lines_of(shopper: str, bought: int, returned: int) -> tuple[list[Row], list[Row]]:
    goods: list[Row] = [{"customer_id": shopper, "ordered_at": at(0)}] * bought
    back: list[Row] = [{"customer_id": shopper, "requested_at": at(1)}] * returned
    return goods, back


def prior_of(*shoppers: tuple[int, int], params: FeatureParams = PARAMS) -> tuple[float, float]:
    pairs = [lines_of(f"c{number}", *counts) for number, counts in enumerate(shoppers)]
    tables = global_tables(
        order_lines(*[row for goods, _ in pairs for row in goods]),
        rma_lines(*[row for _, back in pairs for row in back]),
    )
    days = pl.DataFrame({"day": [at(2).date()]})
    mean, weight = shopper_prior(days, tables, params).row(0)
    return mean, weight


def test_the_prior_of_shoppers_is_told_by_its_moments() -> None:
    # n = 4, 4, 4 and r = 4, 1, 1: m1 = 6/12, m2 = (12 + 0 + 0) / 36 = 1/3, (1/2 - 1/3) / (1/3 - 1/4) = 2.
    assert prior_of((4, 4), (4, 1), (4, 1)) == pytest.approx((0.5, 2.0))


def test_a_shopper_never_counts_for_more_returns_than_purchases() -> None:
    # n = 2, 2 and r = 2 (of 5), 0: m1 = 2/4, m2 = 2/4, so the weight is 0, and the least stands in.
    assert prior_of((2, 5), (2, 0)) == pytest.approx((0.5, 1.0))


def test_a_weight_beyond_belief_is_held_at_the_most() -> None:
    # The first test's estimate of 2, held at 1.5.
    assert prior_of((4, 4), (4, 1), (4, 1), params=FeatureParams(max_prior_lines=1.5)) == pytest.approx((0.5, 1.5))


def test_shoppers_that_differ_less_than_by_chance_tell_no_weight() -> None:
    # m1 = 6/12, m2 = (2 + 0 + 6) / 36 lies below m1 squared.
    assert prior_of((4, 2), (4, 1), (4, 3)) == pytest.approx((0.5, PARAMS.prior_lines))
    assert prior_of((2, 1), (2, 1)) == pytest.approx((0.5, PARAMS.prior_lines))
    assert prior_of((1, 1), (1, 0)) == pytest.approx((0.5, PARAMS.prior_lines))
    assert prior_of() == pytest.approx((0.2, PARAMS.prior_lines))


def test_a_shoppers_new_total_replaces_the_old_one() -> None:
    tables = global_tables(
        order_lines({"ordered_at": at(0)}, {"ordered_at": at(2)}, {"ordered_at": at(2)}, {"customer_id": None}),
        rma_lines({"requested_at": at(1)}, {"requested_at": at(1)}, {"requested_at": at(3)}),
    )
    days = pl.DataFrame({"day": [at(day).date() for day in (1, 2, 3, 4)], "_all": [True] * 4})

    sums = tables.shoppers
    # Day by day the one known shopper has n, r = (1, 0), (1, 1 of 2), (3, 2), (3, 3).
    assert list(zip(*sums.totals.values(), strict=True))[1:] == [(1, 0, 0, 0), (1, 1, 0, 0), (3, 2, 6, 2), (3, 3, 6, 6)]
    assert shopper_prior(days, tables, PARAMS)["mean"].to_list() == pytest.approx([0.0, 1.0, 2 / 3, 1.0])


def test_shrinking_pulls_towards_the_usual_rate() -> None:
    frame = pl.DataFrame({"returned": [3, 0, 9], "bought": [4, 0, 1]})

    rate = frame.select(shrunken(pl.col("returned"), pl.col("bought"), pl.lit(0.5), 4.0)).to_series()

    assert rate.to_list() == pytest.approx([5 / 8, 0.5, 1.0])
