from __future__ import annotations

import numpy as np

from pipelines.simulate.draw import NONE
from pipelines.simulate.plan import OPEN_BOX_REBUY, Plan
from pipelines.simulate.rebuy import buy_again, can_rebuy, next_order, place_in_history
from pipelines.simulate.shop import Shop


def test_the_next_order_is_of_the_same_shopper_and_later(opened: Shop) -> None:
    following = next_order(opened)
    has = following >= 0
    assert (opened.orders.shopper[following[has]] == opened.orders.shopper[has]).all()
    assert (opened.orders.ordered[following[has]] >= opened.orders.ordered[has]).all()
    # Everybody who orders has one last order.
    assert (~has).sum() == len(np.unique(opened.orders.shopper))


def test_the_place_in_the_history_counts_from_zero(opened: Shop) -> None:
    place = place_in_history(opened)
    assert (place == 0).sum() == len(np.unique(opened.orders.shopper))
    following = next_order(opened)
    has = following >= 0
    assert (place[following[has]] == place[has] + 1).all()


def test_an_order_that_takes_the_article_again_is_kept(opened: Shop, honest: Plan) -> None:
    possible = can_rebuy(opened, honest, honest.asked)
    assert possible.any()
    target = next_order(opened)[possible]
    assert (honest.kind[target] == NONE).all()
    assert not possible[target].any()
    assert (opened.orders.ordered[target] > honest.asked[possible]).all()


def test_what_was_returned_is_bought_again_for_less(opened: Shop, plan: Plan) -> None:
    after = buy_again(np.random.default_rng(0), opened, plan)
    acts = np.flatnonzero(plan.archetype == OPEN_BOX_REBUY)
    assert len(acts) > 0
    for order in acts.tolist():
        mine = (opened.lines.order == order) & (plan.back > 0)
        line = opened.lines.first[next_order(opened)[order]]
        assert after.lines.sku[line] in after.lines.sku[mine]
        assert after.lines.unit_price[line] < after.catalogue.list_price[after.lines.sku[line]]
        assert (after.lines.serial[line] >= 0) == after.catalogue.is_serialised[after.lines.sku[line]]


def test_a_few_others_buy_again_too_and_nothing_else_changes(opened: Shop, plan: Plan) -> None:
    after = buy_again(np.random.default_rng(0), opened, plan)
    changed = np.flatnonzero(
        (after.lines.sku != opened.lines.sku) | (after.lines.unit_price != opened.lines.unit_price)
    )
    acts = (plan.archetype == OPEN_BOX_REBUY).sum()
    assert acts < len(changed) < 0.01 * len(opened.lines)
    assert (plan.back[changed] == 0).all()
    assert (after.lines.order == opened.lines.order).all()
