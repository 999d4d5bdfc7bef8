from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.simulate.catalogue import CATEGORIES, SIZED, WARRANTED
from pipelines.simulate.draw import DAY, HOUR, NEVER, NONE, Ints
from pipelines.simulate.honest import bad_lot_styles, in_waking_hours, ordinary_days, return_probability
from pipelines.simulate.plan import (
    BAD_LOT,
    BRACKETING,
    DAMAGED,
    GIFT_SEASON,
    MISSING,
    NOT_RECEIVED,
    RETURN,
    WARRANTY,
    Plan,
    reason,
)
from pipelines.simulate.season import days_into
from pipelines.simulate.shop import Shop


def units(shop: Shop, plan: Plan) -> Ints:
    """Return the units asked back on each order."""
    return np.add.reduceat(plan.back, shop.lines.first)


def days_after_delivery(shop: Shop, plan: Plan) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the days from delivery to the request of each order."""
    return (plan.asked - shop.orders.delivered) / DAY


def test_an_order_with_a_request_asks_something_back_and_no_other_does(shop: Shop, honest: Plan) -> None:
    assert ((units(shop, honest) > 0) == (honest.kind >= 0)).all()


def test_nobody_asks_back_more_than_was_bought(shop: Shop, honest: Plan) -> None:
    assert (honest.back <= shop.lines.quantity).all()
    assert honest.back.min() == 0


def test_requests_come_after_delivery_and_before_the_end(shop: Shop, honest: Plan) -> None:
    asked = honest.kind >= 0
    assert (honest.asked[asked] <= shop.params.ends_at).all()
    delivered = asked & shop.arrived
    assert (honest.asked[delivered] > shop.orders.delivered[delivered]).all()


def test_only_non_receipt_is_asked_of_what_never_came(shop: Shop, honest: Plan) -> None:
    lost = (honest.kind >= 0) & ~shop.arrived
    assert set(honest.kind[lost].tolist()) <= {NOT_RECEIVED}
    assert (honest.asked[lost] > shop.orders.shipped[lost]).all()


def test_nobody_is_dishonest_here(honest: Plan) -> None:
    assert (honest.archetype == NONE).all()


def test_clothes_come_back_far_more_than_beauty(shop: Shop, honest: Plan) -> None:
    rates = {category.name: (honest.back > 0)[shop.category == code].mean() for code, category in enumerate(CATEGORIES)}
    assert rates["dresses"] > 0.28
    assert rates["shoes"] > 0.22
    assert rates["beauty"] < 0.08
    assert 0.05 < rates["electronics"] < 0.18


def test_final_sale_hardly_comes_back(shop: Shop) -> None:
    final = shop.catalogue.final_sale[shop.lines.sku]
    probability = return_probability(shop)
    assert probability[final].mean() < 0.3 * probability[~final].mean()


def test_dearer_goods_and_fussier_people_return_more(shop: Shop) -> None:
    probability = return_probability(shop)
    assert ((probability >= 0) & (probability <= 0.85)).all()
    fussy = shop.shoppers.fussiness[shop.line_shopper] > 1
    assert probability[fussy].mean() > 2 * probability[~fussy].mean()
    dearer = replace(shop, lines=replace(shop.lines, unit_price=shop.lines.unit_price * 2))
    assert (return_probability(dearer) >= probability).all()
    assert return_probability(dearer).mean() > 1.05 * probability.mean()


def test_without_proof_non_receipt_is_claimed_more_often(shop: Shop, honest: Plan) -> None:
    claimed = honest.kind == NOT_RECEIVED
    rates = [claimed[shop.arrived & (shop.orders.proof == proof)].mean() for proof in range(4)]
    assert rates[0] > rates[1] > rates[3]


def test_non_receipt_is_of_everything_and_other_claims_of_one_line(shop: Shop, honest: Plan) -> None:
    lines_asked = np.add.reduceat((honest.back > 0).astype(int), shop.lines.first)
    assert (lines_asked == shop.lines.count)[honest.kind == NOT_RECEIVED].all()
    one = (honest.kind == MISSING) | (honest.kind == DAMAGED)
    assert one.any()
    assert (lines_asked[one] == 1).all()


def test_warranty_is_claimed_long_after_and_on_warranted_goods(shop: Shop, honest: Plan) -> None:
    claims = honest.kind == WARRANTY
    assert claims.any()
    assert days_after_delivery(shop, honest)[claims].min() > 39
    of_line = claims[shop.lines.order] & (honest.back > 0)
    assert WARRANTED[shop.category[of_line]].all()


def test_sizes_are_a_reason_for_sized_goods_only(shop: Shop, honest: Plan) -> None:
    about_size = (honest.reason == reason("size_too_large")) | (honest.reason == reason("size_too_small"))
    asked = honest.back > 0
    assert not (about_size & asked & ~SIZED[shop.category]).any()
    assert 0.35 < about_size[asked & SIZED[shop.category]].mean() < 0.8


@pytest.mark.parametrize(
    ("kind", "word"),
    [(NOT_RECEIVED, "not_received"), (MISSING, "missing_item"), (DAMAGED, "damaged"), (WARRANTY, "defective")],
)
def test_a_claim_gives_its_own_reason(shop: Shop, honest: Plan, kind: int, word: str) -> None:
    of_line = (honest.kind[shop.lines.order] == kind) & (honest.back > 0)
    assert set(honest.reason[of_line].tolist()) == {reason(word)}


def test_bracketing_comes_back_quickly_and_keeps_a_size(shop: Shop, honest: Plan) -> None:
    bracketing = honest.lookalike == BRACKETING
    assert bracketing.sum() > 50
    days = days_after_delivery(shop, honest)
    ordinary = (honest.kind == RETURN) & (honest.lookalike == NONE)
    assert np.median(days[bracketing]) < 0.7 * np.median(days[ordinary])
    in_bracket = (shop.lines.bracket >= 0) & bracketing[shop.lines.order]
    assert 0.2 < (honest.back == 0)[in_bracket].mean() < 0.6


def test_presents_come_back_after_christmas(shop: Shop, honest: Plan) -> None:
    gifts = honest.lookalike == GIFT_SEASON
    assert gifts.sum() > 20
    assert shop.orders.is_gift[gifts].all()
    since = honest.asked[gifts] - (shop.orders.ordered[gifts] - (days_into(shop.orders.ordered, 12, 27) * DAY)[gifts])
    assert since.min() > 0
    assert np.median(since) < 20 * DAY
    of_line = gifts[shop.lines.order] & (honest.back > 0)
    assert (honest.reason[of_line] == reason("gift")).mean() > 0.6


def test_a_bad_lot_hits_many_shoppers_of_few_styles(shop: Shop, honest: Plan) -> None:
    of_lot = (honest.lookalike == BAD_LOT)[shop.lines.order] & (honest.back > 0)
    of_lot &= honest.reason == reason("defective")
    assert of_lot.sum() > 15
    styles = np.bincount(shop.catalogue.style[shop.lines.sku[of_lot]])
    assert styles.max() >= 5
    worst = of_lot & (shop.catalogue.style[shop.lines.sku] == styles.argmax())
    assert len(np.unique(shop.line_shopper[worst])) >= 4
    ordered = shop.orders.ordered[shop.lines.order[worst]]
    assert np.percentile(ordered, 75) - np.percentile(ordered, 25) < 75 * DAY


def test_bad_lots_are_of_popular_goods_without_sizes(shop: Shop) -> None:
    styles = bad_lot_styles(np.random.default_rng(0), shop.catalogue)
    assert len(styles) >= 2
    assert len(set(styles.tolist())) == len(styles)
    assert not SIZED[shop.catalogue.style_category[styles]].any()
    assert shop.catalogue.style_demand[styles].min() > np.median(shop.catalogue.style_demand)


@pytest.mark.parametrize("window", [30.0, 60.0, 90.0])
def test_most_returns_come_soon_and_few_miss_the_window(window: float) -> None:
    days = ordinary_days(np.random.default_rng(0), np.full(20_000, window))
    assert days.min() > 0
    assert np.median(days) < 0.4 * window
    assert (days > window).mean() == pytest.approx(0.009, abs=0.003)
    assert days.max() < 2 * window


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**6)), min_size=1, max_size=20))
def test_requests_leave_the_night_but_never_go_back(pairs: list[tuple[int, int]]) -> None:
    moment = np.array([second for second, _ in pairs])
    after = moment - np.array([gap for _, gap in pairs])
    moved = in_waking_hours(np.random.default_rng(0), moment, after)
    assert (moved >= moment).all()
    assert (moved >= after + HOUR).all()
    # Only a request that had to be moved past its delivery may still be at night.
    assert ((moved % DAY >= 7 * HOUR) | (moved == after + HOUR)).all()


def test_a_request_on_an_order_that_never_came_has_no_delivery_to_wait_for() -> None:
    moved = in_waking_hours(np.random.default_rng(0), np.array([12 * HOUR]), np.array([NEVER]))
    assert moved.tolist() == [12 * HOUR]
