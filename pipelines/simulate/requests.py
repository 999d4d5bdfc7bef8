"""The RMAs as they are requested: from the plan by order to one entry an RMA and one an RMA line, by time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.comments import draw_comments
from pipelines.simulate.draw import HOUR, NONE, Flags, Ints, Step, chance, generator, unique_numbers
from pipelines.simulate.plan import LINKED_RING, REASON_ESCALATION, RETURN, STOLEN_GOODS, Plan
from pipelines.simulate.repeats import ask_again
from pipelines.simulate.rings import ring_members
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign, SignTable, draw_signs, shows

IN_TWO_PARCELS = 0.06
"""Share of the returned lines that follow in a second RMA of the same order."""
WORTH_STEALING = 0.6
"""Goods that are dearer than this share of all are stolen."""
SOURCES = 6
"""From so many sources those have their texts who claim that nothing came."""


@dataclass(frozen=True, slots=True)
class Requests:
    """RMAs and their lines, in the order of the requests, the lines of an RMA together.

    ``number`` to ``signs`` are by RMA: ``times`` is how often the same was asked for before, ``is_asked_again``
    whether it will be once more, which tells of a denial; ``rma`` (the position of the RMA) to ``comment`` by RMA line.
    ``starts`` is the position of each RMA's first line.
    """

    number: Ints
    order: Ints
    kind: Ints
    asked: Ints
    archetype: Ints
    lookalike: Ints
    times: Ints
    is_asked_again: Flags
    signs: SignTable
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

    def shows(self, sign: Sign) -> Flags:
        """Which RMAs show the sign."""
        return shows(self.signs, sign)


def make_requests(rng: np.random.Generator, shop: Shop, plan: Plan) -> Requests:
    """Turn the plan into numbered requests; some lines follow a few days later, or are asked for once more."""
    line, reasons, part, asked, repeats = _askings(rng, shop, plan)
    order = shop.lines.order[line]
    key, first, rma = np.unique(4 * order + part, return_index=True, return_inverse=True)
    number = unique_numbers(rng, len(key))
    by_time = np.lexsort((number, asked[first]))
    place = np.empty(len(key), dtype=np.int64)
    place[by_time] = np.arange(len(key))
    rma = place[rma]
    sequence = np.lexsort((line, rma))
    rma, line, reasons = rma[sequence], line[sequence], reasons[sequence]
    quantity = plan.back[line]
    of_rma, times = (key // 4)[by_time], np.maximum(key % 4 - 1, 0)[by_time]
    # What is asked for the first time is not yet an escalation.
    archetype = np.where((plan.archetype[of_rma] == REASON_ESCALATION) & (times == 0), NONE, plan.archetype[of_rma])
    begin, end = shop.params.starts_at, shop.params.ends_at
    progress = (asked[first][by_time] - begin) / (end - begin)
    signs = draw_signs(generator(shop.params.seed, Step.SIGNS), archetype, plan.lookalike[of_rma], progress)
    stolen = ((archetype == STOLEN_GOODS) & shows(signs, Sign.NO_ORDER))[rma]
    line = np.where(stolen, _of_others(rng, shop, len(line)), line)
    given, source = _given_texts(shop, archetype, of_rma, signs)
    return Requests(
        number=number[by_time],
        order=of_rma,
        kind=plan.kind[of_rma],
        asked=asked[first][by_time],
        archetype=archetype,
        lookalike=plan.lookalike[of_rma],
        times=times,
        is_asked_again=times < repeats[of_rma],
        signs=signs,
        rma=rma,
        line=line,
        quantity=np.where(stolen, 1, quantity),
        reason=reasons,
        comment=draw_comments(rng, reasons, given[rma], source[rma]),
        starts=np.searchsorted(rma, np.arange(len(key))),
    )


def _of_others(rng: np.random.Generator, shop: Shop, n: int) -> Ints:
    """Draw order lines of goods that are worth stealing: what is brought back was never bought by who brings it."""
    dear = np.flatnonzero(shop.lines.unit_price >= np.quantile(shop.lines.unit_price, WORTH_STEALING))
    return dear[rng.integers(0, len(dear), n)]


def _askings(rng: np.random.Generator, shop: Shop, plan: Plan) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Return line, reason, part and moment of everything that is asked for, and by order how often it is repeated.

    Part 0 is the first RMA of an order, 1 what follows in a second parcel, 2 and 3 what is asked for again.
    """
    repeated, repeats = ask_again(rng, shop, plan)
    line = np.flatnonzero(plan.back > 0)
    order = shop.lines.order[line]
    is_second = chance(rng, IN_TWO_PARCELS, len(line)) & (plan.kind[order] == RETURN) & (repeats[order] == 0)
    delay = rng.integers(4 * HOUR, 120 * HOUR, len(shop.orders))
    asked = plan.asked[order] + np.where(is_second, delay[order], 0)
    in_time = asked <= shop.params.ends_at
    return (
        np.concatenate([line[in_time], repeated.line]),
        np.concatenate([plan.reason[line[in_time]], repeated.reason]),
        np.concatenate([is_second[in_time].astype(np.int64), 1 + repeated.time]),
        np.concatenate([asked[in_time], repeated.asked]),
        repeats,
    )


def _given_texts(shop: Shop, archetype: Ints, order: Ints, signs: SignTable) -> tuple[Flags, Ints]:
    """Return which RMAs have a comment from somebody else, and whose: that of their ring, or of a source for many."""
    shopper = shop.orders.shopper[order]
    ring = ring_members(shop)[shopper]
    source = np.where((archetype == LINKED_RING) & (ring >= 0), ring, shopper % SOURCES)
    return shows(signs, Sign.TEMPLATE), source
