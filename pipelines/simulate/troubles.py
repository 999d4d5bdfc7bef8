"""Honest trouble with parcels that looks like abuse: a carrier who is clumsy on a route, and a move of house."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.draw import DAY, NONE, Flags, Floats, Ints
from pipelines.simulate.shop import Shop
from pipelines.simulate.vocabulary import CARRIERS, PLACES

ROUTES = 4
"""On so many routes, one after another place, a carrier is clumsy for a while."""
CLUMSY_DAYS = 70
CLUMSY_LOSES = 0.05
CLUMSY_DAMAGES = 0.05
WENT_ASTRAY = 0.6
"""How often a parcel that went to the old address is claimed."""
SETTLING_IN = 120
"""For so many days a shopper who moved may be taken for somebody else."""


@dataclass(frozen=True, slots=True)
class Troubles:
    """By order: whether its route is ``clumsy``, whether its shopper has just ``moved``, and what that costs.

    ``loses`` and ``damages`` are how likely the parcel is claimed as not received, or as damaged, for it.
    """

    clumsy: Flags
    moved: Flags
    loses: Floats
    damages: Floats


def make_troubles(rng: np.random.Generator, shop: Shop) -> Troubles:
    """Draw the clumsy routes, and find the orders of those who move."""
    orders, homes = shop.orders, shop.shoppers.homes
    place = homes.place[orders.home]
    begin = np.full(len(PLACES), 2 * shop.params.ends_at)
    where = rng.choice(len(PLACES), ROUTES, replace=False)
    begin[where] = rng.integers(shop.params.starts_at, shop.params.ends_at, ROUTES)
    age = orders.ordered - begin[place]
    clumsy = (age >= 0) & (age < CLUMSY_DAYS * DAY)
    since = orders.ordered - homes.moved[orders.shopper]
    astray = (orders.home == homes.former[orders.shopper]) & (since >= 0)
    loses = np.where(astray, WENT_ASTRAY, np.where(clumsy, CLUMSY_LOSES, 0.0))
    moved = (since >= 0) & (since < SETTLING_IN * DAY)
    return Troubles(clumsy, moved, loses, np.where(clumsy, CLUMSY_DAMAGES, 0.0))


def clumsy_carrier(place: Ints) -> Ints:
    """Return the carrier who is clumsy in each place when one is."""
    return np.where(place >= 0, place % len(CARRIERS), NONE)
