"""Which shoppers abuse returns, on which of their orders, and how; on the others they are as honest as anyone.

Every sign is partial: an abuser leaves it out now and then, and honest shoppers show it too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines.simulate.catalogue import CATEGORIES, SIZED, typical_price
from pipelines.simulate.draw import DAY, NONE, Flags, Floats, Ints, chance, pick, pick_by_row
from pipelines.simulate.honest import REASON_WEIGHTS, in_waking_hours, ordinary_days
from pipelines.simulate.orders import NO_PROOF
from pipelines.simulate.plan import (
    EMPTY_BOX,
    HEAVY_PROFITABLE,
    ITEM_NOT_RECEIVED,
    MISSING,
    NOT_RECEIVED,
    RETURN,
    SERIAL_RETURNER,
    WARDROBING,
    Plan,
    reason,
)
from pipelines.simulate.shop import Shop

SHOPPER_WEIGHTS = (0.2, 0.22, 0.3, 0.28)
"""How shoppers would divide among ``ARCHETYPES`` if all of them abused returns."""
RMA_SHARES = (0.36, 0.24, 0.24, 0.16)
"""How the abusive RMAs divide among ``ARCHETYPES``, as long as there are enough."""
WILLINGNESS = (0.75, 0.5, 0.65, 0.6)
"""On how many of the orders that suit it an abuser acts."""
WARDROBE = frozenset({"dresses", "electronics"})
EMPTY_BOX_LEAST = 4_500
"""The least price (cents) for which a parcel is sent back without its goods."""
OFFENCES = range(3, 16)
"""How many abusive orders an abuser preferably has: enough to repeat, not so many as to be most of the abuse."""
DAYS_BEFORE_WEEKEND = (1, 2, 3, 4)
"""Tuesday to Friday, Monday being 0."""
HEAVY_SHARE = 0.01
"""The share of the shoppers, by number of orders, who are heavy."""
HEAVY_LEAST = 8


@dataclass(frozen=True, slots=True)
class _Scheme:
    """What each shopper would do on each order as an abuser of their archetype; by order, and ``back`` by line."""

    archetype: Ints
    kind: Ints
    asked: Ints
    back: Ints
    is_possible: Flags


def commit_abuse(rng: np.random.Generator, shop: Shop, honest: Plan) -> Plan:
    """Return the plan with abuse in place of what these orders would have had; its share is ``abuse_rate``."""
    scheme = _scheme(rng, shop)
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


def _scheme(rng: np.random.Generator, shop: Shop) -> _Scheme:
    """Draw an archetype for every shopper and what it would mean for each of their orders."""
    n = len(shop.orders)
    archetype = pick(rng, SHOPPER_WEIGHTS, shop.shoppers.n)[shop.orders.shopper]
    claim = np.where(chance(rng, 0.65, n), NOT_RECEIVED, MISSING)
    kind = np.where(archetype == ITEM_NOT_RECEIVED, claim, RETURN)
    wanted = _wanted(rng, shop, archetype[shop.lines.order], kind[shop.lines.order])
    asked = in_waking_hours(
        rng, shop.orders.delivered + (_days(rng, archetype, shop.window) * DAY).astype(np.int64), shop.orders.delivered
    )
    willing = chance(rng, np.array(WILLINGNESS)[archetype] * _occasion(shop, archetype), n)
    is_possible = willing & shop.arrived & (asked <= shop.params.ends_at) & shop.orders_with(wanted)
    return _Scheme(archetype, kind, asked, np.where(wanted, shop.lines.quantity, 0), is_possible)


def _wanted(rng: np.random.Generator, shop: Shop, archetype: Ints, kind: Ints) -> Flags:
    """Return which lines an abuser of each line's archetype asks back."""
    lines, sku = shop.lines, shop.lines.sku
    final = shop.catalogue.final_sale[sku]
    dearest = lines.amount == np.maximum.reduceat(lines.amount, lines.first)[lines.order]
    is_wardrobe = np.array([entry.name in WARDROBE for entry in CATEGORIES])[shop.category]
    showy = is_wardrobe & (lines.unit_price >= 0.85 * typical_price(shop.category)) & ~final
    return np.select(
        [archetype == SERIAL_RETURNER, archetype == WARDROBING, archetype == EMPTY_BOX],
        [
            chance(rng, np.where(final, 0.25, 0.9), len(lines)),
            showy,
            dearest & (lines.unit_price >= EMPTY_BOX_LEAST) & ~final,
        ],
        (kind == NOT_RECEIVED) | dearest,
    )


def _occasion(shop: Shop, archetype: Ints) -> Floats:
    """Return how well each order suits the abuse: clothes for the weekend, claims in spite of a proof."""
    # 1 January 1970 was a Thursday, so three days on makes Monday 0.
    weekday = (shop.orders.ordered // DAY + 3) % 7
    weekend = np.where(np.isin(weekday, DAYS_BEFORE_WEEKEND), 1.0, 0.5)
    proven = np.where(shop.orders.proof == NO_PROOF, 0.5, 1.0)
    return np.select([archetype == WARDROBING, archetype == ITEM_NOT_RECEIVED], [weekend, proven], 1.0)


def _days(rng: np.random.Generator, archetype: Ints, window: Floats) -> Floats:
    """Draw days from delivery to the abusive request: often late in the window, claims soon, else as anyone."""
    n = len(archetype)
    late = chance(rng, np.array((0.7, 0.0, 0.8, 0.25))[archetype], n)
    days = np.where(late, window * rng.beta(8.0, 1.5, n), ordinary_days(rng, window))
    return np.where(archetype == ITEM_NOT_RECEIVED, rng.gamma(2.0, 2.0, n) + 0.3, days)


def _in_sequence(rng: np.random.Generator, shop: Shop, scheme: _Scheme) -> Ints:
    """Return the possible orders in the sequence in which they become abuse, shoppers together, archetypes mixed."""
    orders = np.flatnonzero(scheme.is_possible)
    shopper = shop.orders.shopper[orders]
    offences = np.bincount(shopper, minlength=shop.shoppers.n)
    is_preferred = (offences >= OFFENCES.start) & (offences < OFFENCES.stop)
    rank = rng.permutation(shop.shoppers.n) + np.where(is_preferred, 0, shop.shoppers.n)
    orders = orders[np.lexsort((orders, rank[shopper]))]
    archetype = scheme.archetype[orders]
    turn = np.zeros(len(orders))
    for code, share in enumerate(RMA_SHARES):
        mine = archetype == code
        turn[mine] = (np.arange(np.count_nonzero(mine)) + 0.5) / share
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
    """Draw the reasons that abusers give: those of everyone, with more changes of mind and faults."""
    n = len(shop.lines)
    ordinary = pick_by_row(rng, REASON_WEIGHTS, SIZED[shop.category].astype(np.int64))
    excuses = np.array([reason("changed_mind"), reason("not_as_described"), reason("defective")])
    of_kind, of_archetype = scheme.kind[shop.lines.order], scheme.archetype[shop.lines.order]
    own = excuses[pick_by_row(rng, ((5, 4, 1), (1, 1, 1), (6, 3, 1), (5, 2, 3)), of_archetype)]
    return np.select(
        [of_kind == NOT_RECEIVED, of_kind == MISSING, chance(rng, 0.45, n)],
        [reason("not_received"), reason("missing_item"), own],
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
