"""Ways to draw: seeded generators, weighted choices, waiting times, identifiers. Knows nothing of shops."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
"""Whole numbers: positions, codes of words, cents, grams, or seconds since 1970 UTC."""
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HOUR = 3_600
DAY = 86_400
NEVER = 2**60
"""A moment after every end: what stands at it does not happen."""
NONE = -1
"""The code of no word: an empty cell."""


class Step(IntEnum):
    """The steps of a simulation, each with random numbers of its own, so that none moves another's."""

    CATALOGUE = 1
    SHOPPERS = 2
    ORDERS = 3
    BASKETS = 4
    RETURNS = 5
    ABUSE = 6
    PARCELS = 7
    SETTLEMENT = 8
    CONTACTS = 9
    REQUESTS = 10
    SIGNS = 11
    DISGUISES = 12
    RINGS = 13
    VERDICTS = 14


def generator(seed: int, step: Step) -> np.random.Generator:
    """Return the random numbers of one step of the simulation with that seed."""
    return np.random.default_rng([seed, int(step)])


def chance(rng: np.random.Generator, probability: float | Floats, n: int) -> Flags:
    """Return n flags, each true with its probability."""
    return rng.random(n) < probability


def pick(rng: np.random.Generator, weights: Sequence[float] | Floats, n: int) -> Ints:
    """Return n positions of ``weights``, each drawn in proportion to its weight."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(edges, rng.random(n) * edges[-1], side="right")
    positions: Ints = np.minimum(drawn, len(edges) - 1).astype(np.int64)
    return positions


def pick_by_row(rng: np.random.Generator, weights: Sequence[Sequence[float]], rows: Ints) -> Ints:
    """Return for each entry of ``rows`` a position of that row of ``weights``, in proportion to its weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64), axis=1)
    edges /= edges[:, -1:]
    drawn = (rng.random(len(rows))[:, None] >= edges[rows]).sum(axis=1)
    positions: Ints = np.minimum(drawn, edges.shape[1] - 1).astype(np.int64)
    return positions


def wait(rng: np.random.Generator, n: int, *, least_hours: float, mean_hours: float) -> Ints:
    """Return n waiting times in seconds: the least, and an exponential rest of that mean beyond it."""
    return ((least_hours + rng.exponential(mean_hours, n)) * HOUR).astype(np.int64)


def unique_numbers(rng: np.random.Generator, n: int, digits: int = 9) -> Ints:
    """Return n different numbers of that many digits in random order: a number tells nothing of its row."""
    least = 10 ** (digits - 1)
    numbers: Ints = rng.choice(9 * least, n, replace=False).astype(np.int64) + least
    return numbers


def later(moment: Ints, after: Ints) -> Ints:
    """Return the moments moved on by ``after`` seconds; NEVER stays NEVER."""
    return np.where(moment >= NEVER, NEVER, moment + after)


def unless(never: Flags, moment: Ints) -> Ints:
    """Return the moments, NEVER where the flag says that it does not come to that."""
    return np.where(never, NEVER, moment)
