"""Which shoppers abuse returns, on which of their orders, and how; on the others they are as honest as anyone.

Every sign is partial: an abuser leaves it out now and then, and honest shoppers show it too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines.simulate.catalogue import CATEGORIES, SIZED
from pipelines.simulate.draw import DAY, NONE, Flags, Floats, Ints, chance, pick_by_row
from pipelines.simulate.habits import EXCUSED, EXCUSES, HABITS
from pipelines.simulate.honest import REASON_WEIGHTS, in_waking_hours, ordinary_days
from pipelines.simulate.plan import (
    BRICKING,
    DAMAGED,
    HEAVY_PROFITABLE,
    LINKED_RING,
    MISSING,
    NOT_RECEIVED,
    OPEN_BOX_REBUY,
    RETURN,
    SWITCH,
    WARRANTY,
    Plan,
    reason,
)
from pipelines.simulate.rebuy import can_rebuy
from pipelines.simulate.rings import in_ring_time, ring_members
from pipelines.simulate.shop import Shop
from pipelines.simulate.vocabulary import ARCHETYPES
from pipelines.simulate.wanted import occasion, wanted_lines

TECHNICAL = {BRICKING: 6.0, SWITCH: 6.0}
"""How much likelier shoppers with a taste for electronics have these habits."""
OFFENCES = range(4, 16)
"""How many abusive orders an abuser preferably has: enough to repeat, not so many as to be most of the abuse."""
HEAVY_SHARE = 0.01
"""The share of the shoppers, by number of orders, who are heavy."""
HEAVY_LEAST = 8


@dataclass(frozen=True, slots=True)
class _Scheme:
    """What each shopper would do on each order as an abuser of their archetype; by order, and ``back`` by line.

    ``gang`` is who acts together: the shopper, or the first of a ring.
    """

    archetype: Ints
    gang: Ints
    kind: Ints
    asked: Ints
    back: Ints
    is_possible: Flags


def commit_abuse(rng: np.random.Generator, shop: Shop, honest: Plan) -> Plan:
    """Return the plan with abuse in place of what these orders would have had; its share is ``abuse_rate``."""
    scheme = _scheme(rng, shop, honest)
    acts = _cut_to_rate(_in_sequence(rng, shop, scheme), honest.kind >= 0, shop.params.abuse_rate)
    of_line = acts[shop.lines.order]
    plan = Plan(
        kind=np.where(acts, scheme.kind, honest.kind),
        asked=np.where(acts, scheme.asked, honest.asked),
        archetype=np.where(acts, scheme.archetype, NONE),
        lookalike=np.where(acts, NONE, honest.lookalike),
        back=np.where(of_line, scheme.back, honest.back),
        reason=np.where(of_line, _reasons(rng, shop, scheme), honest.reason),
    )
    return replace(plan, lookalike=_with_heavy(shop, plan))


def _scheme(rng: np.random.Generator, shop: Shop, honest: Plan) -> _Scheme:
    """Draw an archetype for every shopper and what it would mean for each of their orders."""
    n = len(shop.orders)
    ring = ring_members(shop)
    of_shopper = np.where(ring >= 0, LINKED_RING, _archetypes(rng, shop))
    archetype = of_shopper[shop.orders.shopper]
    kind = pick_by_row(rng, [HABITS[code].claims for code in range(len(ARCHETYPES))], archetype)
    wanted = wanted_lines(rng, shop, archetype[shop.lines.order], kind[shop.lines.order])
    delivered = shop.orders.delivered
    days = _days(rng, archetype, kind, shop.window)
    asked = in_waking_hours(rng, delivered + (days * DAY).astype(np.int64), delivered)
    willing = chance(rng, np.array([HABITS[code].willing for code in range(len(ARCHETYPES))])[archetype], n)
    suits = willing & chance(rng, occasion(shop, archetype), n)
    suits &= (archetype != OPEN_BOX_REBUY) | can_rebuy(shop, honest, asked)
    suits &= (archetype != LINKED_RING) | in_ring_time(shop)
    is_possible = suits & shop.arrived & (asked <= shop.params.ends_at) & shop.orders_with(wanted)
    gang = np.where(ring >= 0, ring, np.arange(shop.shoppers.n))[shop.orders.shopper]
    return _Scheme(archetype, gang, kind, asked, np.where(wanted, shop.lines.quantity, 0), is_possible)


def _archetypes(rng: np.random.Generator, shop: Shop) -> Ints:
    """Draw how each shopper would abuse; who likes electronics does it with electronics. Rings are not drawn here."""
    taste = np.array([entry.name == "electronics" for entry in CATEGORIES])[shop.shoppers.taste]
    usual = np.array([HABITS[code].weight for code in range(len(ARCHETYPES))])
    usual[LINKED_RING] = 0
    technical = np.array([TECHNICAL.get(code, 1.0) for code in range(len(ARCHETYPES))])
    return pick_by_row(rng, [usual.tolist(), (usual * technical).tolist()], taste.astype(np.int64))


def _days(rng: np.random.Generator, archetype: Ints, kind: Ints, window: Floats) -> Floats:
    """Draw days from delivery to the abusive request: late, beyond the window, soon, or as anyone, by habit."""
    n = len(archetype)
    habits = [HABITS[code] for code in range(len(ARCHETYPES))]
    late = chance(rng, np.array([habit.late for habit in habits])[archetype], n)
    beyond = chance(rng, np.array([habit.beyond for habit in habits])[archetype], n)
    quick = chance(rng, np.array([habit.quick for habit in habits])[archetype], n)
    by_habit = [window * (1.02 + rng.exponential(0.3, n)), window * rng.beta(8.0, 1.5, n), rng.gamma(2.0, 1.2, n) + 0.3]
    days = np.select([beyond, late, quick], by_habit, ordinary_days(rng, window))
    days = np.where(kind == WARRANTY, rng.uniform(40, 400, n), days)
    is_claim = (kind == NOT_RECEIVED) | (kind == MISSING) | (kind == DAMAGED)
    return np.where(is_claim, rng.gamma(2.0, 2.0, n) + 0.3, days)


def _in_sequence(rng: np.random.Generator, shop: Shop, scheme: _Scheme) -> Ints:
    """Return the possible orders in the sequence in which they become abuse, gangs together, archetypes mixed."""
    orders = np.flatnonzero(scheme.is_possible)
    gang = scheme.gang[orders]
    offences = np.bincount(gang, minlength=shop.shoppers.n)
    is_preferred = (offences >= OFFENCES.start) & (offences < OFFENCES.stop)
    rank = rng.permutation(shop.shoppers.n) + np.where(is_preferred, 0, shop.shoppers.n)
    orders = orders[np.lexsort((orders, rank[gang]))]
    archetype = scheme.archetype[orders]
    turn = np.zeros(len(orders))
    for code in range(len(ARCHETYPES)):
        mine = archetype == code
        turn[mine] = np.arange(np.count_nonzero(mine)) + 0.5
    return orders[np.argsort(turn, kind="stable")]


def _cut_to_rate(sequence: Ints, is_honest: Flags, rate: float) -> Flags:
    """Return which orders become abuse: as many of the sequence as keep the share of all RMAs within the rate."""
    abusive = np.arange(1, len(sequence) + 1)
    displaced = np.cumsum(is_honest[sequence])
    share = abusive / (abusive + np.count_nonzero(is_honest) - displaced)
    acts = np.zeros(len(is_honest), dtype=bool)
    acts[sequence[: int(np.searchsorted(share, rate, side="right"))]] = True
    return acts


def _reasons(rng: np.random.Generator, shop: Shop, scheme: _Scheme) -> Ints:
    """Draw the reasons that abusers give: those of everyone, and at times the excuse of their habit."""
    n = len(shop.lines)
    ordinary = pick_by_row(rng, REASON_WEIGHTS, SIZED[shop.category].astype(np.int64))
    excuses = np.array([reason(word) for word in EXCUSES])
    of_kind, of_archetype = scheme.kind[shop.lines.order], scheme.archetype[shop.lines.order]
    own = excuses[pick_by_row(rng, [HABITS[code].excuses for code in range(len(ARCHETYPES))], of_archetype)]
    return np.select(
        [of_kind == NOT_RECEIVED, of_kind == MISSING, of_kind == DAMAGED, of_kind == WARRANTY, chance(rng, EXCUSED, n)],
        [*map(reason, ("not_received", "missing_item", "damaged", "defective")), own],
        ordinary,
    )


def _with_heavy(shop: Shop, plan: Plan) -> Ints:
    """Return the look-alikes with those added whose shoppers order very much and never abuse."""
    shopper = shop.orders.shopper
    ordered = np.bincount(shopper, minlength=shop.shoppers.n)
    abuses = np.bincount(shopper, weights=plan.archetype >= 0, minlength=shop.shoppers.n) > 0
    least = max(HEAVY_LEAST, np.quantile(ordered, 1 - HEAVY_SHARE))
    is_heavy = ((ordered >= least) & ~abuses)[shopper]
    is_plain = (plan.kind == RETURN) & (plan.lookalike == NONE) & (plan.archetype == NONE)
    return np.where(is_heavy & is_plain, HEAVY_PROFITABLE, plan.lookalike)
