"""What happens to each RMA between its request and the dock: decisions, method, dispatch, receipt, inspection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.draw import (
    DAY,
    NEVER,
    NONE,
    Flags,
    Floats,
    Ints,
    chance,
    later,
    pick,
    unique_numbers,
    unless,
    wait,
)
from pipelines.simulate.plan import CLUMSY_CARRIER, DAMAGED, MISSING, NOT_RECEIVED, RETURN
from pipelines.simulate.requests import Requests
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign
from pipelines.simulate.troubles import clumsy_carrier
from pipelines.simulate.vocabulary import WAREHOUSE_POSTCODES

MAIL, STORE, LOCKER, PICKUP, KEEP_IT = range(5)
METHOD_WEIGHTS = (58, 16, 18, 8)
CHEAP = 1_500
"""Value in cents below which a shop often does not want the goods back."""
N_STORES = 12
AGENTS_PER_COLLUDER = 16


@dataclass(frozen=True, slots=True)
class Parcels:
    """By RMA: how and when it came back. Moments are NEVER for what does not happen, codes NONE for what is not.

    ``seen`` is whether the dock has seen what the carrier says to have brought. ``destination`` is a postcode.
    ``refund_due`` is when money would be paid: in advance for some, without goods for claims and kept goods.
    """

    method: Ints
    is_denied: Flags
    is_cancelled: Flags
    decided: Ints
    authorized: Ints
    shipped: Ints
    received: Ints
    inspected: Ints
    seen: Flags
    refund_due: Ints
    carrier: Ints
    tracking: Ints
    destination: Ints
    store: Ints
    agent: Ints


def send_back(rng: np.random.Generator, shop: Shop, requests: Requests) -> Parcels:
    """Draw the way of each RMA."""
    n = len(requests.number)
    method = _method(rng, shop, requests)
    is_denied = chance(rng, _denial(shop, requests), n)
    decided = later(requests.asked, _decision_time(rng, n))
    authorized = unless(is_denied, decided)
    is_cancelled = chance(rng, 0.02, n) & (requests.kind == RETURN) & ~is_denied
    unreturned = requests.shows(Sign.UNRETURNED) & (method != NONE) & ~is_denied & ~is_cancelled
    method = np.where(unreturned, KEEP_IT, method)
    stays = (method == KEEP_IT) | (method == NONE) | is_denied | is_cancelled
    by_carrier = ~stays & (method != STORE)
    shipped = unless(~by_carrier, later(authorized, wait(rng, n, least_hours=2, mean_hours=60)))
    unseen = requests.shows(Sign.UNSEEN) & by_carrier
    received = unless(unseen & chance(rng, 0.4, n), _received(rng, authorized, shipped, stays))
    at_dock = wait(rng, n, least_hours=1, mean_hours=30)
    inspected = unless(unseen, later(received, np.where(method == STORE, at_dock // 20, at_dock)))
    in_advance = requests.shows(Sign.ADVANCE) & by_carrier
    given_up = unless(~unseen | chance(rng, 0.4, n), later(shipped, wait(rng, n, least_hours=200, mean_hours=100)))
    basis = np.select([stays & ~is_cancelled, in_advance, unseen], [authorized, shipped, given_up], inspected)
    return Parcels(
        method=method,
        is_denied=is_denied,
        is_cancelled=is_cancelled,
        decided=decided,
        authorized=authorized,
        shipped=shipped,
        received=received,
        inspected=inspected,
        seen=~unseen & (received < NEVER),
        refund_due=later(basis, wait(rng, n, least_hours=1, mean_hours=24)),
        carrier=np.where(by_carrier, _carrier(rng, shop, requests), NONE),
        tracking=np.where(by_carrier, unique_numbers(rng, n, digits=12), NONE),
        destination=np.where(by_carrier & chance(rng, 0.985, n), _destination(rng, shop, requests), NONE),
        store=np.where(~stays & (method == STORE), _store(rng, shop, requests), NONE),
        agent=np.where(chance(rng, 0.7, n), _agent(rng, shop, requests), NONE),
    )


def _carrier(rng: np.random.Generator, shop: Shop, requests: Requests) -> Ints:
    """Draw who carries each parcel: on the route of a clumsy carrier mostly that one."""
    n = len(requests.number)
    clumsy = clumsy_carrier(shop.shoppers.homes.place[shop.orders.home[requests.order]])
    is_clumsy = (requests.lookalike == CLUMSY_CARRIER) & chance(rng, 0.85, n)
    return np.where(is_clumsy, clumsy, pick(rng, (4, 3, 2, 1), n))


def _destination(rng: np.random.Generator, shop: Shop, requests: Requests) -> Ints:
    """Draw the postcode at which each parcel's tracking ends: a warehouse's, or one near the shopper's home."""
    n = len(requests.number)
    warehouse = np.array([int(postcode) for postcode in WAREHOUSE_POSTCODES])[pick(rng, (7, 3), n)]
    place = shop.shoppers.homes.place[shop.orders.shopper[requests.order]]
    place = np.where(chance(rng, 0.6, n), place, rng.integers(0, 20, n))
    elsewhere = 10_000 + place * 4_000 + rng.integers(0, 400, n)
    return np.where(requests.shows(Sign.MISROUTED), elsewhere, warehouse)


def _store(rng: np.random.Generator, shop: Shop, requests: Requests) -> Ints:
    """Draw the store to which goods are brought: mostly the one of the place."""
    n = len(requests.number)
    near = 1 + shop.shoppers.homes.place[shop.orders.shopper[requests.order]] % N_STORES
    return np.where(chance(rng, 0.85, n), near, rng.integers(1, N_STORES + 1, n))


def _agent(rng: np.random.Generator, shop: Shop, requests: Requests) -> Ints:
    """Draw who handles each RMA: anyone, or the one of the few whom the shopper knows."""
    n, agents = len(requests.number), agent_count(shop)
    few = rng.permutation(agents)[: 1 + agents // AGENTS_PER_COLLUDER] + 1
    own = few[shop.orders.shopper[requests.order] % len(few)]
    return np.where(requests.shows(Sign.OWN_AGENT), own, rng.integers(1, agents + 1, n))


def agent_count(shop: Shop) -> int:
    """Return how many people of the shop handle returns and questions."""
    return int(np.clip(len(shop.orders) // 1_500, 6, 400))


def value_asked(shop: Shop, requests: Requests) -> Ints:
    """Return what was paid for the units of each RMA, in cents."""
    amount = requests.quantity * shop.lines.unit_price[requests.line]
    return np.bincount(requests.rma, weights=amount, minlength=len(requests.number)).astype(np.int64)


def _method(rng: np.random.Generator, shop: Shop, requests: Requests) -> Ints:
    """Draw how goods come back; NONE for claims about goods that the shopper says not to have."""
    n = len(requests.number)
    drawn = pick(rng, METHOD_WEIGHTS, n)
    # A box without its goods does not go over a shop's counter, and neither does one that goes elsewhere.
    odd = requests.shows(Sign.EMPTIED) | requests.shows(Sign.MISROUTED) | requests.shows(Sign.UNSEEN)
    drawn = np.where(odd & (drawn == STORE), MAIL, drawn)
    drawn = np.where(requests.shows(Sign.NO_ORDER) & chance(rng, 0.6, n), STORE, drawn)
    is_cheap = (value_asked(shop, requests) < CHEAP) & chance(rng, 0.45, n)
    is_broken = (requests.kind == DAMAGED) & chance(rng, 0.5, n)
    drawn = np.where(is_cheap | is_broken, KEEP_IT, drawn)
    return np.where((requests.kind == NOT_RECEIVED) | (requests.kind == MISSING), NONE, drawn)


def _denial(shop: Shop, requests: Requests) -> Floats:
    """Return how likely each request is denied: past the window often, claims sometimes, others hardly ever."""
    days = (requests.asked - shop.orders.delivered[requests.order]) / DAY
    is_late = (requests.kind == RETURN) & (days > shop.window[requests.order]) & (requests.lookalike == NONE)
    is_claim = (requests.kind == NOT_RECEIVED) | (requests.kind == MISSING)
    usual = np.select([is_late, is_claim], [0.35, 0.07], 0.008)
    usual = np.where(requests.shows(Sign.EXCEPTION), usual / 5, usual)
    return np.select([requests.is_asked_again, requests.times > 0], [0.95, 0.12], usual)


def _decision_time(rng: np.random.Generator, n: int) -> Ints:
    """Draw how long a decision takes: most are made by a rule within minutes, the others by people."""
    by_rule = wait(rng, n, least_hours=0.01, mean_hours=0.1)
    return np.where(chance(rng, 0.7, n), by_rule, wait(rng, n, least_hours=1, mean_hours=20))


def _received(rng: np.random.Generator, authorized: Ints, shipped: Ints, stays: Flags) -> Ints:
    """Draw when the goods are on the dock, or handed in at a store; a few parcels are lost on the way."""
    n = len(shipped)
    by_carrier = later(shipped, wait(rng, n, least_hours=30, mean_hours=45))
    in_store = later(authorized, wait(rng, n, least_hours=3, mean_hours=60))
    received = np.where(shipped < NEVER, by_carrier, in_store)
    return unless(stays | chance(rng, 0.004, n), received)
