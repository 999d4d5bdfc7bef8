"""Where people live, and with whom: households, addresses of freight forwarders, and who moves house when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulate.draw import NONE, Flags, Ints, chance, pick, unless
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.texts import words
from pipelines.simulate.vocabulary import PLACE_WEIGHTS, PLACES, STREETS

SAME_HOUSEHOLD = 0.08
FORWARDED = 0.006
"""Share of the shoppers whose address is that of a freight forwarder."""
PER_FORWARDER = 5_000
"""One forwarder for that many people."""
MOVES = 0.025
"""Share of the shoppers who move house in the simulated time."""
IN_FLATS = 0.3
FLATS = ("Apt", "Flat", "No.", "Unit")
"""How people write the number of the same flat."""


@dataclass(frozen=True, slots=True)
class Homes:
    """By person: ``home`` is the person at whose address they live (themselves mostly), ``place`` where that is.

    By shopper: ``forwarder`` (NONE: lives where goods are sent), ``shares`` a household with another shopper,
    ``moved`` (NEVER: stays) from the address of the person ``former``.
    """

    home: Ints
    place: Ints
    forwarder: Ints
    shares: Flags
    moved: Ints
    former: Ints


def make_homes(rng: np.random.Generator, params: SimulationParams, shoppers: int, people: int) -> Homes:
    """Draw the homes of people, the first of whom are the shoppers."""
    alone = np.arange(people)
    home = np.where(chance(rng, SAME_HOUSEHOLD, people), rng.integers(0, people, people), alone)
    home = np.where(home[home] == home, home, alone)
    n_hubs = 1 + people // PER_FORWARDER
    forwarder = np.where(chance(rng, FORWARDED, shoppers), rng.integers(0, n_hubs, shoppers), NONE)
    has_company = np.bincount(home, minlength=people)[:shoppers] > 1
    forwarder[has_company | (home[:shoppers] != alone[:shoppers])] = NONE
    hubs = rng.integers(shoppers, people, n_hubs)
    home[hubs] = hubs
    home[:shoppers] = np.where(forwarder >= 0, hubs[forwarder], home[:shoppers])
    with_others = np.bincount(home[:shoppers], minlength=people)[home[:shoppers]] > 1
    moved = rng.integers(params.starts_at, params.ends_at, shoppers)
    shares = with_others & (forwarder < 0)
    return Homes(
        home=home,
        place=pick(rng, PLACE_WEIGHTS, people)[home],
        forwarder=forwarder,
        shares=shares,
        moved=unless(~chance(rng, MOVES, shoppers) | shares | (forwarder >= 0), moved),
        former=rng.integers(shoppers, people, shoppers),
    )


def addresses(rng: np.random.Generator, homes: Homes) -> pl.DataFrame:
    """Return the address of each person: those of one household differ at most in how the flat is written."""
    home, n = homes.home, len(homes.home)
    flat = np.where(chance(rng, IN_FLATS, n), rng.integers(1, 40, n), 0)[home]
    style = np.where(chance(rng, 0.8, n), 0, rng.integers(0, len(FLATS), n))
    box = np.full(n, NONE)
    is_hub = np.flatnonzero(homes.forwarder >= 0)
    box[is_hub] = rng.integers(100, 9_999, len(is_hub))
    drawn = pl.DataFrame(
        {
            "street": words(rng.integers(0, len(STREETS), n)[home], STREETS),
            "house": rng.integers(1, 200, n)[home],
            "flat": words(style, FLATS),
            "number": flat,
            "box": box,
        }
    )
    is_box, in_flat = pl.col("box") >= 0, pl.col("number") > 0
    in_house = pl.when(in_flat).then(pl.format(" {} {}", "flat", "number")).otherwise(pl.lit(""))
    suffix = pl.when(is_box).then(pl.format(" Box {}", "box")).otherwise(in_house)
    return drawn.select(
        city=words(homes.place, [city for _, city in PLACES]),
        postcode=postcodes(rng, homes),
        country=words(homes.place, [country for country, _ in PLACES]),
        address=pl.format("{} {}{}", "street", "house", suffix),
    )


def postcodes(rng: np.random.Generator, homes: Homes) -> pl.Series:
    """Return the postcode of each person's home."""
    n = len(homes.home)
    return pl.Series(10_000 + homes.place * 4_000 + rng.integers(0, 400, n)[homes.home]).cast(pl.String)


def shared(rng: np.random.Generator, homes: Homes, own: Ints, share: float) -> Ints:
    """Return something of each shopper, which ``share`` of those in a household have from who lives there."""
    n = len(own)
    head = homes.home[:n]
    has_it = homes.shares & (head < n) & chance(rng, share, n)
    return np.where(has_it, own[np.minimum(head, n - 1)], own)
