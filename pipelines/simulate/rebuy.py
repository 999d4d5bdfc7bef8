"""Goods that are returned and bought again for less: the next order of the shopper takes the same article."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipelines.simulate.draw import DAY, NONE, Flags, Ints, chance, unique_numbers
from pipelines.simulate.plan import OPEN_BOX_REBUY, RETURN, Plan
from pipelines.simulate.shop import Shop

WITHIN = 90 * DAY
"""For so long an abuser waits for the cheaper offer."""
HONEST_REBUYS = 0.015
"""Share of the honest returns after which the same article is bought again all the same."""


def next_order(shop: Shop) -> Ints:
    """Return for each order the next one of its shopper, NONE after the last."""
    n = len(shop.orders)
    sequence = np.lexsort((np.arange(n), shop.orders.shopper))
    following = np.full(n, NONE)
    same = shop.orders.shopper[sequence[:-1]] == shop.orders.shopper[sequence[1:]]
    following[sequence[:-1][same]] = sequence[1:][same]
    return following


def place_in_history(shop: Shop) -> Ints:
    """Return how many orders of the same shopper went before each order."""
    n = len(shop.orders)
    sequence = np.lexsort((np.arange(n), shop.orders.shopper))
    shopper = shop.orders.shopper[sequence]
    starts = np.searchsorted(shopper, shopper)
    place = np.empty(n, dtype=np.int64)
    place[sequence] = np.arange(n) - starts
    return place


def can_rebuy(shop: Shop, honest: Plan, asked: Ints) -> Flags:
    """Return after which orders the next one of the shopper may hold the same article for less, and is kept.

    Only every other order of a shopper is offered, so that none is both returned and bought again.
    """
    following = next_order(shop)
    after = np.maximum(following, 0)
    wait = shop.orders.ordered[after] - asked
    kept = (honest.kind[after] == NONE) & ~shop.orders.is_cancelled[after]
    alone = shop.lines.bracket[shop.lines.first[after]] == NONE
    offered: Flags = (following >= 0) & (place_in_history(shop) % 2 == 0) & kept & alone
    return offered & (wait > 0) & (wait < WITHIN)


def buy_again(rng: np.random.Generator, shop: Shop, plan: Plan) -> Shop:
    """Return the shop in which abusers, and a few others, find in their next order what they have returned."""
    n = len(shop.orders)
    by_abuse = plan.archetype == OPEN_BOX_REBUY
    offered = can_rebuy(shop, plan, plan.asked) & (plan.kind == RETURN)
    by_chance = (plan.archetype == NONE) & chance(rng, HONEST_REBUYS / 0.15, n)
    order = np.flatnonzero(offered & (by_abuse | by_chance))
    target = shop.lines.first[next_order(shop)[order]]
    back = np.flatnonzero(plan.back > 0)
    source = back[np.searchsorted(shop.lines.order[back], order)]
    sku = shop.lines.sku.copy()
    sku[target] = shop.lines.sku[source]
    percent = np.where(by_abuse[order], rng.integers(58, 88, len(order)), rng.integers(75, 101, len(order)))
    price, quantity, serial = shop.lines.unit_price.copy(), shop.lines.quantity.copy(), shop.lines.serial.copy()
    price[target] = shop.catalogue.list_price[sku[target]] * percent // 100
    quantity[target] = 1
    numbers = unique_numbers(rng, len(order))
    serial[target] = np.where(shop.catalogue.is_serialised[sku[target]], numbers, NONE)
    return replace(shop, lines=replace(shop.lines, sku=sku, unit_price=price, quantity=quantity, serial=serial))
