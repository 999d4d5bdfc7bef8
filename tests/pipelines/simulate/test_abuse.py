from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipelines.simulate.abuse import commit_abuse
from pipelines.simulate.catalogue import CATEGORIES
from pipelines.simulate.draw import DAY, NONE, Step, generator
from pipelines.simulate.honest import honest_plan
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.plan import (
    EMPTY_BOX,
    HEAVY_PROFITABLE,
    ITEM_NOT_RECEIVED,
    MISSING,
    NOT_RECEIVED,
    RETURN,
    SERIAL_RETURNER,
    WARDROBING,
    Plan,
)
from pipelines.simulate.shop import Shop, open_shop

NAMES = [category.name for category in CATEGORIES]


def with_rate(orders: int, rate: float, seed: int = 3) -> Plan:
    """Return the plan of a shop with that rate of abuse."""
    shop = open_shop(SimulationParams(orders=orders, abuse_rate=rate, seed=seed))
    honest = honest_plan(generator(seed, Step.RETURNS), shop)
    return commit_abuse(generator(seed, Step.ABUSE), shop, honest)


@pytest.mark.parametrize("rate", [0.01, 0.03, 0.1, 0.3, 0.5])
def test_the_share_of_abuse_is_the_rate(rate: float) -> None:
    plan = with_rate(8_000, rate)
    asked = plan.kind >= 0
    share = (plan.archetype[asked] >= 0).mean()
    # The next abuse would take the share beyond the rate.
    assert share <= rate
    assert share == pytest.approx(rate, abs=1.5 / asked.sum())


def test_no_abuse_at_rate_zero() -> None:
    shop = open_shop(SimulationParams(orders=800, abuse_rate=0))
    honest = honest_plan(generator(7, Step.RETURNS), shop)
    plan = commit_abuse(generator(7, Step.ABUSE), shop, honest)
    assert (plan.archetype == NONE).all()
    assert (plan.back == honest.back).all()
    assert (plan.asked == honest.asked).all()


def test_the_rest_of_the_shop_is_left_as_it_was(shop: Shop, honest: Plan, plan: Plan) -> None:
    untouched = plan.archetype == NONE
    of_line = untouched[shop.lines.order]
    assert (plan.kind == honest.kind)[untouched].all()
    assert (plan.asked == honest.asked)[untouched].all()
    assert (plan.back == honest.back)[of_line].all()
    assert (plan.reason == honest.reason)[of_line].all()


def test_every_archetype_occurs_in_its_share(plan: Plan) -> None:
    counts = np.bincount(plan.archetype[plan.archetype >= 0], minlength=18)
    assert ((counts / counts.sum() > 0.03) & (counts / counts.sum() < 0.12)).all()


def test_a_shopper_abuses_in_one_way(shop: Shop, plan: Plan) -> None:
    abusive = plan.archetype >= 0
    pairs = set(zip(shop.orders.shopper[abusive].tolist(), plan.archetype[abusive].tolist(), strict=True))
    assert len(pairs) == len({shopper for shopper, _ in pairs})


def test_abusers_repeat_but_also_keep_and_return_honestly(shop: Shop, plan: Plan) -> None:
    abusive = plan.archetype >= 0
    abusers = np.unique(shop.orders.shopper[abusive])
    mine = np.isin(shop.orders.shopper, abusers)
    assert abusive.sum() / len(abusers) >= 2
    assert (abusive[mine]).mean() < 0.75
    assert (mine & ~abusive & (plan.kind >= 0)).any()


def test_no_abuser_is_most_of_the_abuse(shop: Shop, plan: Plan) -> None:
    offences = np.bincount(shop.orders.shopper[plan.archetype >= 0])
    assert offences.max() <= 15


def test_abuse_is_of_delivered_orders_and_after_delivery(shop: Shop, plan: Plan) -> None:
    abusive = plan.archetype >= 0
    assert shop.arrived[abusive].all()
    assert (plan.asked[abusive] > shop.orders.delivered[abusive]).all()
    assert (plan.asked[abusive] <= shop.params.ends_at).all()
    assert (np.add.reduceat(plan.back, shop.lines.first)[abusive] > 0).all()
    assert (plan.back <= shop.lines.quantity).all()


def test_serial_returners_keep_little(shop: Shop, plan: Plan) -> None:
    of_line = (plan.archetype == SERIAL_RETURNER)[shop.lines.order]
    assert 0.8 < (plan.back > 0)[of_line].mean() < 0.99
    assert set(plan.kind[plan.archetype == SERIAL_RETURNER].tolist()) == {RETURN}


def test_claims_of_non_receipt_come_soon_and_mostly_in_spite_of_a_proof(shop: Shop, plan: Plan) -> None:
    claims = plan.archetype == ITEM_NOT_RECEIVED
    assert set(plan.kind[claims].tolist()) <= {NOT_RECEIVED, MISSING}
    assert (plan.kind[claims] == NOT_RECEIVED).any()
    assert (shop.orders.proof[claims] > 0).mean() > 0.8
    days = (plan.asked - shop.orders.delivered)[claims] / DAY
    assert np.median(days) < 7


def test_clothes_and_devices_are_worn_and_come_back_late(shop: Shop, plan: Plan) -> None:
    worn = plan.archetype == WARDROBING
    of_line = worn[shop.lines.order] & (plan.back > 0)
    assert {NAMES[code] for code in shop.category[of_line].tolist()} == {"dresses", "electronics"}
    used = ((plan.asked - shop.orders.delivered) / DAY / shop.window)[worn]
    ordinary = (plan.kind == RETURN) & (plan.archetype == NONE)
    assert np.median(used) > 0.65
    assert np.median(used) > 2 * np.median(((plan.asked - shop.orders.delivered) / DAY / shop.window)[ordinary])


def test_empty_boxes_are_of_the_dearest_article(shop: Shop, plan: Plan) -> None:
    of_line = (plan.archetype == EMPTY_BOX)[shop.lines.order] & (plan.back > 0)
    dearest = np.maximum.reduceat(shop.lines.amount, shop.lines.first)[shop.lines.order]
    assert (shop.lines.amount == dearest)[of_line].all()
    assert shop.lines.unit_price[of_line].min() >= 4_500


def test_heavy_shoppers_order_much_and_never_abuse(shop: Shop, plan: Plan) -> None:
    heavy = np.unique(shop.orders.shopper[plan.lookalike == HEAVY_PROFITABLE])
    ordered = np.bincount(shop.orders.shopper)
    assert len(heavy) > 10
    assert ordered[heavy].min() >= 8
    assert not np.isin(shop.orders.shopper[plan.archetype >= 0], heavy).any()
    returns = np.bincount(shop.orders.shopper[plan.kind >= 0], minlength=len(ordered))
    assert returns[heavy].sum() / ordered[heavy].sum() < 0.45


def test_no_abuse_looks_like_something_else(plan: Plan) -> None:
    assert (plan.lookalike[plan.archetype >= 0] == NONE).all()
    assert (plan.lookalike[plan.kind < 0] == NONE).all()


def test_a_shop_with_one_order_has_no_abuse_to_offer() -> None:
    assert (with_rate(1, 0.03).archetype == NONE).all()


def test_the_same_numbers_give_the_same_plan(opened: Shop, honest: Plan, plan: Plan) -> None:
    again = commit_abuse(generator(opened.params.seed, Step.ABUSE), opened, honest)
    for field in dataclasses.fields(Plan):
        assert (getattr(again, field.name) == getattr(plan, field.name)).all()
