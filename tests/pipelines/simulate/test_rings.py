from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulate.draw import DAY
from pipelines.simulate.plan import LINKED_RING, Plan
from pipelines.simulate.rings import RING_DAYS, in_ring_time, ring_members, share_identities
from pipelines.simulate.shop import Shop


def test_members_registered_one_soon_after_the_other(opened: Shop) -> None:
    ring = ring_members(opened)
    members = np.flatnonzero(ring >= 0)
    assert len(members) > 20
    assert (opened.shoppers.joined[members] >= opened.params.starts_at).all()
    apart = opened.shoppers.joined[members] - opened.shoppers.joined[ring[members]]
    assert apart.min() == 0
    assert np.median(apart) < 60 * DAY


def test_a_ring_is_a_handful(opened: Shop) -> None:
    ring = ring_members(opened)
    sizes = np.bincount(ring[ring >= 0])
    assert 4 <= np.median(sizes[sizes > 0]) <= 9
    assert sizes.max() <= 9


def test_rings_are_the_same_whenever_they_are_asked_for(opened: Shop) -> None:
    assert (ring_members(opened) == ring_members(opened)).all()


def test_the_time_of_a_ring_is_soon_after_registration(opened: Shop) -> None:
    within = in_ring_time(opened)
    age = opened.orders.ordered - opened.shoppers.joined[opened.orders.shopper]
    assert (age[within] < RING_DAYS * DAY).all()
    assert (age[~within & (age >= 0)] >= RING_DAYS * DAY).all()


def guilty(shop: Shop, plan: Plan) -> list[int]:
    """Return the shoppers who act as a ring."""
    shoppers: list[int] = np.unique(shop.orders.shopper[plan.archetype == LINKED_RING]).tolist()
    return shoppers


def test_only_those_who_act_share_what_others_do_not(opened: Shop, plan: Plan) -> None:
    after = share_identities(np.random.default_rng(0), opened, plan)
    acting = guilty(opened, plan)
    assert len(acting) >= 2
    changed = after.shoppers.devices[:, 0] != opened.shoppers.devices[:, 0]
    assert set(np.flatnonzero(changed).tolist()) <= set(acting)
    rest = np.setdiff1d(np.arange(opened.shoppers.n), acting)
    assert after.shoppers.people[rest].equals(opened.shoppers.people[rest])


def test_the_orders_of_a_ring_show_what_it_shares(opened: Shop, plan: Plan) -> None:
    shared = 0
    for seed in range(6):
        after = share_identities(np.random.default_rng(seed), opened, plan)
        differs = after.orders.device != opened.orders.device
        assert set(opened.orders.shopper[differs].tolist()) <= set(guilty(opened, plan))
        shared += int(differs.sum()) + int((after.orders.payment != opened.orders.payment).sum())
    assert shared > 0


def test_addresses_differ_in_the_flat_and_mail_in_dots_and_tags(opened: Shop, plan: Plan) -> None:
    texts: list[str] = []
    for seed in range(12):
        after = share_identities(np.random.default_rng(seed), opened, plan)
        people = after.shoppers.people[guilty(opened, plan)]
        texts += people["address"].to_list() + people["email"].to_list()
    written = pl.Series(texts)
    for pattern in (r"Apt \d+$", r"Flat \d+$", r"apt\. \d+$", r"\+\d+@", r"\+shop\d+@"):
        assert written.str.contains(pattern).any(), pattern
    mails = written.filter(written.str.contains("@"))
    domains = r"@(example\.(com|org|net)|mail\.example|post\.example)$"
    assert mails.str.contains(domains).all()
