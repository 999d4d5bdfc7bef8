"""The people of the made-up shop: who they are, how much they buy and return. Honest or not is not decided here.

All in this module is drawn alike for everyone, so nothing about a person tells who will abuse returns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulate.catalogue import CATEGORIES
from pipelines.simulate.draw import DAY, Flags, Floats, Ints, chance, pick, unique_numbers
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.texts import moments, numbered, words
from pipelines.simulate.vocabulary import (
    FIRST_NAMES,
    LAST_NAMES,
    MAIL_DOMAINS,
    PLACE_WEIGHTS,
    PLACES,
    SEGMENTS,
    STREETS,
)

ORDERS_PER_SHOPPER = 2.7
REGISTERED_BEFORE = 0.85
"""Share of the shoppers who had an account before the first simulated day."""
SAME_HOUSEHOLD = 0.08


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
    people: pl.DataFrame


def make_shoppers(rng: np.random.Generator, params: SimulationParams) -> Shoppers:
    """Draw the shoppers of a shop with that many orders, some of whom may never order."""
    n = max(1, round(params.orders / ORDERS_PER_SHOPPER))
    return Shoppers(
        n=n,
        number=unique_numbers(rng, n),
        joined=_join(rng, params, n),
        appetite=np.minimum(rng.lognormal(-0.5, 1.0, n), 30),
        fussiness=rng.gamma(1.25, 0.8, n),
        taste=pick(rng, [category.demand for category in CATEGORIES], n),
        fit=rng.random(n),
        is_bracketing=chance(rng, 0.14, n),
        devices=unique_numbers(rng, 3 * n).reshape(n, 3),
        payments=unique_numbers(rng, 2 * n).reshape(n, 2),
        people=_people(rng, n + max(1, n // 10)),
    )


def _join(rng: np.random.Generator, params: SimulationParams, n: int) -> Ints:
    """Return when each registered, earliest first: most before the start, the others evenly after it."""
    before = max(1, round(n * REGISTERED_BEFORE))
    early = params.starts_at - (rng.exponential(420, before) * DAY).astype(np.int64)
    late = rng.integers(params.starts_at, params.ends_at, n - before)
    return np.sort(np.concatenate([early, late]))


def _people(rng: np.random.Generator, n: int) -> pl.DataFrame:
    """Draw n people; some live at the address of another one."""
    home = np.where(chance(rng, SAME_HOUSEHOLD, n), rng.integers(0, n, n), np.arange(n))
    place = pick(rng, PLACE_WEIGHTS, n)[home]
    street, house = rng.integers(0, len(STREETS), n)[home], rng.integers(1, 200, n)[home]
    drawn = pl.DataFrame(
        {
            "first": words(rng.integers(0, len(FIRST_NAMES), n), FIRST_NAMES),
            "last": words(rng.integers(0, len(LAST_NAMES), n), LAST_NAMES),
            "digits": unique_numbers(rng, n).astype(str),
            "domain": words(pick(rng, (6, 3, 2, 1, 1), n), MAIL_DOMAINS),
            "street": words(street, STREETS),
            "house": house,
            "country": words(place, [country for country, _ in PLACES]),
            "city": words(place, [city for _, city in PLACES]),
            "postcode": (10_000 + place * 4_000 + rng.integers(0, 400, n)[home]).astype(str),
            "phone": numbered("+999", unique_numbers(rng, n)),
        }
    )
    mail = pl.format("{}.{}{}@{}", "first", "last", pl.col("digits").str.slice(0, 6), "domain").str.to_lowercase()
    return drawn.select(
        "city",
        "postcode",
        "country",
        "phone",
        name=pl.format("{} {}", "first", "last"),
        address=pl.format("{} {}", "street", "house"),
        email=mail,
    )


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
