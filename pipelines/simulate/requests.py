"""The RMAs as they are requested: from the plan by order to one entry an RMA and one an RMA line, by time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.draw import HOUR, NONE, Flags, Ints, chance, unique_numbers
from pipelines.simulate.plan import RETURN, Plan
from pipelines.simulate.shop import Shop
from pipelines.simulate.vocabulary import CLOSINGS, COMMENTS

IN_TWO_PARCELS = 0.06
"""Share of the returned lines that follow in a second RMA of the same order."""
SILENT = 0.45
"""Share of the RMA lines without a comment."""
WORDINGS = tuple(text + closing for ways in COMMENTS for text in ways for closing in CLOSINGS)
"""Every comment: for each reason, the ways to say it, each with every closing."""


@dataclass(frozen=True, slots=True)
class Requests:
    """RMAs and their lines, in the order of the requests, the lines of an RMA together.

    ``number`` to ``lookalike`` are by RMA, ``rma`` (the position of the RMA) to ``comment`` by RMA line.
    ``starts`` is the position of each RMA's first line.
    """

    number: Ints
    order: Ints
    kind: Ints
    asked: Ints
    archetype: Ints
    lookalike: Ints
    rma: Ints
    line: Ints
    quantity: Ints
    reason: Ints
    comment: Ints
    starts: Ints

    @property
    def is_first_line(self) -> Flags:
        """Which lines stand first in their RMA."""
        first = np.zeros(len(self.rma), dtype=bool)
        first[self.starts] = True
        return first


def make_requests(rng: np.random.Generator, shop: Shop, plan: Plan) -> Requests:
    """Turn the plan into numbered requests; a part of an order's lines may follow a few days later."""
    line = np.flatnonzero(plan.back > 0)
    order = shop.lines.order[line]
    is_second = chance(rng, IN_TWO_PARCELS, len(line)) & (plan.kind[order] == RETURN)
    delay = rng.integers(4 * HOUR, 120 * HOUR, len(shop.orders))
    asked = plan.asked[order] + np.where(is_second, delay[order], 0)
    in_time = asked <= shop.params.ends_at
    line, order, is_second, asked = line[in_time], order[in_time], is_second[in_time], asked[in_time]
    key, first, rma = np.unique(2 * order + is_second, return_index=True, return_inverse=True)
    number = unique_numbers(rng, len(key))
    by_time = np.lexsort((number, asked[first]))
    place = np.empty(len(key), dtype=np.int64)
    place[by_time] = np.arange(len(key))
    rma = place[rma]
    sequence = np.lexsort((line, rma))
    rma, line = rma[sequence], line[sequence]
    of_rma = (key // 2)[by_time]
    return Requests(
        number=number[by_time],
        order=of_rma,
        kind=plan.kind[of_rma],
        asked=asked[first][by_time],
        archetype=plan.archetype[of_rma],
        lookalike=plan.lookalike[of_rma],
        rma=rma,
        line=line,
        quantity=plan.back[line],
        reason=plan.reason[line],
        comment=_comments(rng, plan.reason[line]),
        starts=np.searchsorted(rma, np.arange(len(key))),
    )


def _comments(rng: np.random.Generator, reason: Ints) -> Ints:
    """Draw what shoppers write about their reasons: positions of ``WORDINGS``, NONE where they write nothing."""
    ways = len(WORDINGS) // len(COMMENTS)
    return np.where(chance(rng, SILENT, len(reason)), NONE, reason * ways + rng.integers(0, ways, len(reason)))
