from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pipelines.simulate.draw import DAY, HOUR, NEVER, NONE
from pipelines.simulate.parcels import CHEAP, KEEP_IT, STORE, Parcels, agent_count, value_asked
from pipelines.simulate.plan import MISSING, NOT_RECEIVED, RETURN
from pipelines.simulate.requests import Requests
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign


def test_moments_follow_each_other(rmas: Requests, parcels: Parcels) -> None:
    chain = [rmas.asked, parcels.authorized, parcels.shipped, parcels.received, parcels.inspected]
    for earlier, after in pairwise(chain):
        both = (earlier < NEVER) & (after < NEVER)
        assert (after[both] > earlier[both]).all()


def test_nothing_is_received_that_was_not_authorized(parcels: Parcels) -> None:
    received = parcels.received < NEVER
    assert (parcels.authorized[received] < NEVER).all()
    assert ((parcels.inspected < NEVER) == (received & parcels.seen)).all()
    assert 0 < (received & ~parcels.seen).sum() < 0.01 * received.sum()


def test_what_is_denied_or_cancelled_goes_nowhere(parcels: Parcels) -> None:
    stopped = parcels.is_denied | parcels.is_cancelled
    for moment in (parcels.shipped, parcels.received, parcels.inspected, parcels.refund_due):
        assert (moment[stopped] == NEVER).all()
    assert (parcels.authorized[parcels.is_denied] == NEVER).all()
    assert not (parcels.is_denied & parcels.is_cancelled).any()


def test_claims_about_missing_goods_send_nothing_back(rmas: Requests, parcels: Parcels) -> None:
    claims = (rmas.kind == NOT_RECEIVED) | (rmas.kind == MISSING)
    assert (parcels.method[claims] == NONE).all()
    assert (parcels.method[~claims] >= 0).all()
    assert (parcels.shipped[claims] == NEVER).all()
    assert (parcels.received[claims] == NEVER).all()


def test_a_carrier_has_a_tracking_number_of_its_own(parcels: Parcels) -> None:
    by_carrier = parcels.carrier >= 0
    assert (by_carrier == (parcels.shipped < NEVER)).all()
    assert (by_carrier == (parcels.tracking >= 0)).all()
    assert len(np.unique(parcels.tracking[by_carrier])) == by_carrier.sum()
    assert (parcels.destination[~by_carrier] == NONE).all()
    assert 0.95 < (parcels.destination[by_carrier] >= 0).mean() < 1


def test_stores_need_no_carrier(parcels: Parcels) -> None:
    in_store = (parcels.method == STORE) & ~parcels.is_denied & ~parcels.is_cancelled
    assert (parcels.store[in_store] > 0).all()
    assert (parcels.store[~in_store] == NONE).all()
    assert (parcels.carrier[in_store] == NONE).all()
    assert (parcels.received[in_store] < NEVER).mean() > 0.98


def test_stores_inspect_on_the_spot(parcels: Parcels) -> None:
    done = parcels.inspected < NEVER
    waited = (parcels.inspected - parcels.received)[done]
    in_store = parcels.method[done] == STORE
    assert np.median(waited[in_store]) < 3 * HOUR < np.median(waited[~in_store])


def test_cheap_goods_may_be_kept(shop: Shop, rmas: Requests, parcels: Parcels) -> None:
    ordinary = rmas.kind == RETURN
    kept = ordinary & (parcels.method == KEEP_IT) & ~rmas.shows(Sign.UNRETURNED)
    assert kept.any()
    assert value_asked(shop, rmas)[kept].max() < CHEAP


def test_the_value_asked_is_what_was_paid_for_the_units(shop: Shop, rmas: Requests) -> None:
    value = value_asked(shop, rmas)
    for rma in range(40):
        mine = rmas.rma == rma
        assert value[rma] == (rmas.quantity[mine] * shop.lines.unit_price[rmas.line[mine]]).sum()


def test_what_missed_the_window_is_denied_far_more_often(shop: Shop, rmas: Requests, parcels: Parcels) -> None:
    days = (rmas.asked - shop.orders.delivered[rmas.order]) / DAY
    ordinary = (rmas.kind == RETURN) & (rmas.lookalike == NONE)
    late = ordinary & (days > shop.window[rmas.order])
    assert parcels.is_denied[late].mean() > 0.12
    assert parcels.is_denied[ordinary & ~late].mean() < 0.03


def test_some_refunds_are_due_before_the_goods_are_seen(rmas: Requests, parcels: Parcels) -> None:
    sent = parcels.shipped < NEVER
    in_advance = parcels.refund_due < parcels.inspected
    honest = sent & (rmas.archetype == NONE)
    early = sent & rmas.shows(Sign.ADVANCE)
    assert in_advance[honest].mean() == pytest.approx(0.05, abs=0.02)
    assert in_advance[early].mean() > 0.85
    assert not in_advance[sent & ~early & parcels.seen].any()


def test_empty_boxes_are_not_handed_over_a_counter(rmas: Requests, parcels: Parcels) -> None:
    odd = rmas.shows(Sign.EMPTIED) & ~rmas.shows(Sign.NO_ORDER)
    assert odd.any()
    assert not (parcels.method[odd] == STORE).any()


def test_most_decisions_are_made_within_minutes(rmas: Requests, parcels: Parcels) -> None:
    waited = parcels.decided - rmas.asked
    assert waited.min() > 0
    assert (waited < HOUR).mean() == pytest.approx(0.7, abs=0.05)


def test_agents_are_as_many_as_the_shop_needs(shop: Shop, parcels: Parcels) -> None:
    known = parcels.agent >= 0
    assert known.mean() == pytest.approx(0.7, abs=0.03)
    assert set(parcels.agent[known].tolist()) == set(range(1, agent_count(shop) + 1))
