from __future__ import annotations

import numpy as np
import pytest

from pipelines.simulate.draw import DAY, NONE
from pipelines.simulate.plan import RETURN, Plan
from pipelines.simulate.requests import SILENT, WORDINGS, Requests, make_requests
from pipelines.simulate.shop import Shop
from pipelines.simulate.vocabulary import CLOSINGS, COMMENTS


def test_rmas_stand_in_the_order_of_their_requests(rmas: Requests) -> None:
    assert (np.diff(rmas.asked) >= 0).all()
    assert len(np.unique(rmas.number)) == len(rmas.number)


def test_the_lines_of_an_rma_stand_together(rmas: Requests) -> None:
    assert (np.diff(rmas.rma) >= 0).all()
    assert (rmas.rma[rmas.starts] == np.arange(len(rmas.number))).all()
    assert rmas.is_first_line.sum() == len(rmas.number)


def test_lines_belong_to_the_order_of_their_rma(shop: Shop, rmas: Requests) -> None:
    assert (shop.lines.order[rmas.line] == rmas.order[rmas.rma]).all()


def test_every_line_that_comes_back_in_time_is_in_one_rma(plan: Plan, rmas: Requests) -> None:
    asked = np.flatnonzero(plan.back > 0)
    assert len(np.unique(rmas.line)) == len(rmas.line)
    assert set(rmas.line.tolist()) <= set(asked.tolist())
    # What follows in a second parcel may follow after the end.
    assert len(rmas.line) > 0.995 * len(asked)
    assert (rmas.quantity == plan.back[rmas.line]).all()


def test_an_rma_keeps_the_plan_of_its_order(plan: Plan, rmas: Requests) -> None:
    assert (rmas.kind == plan.kind[rmas.order]).all()
    assert (rmas.archetype == plan.archetype[rmas.order]).all()
    assert (rmas.lookalike == plan.lookalike[rmas.order]).all()
    assert (rmas.reason == plan.reason[rmas.line]).all()


def test_a_second_parcel_follows_within_days(plan: Plan, rmas: Requests) -> None:
    delay = rmas.asked - plan.asked[rmas.order]
    assert delay.min() == 0
    assert delay.max() <= 5 * DAY
    second = delay > 0
    assert 0.02 < second.mean() < 0.1
    assert (rmas.kind[second] == RETURN).all()
    assert np.bincount(rmas.order).max() == 2


def test_abuse_and_honesty_take_second_parcels_alike(plan: Plan, rmas: Requests) -> None:
    second = (rmas.asked > plan.asked[rmas.order]) & (rmas.kind == RETURN)
    returns = rmas.kind == RETURN
    honest, abusive = (second[returns & ((rmas.archetype >= 0) == flag)].mean() for flag in (False, True))
    assert abusive == pytest.approx(honest, abs=0.08)


def test_comments_fit_their_reasons(rmas: Requests) -> None:
    ways = len(WORDINGS) // len(COMMENTS)
    written = rmas.comment >= 0
    assert (rmas.comment[written] // ways == rmas.reason[written]).all()
    assert rmas.comment[~written].tolist() == [NONE] * int((~written).sum())
    assert (~written).mean() == pytest.approx(SILENT, abs=0.03)


def test_comments_are_varied() -> None:
    assert len(WORDINGS) == len(COMMENTS) * 4 * len(CLOSINGS)
    assert WORDINGS[0] == COMMENTS[0][0]
    assert WORDINGS[1] == COMMENTS[0][0] + CLOSINGS[1]


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
