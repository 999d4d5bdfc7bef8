from __future__ import annotations

import numpy as np

from pipelines.simulate.draw import DAY
from pipelines.simulate.parcels import Parcels
from pipelines.simulate.plan import REASON_ESCALATION, RETURN, Plan
from pipelines.simulate.repeats import ask_again
from pipelines.simulate.requests import Requests
from pipelines.simulate.shop import Shop


def test_abusers_ask_again_and_few_others(shop: Shop, plan: Plan) -> None:
    _, repeats = ask_again(np.random.default_rng(0), shop, plan)
    escalates = plan.archetype == REASON_ESCALATION
    assert (repeats[escalates] > 0).mean() > 0.8
    assert (repeats[~escalates] > 0).sum() > 0
    assert (repeats[~escalates & (plan.kind == RETURN)] > 0).mean() < 0.02
    assert repeats[~escalates].max() <= 1
    assert not (repeats[plan.kind < 0] > 0).any()


def test_what_is_asked_again_is_what_was_asked_and_later(shop: Shop, plan: Plan) -> None:
    again, repeats = ask_again(np.random.default_rng(0), shop, plan)
    order = shop.lines.order[again.line]
    assert (plan.back[again.line] > 0).all()
    assert (again.time <= repeats[order]).all()
    assert (again.asked > plan.asked[order] + again.time * DAY // 2).all()
    assert (again.asked <= shop.params.ends_at).all()


def test_abusers_change_their_reason_and_others_seldom(shop: Shop, plan: Plan) -> None:
    changed: dict[bool, list[bool]] = {True: [], False: []}
    for seed in range(5):
        again, _ = ask_again(np.random.default_rng(seed), shop, plan)
        escalates = plan.archetype[shop.lines.order[again.line]] == REASON_ESCALATION
        differs = again.reason != plan.reason[again.line]
        for flag in (True, False):
            changed[flag] += differs[escalates == flag].tolist()
    assert np.mean(changed[True]) > 0.8
    assert 0 < np.mean(changed[False]) < 0.5


def test_what_is_asked_again_was_denied_mostly(rmas: Requests, parcels: Parcels) -> None:
    assert rmas.is_asked_again.any()
    assert parcels.is_denied[rmas.is_asked_again].mean() > 0.8
    assert parcels.is_denied[(rmas.times > 0) & ~rmas.is_asked_again].mean() < 0.5
