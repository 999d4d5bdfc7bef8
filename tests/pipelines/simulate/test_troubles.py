from __future__ import annotations

import numpy as np

from pipelines.simulate.draw import DAY, NEVER
from pipelines.simulate.parcels import Parcels
from pipelines.simulate.plan import CLUMSY_CARRIER, DAMAGED, MOVED_HOUSE, NOT_RECEIVED, RETURN, Plan
from pipelines.simulate.requests import Requests
from pipelines.simulate.shop import Shop
from pipelines.simulate.troubles import CLUMSY_DAYS, ROUTES, SETTLING_IN, clumsy_carrier, make_troubles


def test_a_route_is_a_place_for_a_while(opened: Shop) -> None:
    troubles = make_troubles(np.random.default_rng(0), opened)
    place = opened.shoppers.homes.place[opened.orders.home]
    places = np.unique(place[troubles.clumsy])
    assert 1 <= len(places) <= ROUTES
    for one in places.tolist():
        ordered = opened.orders.ordered[troubles.clumsy & (place == one)]
        assert ordered.max() - ordered.min() < CLUMSY_DAYS * DAY


def test_a_clumsy_route_hurts_many_shoppers(opened: Shop, honest: Plan) -> None:
    hurt = (honest.lookalike == CLUMSY_CARRIER) & ((honest.kind == NOT_RECEIVED) | (honest.kind == DAMAGED))
    assert hurt.sum() > 5
    assert len(np.unique(opened.orders.shopper[hurt])) > 0.8 * hurt.sum()


def test_who_moves_is_settling_in_for_a_while(opened: Shop) -> None:
    troubles = make_troubles(np.random.default_rng(0), opened)
    moved = opened.shoppers.homes.moved[opened.orders.shopper]
    since = opened.orders.ordered - moved
    assert troubles.moved.any()
    assert (moved[troubles.moved] < NEVER).all()
    assert since[troubles.moved].min() >= 0
    assert since[troubles.moved].max() < SETTLING_IN * DAY


def test_parcels_to_the_old_address_are_claimed(opened: Shop, honest: Plan) -> None:
    homes = opened.shoppers.homes
    moved = homes.moved[opened.orders.shopper]
    astray = (opened.orders.home == homes.former[opened.orders.shopper]) & (opened.orders.ordered >= moved)
    own = opened.orders.recipient == opened.orders.shopper
    astray &= own & opened.arrived & (opened.orders.delivered + 20 * DAY < opened.params.ends_at)
    assert (honest.kind[astray] == NOT_RECEIVED).sum() > 0.1 * astray.sum() > 0
    assert (honest.lookalike[honest.kind == NOT_RECEIVED] == MOVED_HOUSE).any()


def test_returns_of_the_route_go_with_its_carrier(shop: Shop, rmas: Requests, parcels: Parcels) -> None:
    mine = (rmas.lookalike == CLUMSY_CARRIER) & (parcels.carrier >= 0) & (rmas.kind == RETURN)
    place = shop.shoppers.homes.place[shop.orders.home[rmas.order[mine]]]
    assert (parcels.carrier[mine] == clumsy_carrier(place)).mean() > 0.75
