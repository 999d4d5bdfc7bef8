from __future__ import annotations

import numpy as np

from pipelines.simulate.draw import DAY, NONE, Flags
from pipelines.simulate.plan import REASON_ESCALATION, RETURN, STOLEN_GOODS, Plan
from pipelines.simulate.requests import Requests, make_requests
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign


def test_rmas_stand_in_the_order_of_their_requests(rmas: Requests) -> None:
    assert (np.diff(rmas.asked) >= 0).all()
    assert len(np.unique(rmas.number)) == len(rmas.number)


def test_the_lines_of_an_rma_stand_together(rmas: Requests) -> None:
    assert (np.diff(rmas.rma) >= 0).all()
    assert (rmas.rma[rmas.starts] == np.arange(len(rmas.number))).all()
    assert rmas.is_first_line.sum() == len(rmas.number)


def test_lines_belong_to_the_order_of_their_rma(shop: Shop, rmas: Requests) -> None:
    stolen = (rmas.archetype == STOLEN_GOODS) & rmas.shows(Sign.NO_ORDER)
    own = (shop.lines.order[rmas.line] == rmas.order[rmas.rma])[~stolen[rmas.rma]]
    assert own.all()
    assert stolen.any()


def ordinary(rmas: Requests) -> Flags:
    """Return which RMAs are asked for once, of goods that were bought."""
    once: Flags = (rmas.times == 0) & (rmas.archetype != STOLEN_GOODS)
    return once


def test_every_line_that_comes_back_in_time_is_in_one_rma(plan: Plan, rmas: Requests) -> None:
    asked = np.flatnonzero(plan.back > 0)
    line = rmas.line[ordinary(rmas)[rmas.rma]]
    assert len(np.unique(line)) == len(line)
    assert set(line.tolist()) <= set(asked.tolist())
    # What follows in a second parcel may follow after the end, and what was stolen is of no order.
    assert len(line) > 0.99 * len(asked)
    assert (rmas.quantity == plan.back[rmas.line])[ordinary(rmas)[rmas.rma]].all()


def test_an_rma_keeps_the_plan_of_its_order(plan: Plan, rmas: Requests) -> None:
    assert (rmas.kind == plan.kind[rmas.order]).all()
    once = ordinary(rmas)
    escalates = plan.archetype[rmas.order] == REASON_ESCALATION
    assert (rmas.archetype == plan.archetype[rmas.order])[~escalates].all()
    assert (rmas.archetype[escalates & once] == NONE).all()
    assert (rmas.archetype[escalates & ~once] == REASON_ESCALATION).all()
    assert (rmas.lookalike == plan.lookalike[rmas.order]).all()
    assert (rmas.reason == plan.reason[rmas.line])[once[rmas.rma]].all()


def test_a_second_parcel_follows_within_days(plan: Plan, rmas: Requests) -> None:
    delay = (rmas.asked - plan.asked[rmas.order])[rmas.times == 0]
    assert delay.min() == 0
    assert delay.max() <= 5 * DAY
    second = delay > 0
    assert 0.02 < second.mean() < 0.1
    assert (rmas.kind[rmas.times == 0][second] == RETURN).all()


def test_abuse_and_honesty_take_second_parcels_alike(plan: Plan, rmas: Requests) -> None:
    returns = (rmas.kind == RETURN) & (rmas.times == 0) & ~rmas.is_asked_again
    second = (rmas.asked > plan.asked[rmas.order])[returns]
    abusive = rmas.archetype[returns] >= 0
    noise = np.sqrt(second.mean() * (1 - second.mean()) / abusive.sum())
    assert abs(second[abusive].mean() - second[~abusive].mean()) < 4 * noise


def test_a_plan_without_returns_makes_no_rmas(shop: Shop, plan: Plan) -> None:
    nothing = Plan(
        kind=np.full_like(plan.kind, NONE),
        asked=plan.asked,
        archetype=np.full_like(plan.kind, NONE),
        lookalike=np.full_like(plan.kind, NONE),
        back=np.zeros_like(plan.back),
        reason=plan.reason,
    )
    empty = make_requests(np.random.default_rng(0), shop, nothing)
    assert len(empty.number) == len(empty.rma) == len(empty.starts) == 0
