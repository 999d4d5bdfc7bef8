"""Requests that are made again after a denial: with another reason by some, with the same by most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.draw import DAY, Ints, chance, pick
from pipelines.simulate.plan import REASON_ESCALATION, RETURN, Plan, reason
from pipelines.simulate.shop import Shop

ASKS_AGAIN = 0.006
"""Share of the honest returns that are asked for again after a denial."""
THIRD_TIME = 0.55
CHANGES_REASON = 0.3
"""How often an honest shopper gives another reason the second time."""
LADDER = ("defective", "not_as_described", "damaged", "wrong_item")
"""What is said when the first reason did not do."""


@dataclass(frozen=True, slots=True)
class Asking:
    """By order line of a request: the line, which time it is asked for (0: the first), when, and why."""

    line: Ints
    time: Ints
    asked: Ints
    reason: Ints


def ask_again(rng: np.random.Generator, shop: Shop, plan: Plan) -> tuple[Asking, Ints]:
    """Return what is asked for again, within the simulated time, and by order how often it is asked for."""
    n = len(shop.orders)
    escalates = plan.archetype == REASON_ESCALATION
    honest = (plan.archetype < 0) & (plan.kind == RETURN) & chance(rng, ASKS_AGAIN, n)
    wait = ((0.7 + rng.exponential(2.5, (2, n))) * DAY).astype(np.int64)
    second = plan.asked + wait[0]
    third = second + wait[1]
    again = (escalates | honest) & (second <= shop.params.ends_at)
    once_more = again & escalates & chance(rng, THIRD_TIME, n) & (third <= shop.params.ends_at)
    line = np.flatnonzero(plan.back > 0)
    order = shop.lines.order[line]
    two, three = line[again[order]], line[once_more[order]]
    repeated = np.concatenate([two, three])
    time = np.repeat([1, 2], [len(two), len(three)])
    asked = np.concatenate([second[shop.lines.order[two]], third[shop.lines.order[three]]])
    reasons = _reasons(rng, shop, plan, repeated, time)
    return Asking(repeated, time, asked, reasons), again.astype(np.int64) + once_more


def _reasons(rng: np.random.Generator, shop: Shop, plan: Plan, line: Ints, time: Ints) -> Ints:
    """Return the reasons given the second and the third time."""
    order, n = shop.lines.order[line], len(line)
    step = pick(rng, (4, 3, 1, 1), len(shop.orders))[order]
    ladder = np.array([reason(word) for word in LADDER])
    before = plan.reason[line]
    other = ladder[(step + time) % len(LADDER)]
    other = np.where(other == before, ladder[(step + time + 2) % len(LADDER)], other)
    changes = (plan.archetype[order] == REASON_ESCALATION) & chance(rng, 0.9, n)
    return np.where(changes | chance(rng, CHANGES_REASON, n), other, before)
