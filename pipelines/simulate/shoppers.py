"""The people of the made-up shop: who they are, how much they buy and return. Honest or not is not decided here.

All in this module is drawn alike for everyone, so nothing about a person tells who will abuse returns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulate.catalogue import CATEGORIES
from pipelines.simulate.draw import DAY, Flags, Floats, Ints, chance, pick, unique_numbers
from pipelines.simulate.homes import Homes, addresses, make_homes, shared
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.texts import moments, numbered, words
from pipelines.simulate.vocabulary import (
    FIRST_NAMES,
    LAST_NAMES,
    MAIL_DOMAINS,
    SEGMENTS,
)

ORDERS_PER_SHOPPER = 2.7
REGISTERED_BEFORE = 0.85
"""Share of the shoppers who had an account before the first simulated day."""
SHARED_PAYMENT = 0.45
SHARED_DEVICE = 0.08
"""How many of a household's shoppers pay with another's card, or order on another's device."""


@dataclass(frozen=True, slots=True)
class Shoppers:
    """Shoppers in the order in which they registered, by position; behind them people who only receive gifts.

    ``appetite`` is how much a shopper buys and ``fussiness`` how much comes back, each relative to the mean;
    ``fit`` is the place of the own size among a category's sizes (0 to 1); ``taste`` the favourite category.
    ``people`` has a row a person: name, address, mail address and telephone, as exported.
    """

    n: int
    number: Ints
    joined: Ints
    appetite: Floats
    fussiness: Floats
    taste: Ints
    fit: Floats
    is_bracketing: Flags
    devices: Ints
    payments: Ints
    homes: Homes
    people: pl.DataFrame


def make_shoppers(rng: np.random.Generator, params: SimulationParams) -> Shoppers:
    """Draw the shoppers of a shop with that many orders, some of whom may never order."""
    n = max(1, round(params.orders / ORDERS_PER_SHOPPER))
    homes = make_homes(rng, params, n, n + max(1, n // 10))
    devices, payments = unique_numbers(rng, 3 * n).reshape(n, 3), unique_numbers(rng, 2 * n).reshape(n, 2)
    payments[:, 0] = shared(rng, homes, payments[:, 0], SHARED_PAYMENT)
    devices[:, 0] = shared(rng, homes, devices[:, 0], SHARED_DEVICE)
    return Shoppers(
        n=n,
        number=unique_numbers(rng, n),
        joined=_join(rng, params, n),
        appetite=np.minimum(rng.lognormal(-0.5, 1.0, n), 30),
        fussiness=rng.gamma(1.25, 0.8, n),
        taste=pick(rng, [category.demand for category in CATEGORIES], n),
        fit=rng.random(n),
        is_bracketing=chance(rng, 0.14, n),
        devices=devices,
        payments=payments,
        homes=homes,
        people=_people(rng, homes),
    )


def _join(rng: np.random.Generator, params: SimulationParams, n: int) -> Ints:
    """Return when each registered, earliest first: most before the start, the others evenly after it."""
    before = max(1, round(n * REGISTERED_BEFORE))
    early = params.starts_at - (rng.exponential(420, before) * DAY).astype(np.int64)
    late = rng.integers(params.starts_at, params.ends_at, n - before)
    return np.sort(np.concatenate([early, late]))


def _people(rng: np.random.Generator, homes: Homes) -> pl.DataFrame:
    """Draw people, one for each home; a household has a name in common mostly, and a telephone at times."""
    n = len(homes.home)
    last = rng.integers(0, len(LAST_NAMES), n)
    numbers = unique_numbers(rng, n)
    drawn = pl.DataFrame(
        {
            "first": words(rng.integers(0, len(FIRST_NAMES), n), FIRST_NAMES),
            "last": words(np.where(chance(rng, 0.75, n), last[homes.home], last), LAST_NAMES),
            "digits": unique_numbers(rng, n).astype(str),
            "domain": words(pick(rng, (6, 3, 2, 1, 1), n), MAIL_DOMAINS),
            "phone": numbered("+999", np.where(chance(rng, 0.2, n), numbers[homes.home], numbers)),
        }
    )
    mail = pl.format("{}.{}{}@{}", "first", "last", pl.col("digits").str.slice(0, 6), "domain").str.to_lowercase()
    return drawn.select("phone", name=pl.format("{} {}", "first", "last"), email=mail).hstack(addresses(rng, homes))


def customers_table(shoppers: Shoppers, params: SimulationParams) -> pl.DataFrame:
    """Return the customers as they are exported, one row a registered shopper, in the order of registration."""
    people = shoppers.people.head(shoppers.n)
    ranks = np.searchsorted(np.quantile(shoppers.appetite, (0.5, 0.8, 0.96)), shoppers.appetite)
    return people.select(
        customer_id=numbered("C", shoppers.number),
        created_at=moments(shoppers.joined, params.ends_at),
        email="email",
        phone="phone",
        address="address",
        city="city",
        postcode="postcode",
        country="country",
        segment=words(ranks.astype(np.int64), SEGMENTS),
    )
