"""Rings: young accounts of one hand, which act within the same months and share what real people do not share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from pipelines.simulate.draw import DAY, NONE, Flags, Ints, Step, chance, generator
from pipelines.simulate.orders import Orders
from pipelines.simulate.plan import LINKED_RING, Plan
from pipelines.simulate.shop import Shop
from pipelines.simulate.shoppers import Shoppers
from pipelines.simulate.vocabulary import MAIL_DOMAINS

LEAST_APPETITE = 0.9
"""How much more than others those buy who may be of a ring."""
RING_SIZES = range(4, 10)
RING_DAYS = 130
"""A ring acts within so many days of the first account."""
MAY_BE = 0.5
"""Share of such shoppers who may be of a ring at all."""
SHARES_ADDRESS, SHARES_PHONE, SHARES_DEVICE, SHARES_PAYMENT, SHARES_MAIL = 0.6, 0.3, 0.45, 0.35, 0.35
"""How many of a ring have each of these from its first account."""


def ring_members(shop: Shop) -> Ints:
    """Return for each shopper the first shopper of the ring that they may be of, NONE for all others.

    Members registered one soon after the other, for they stand in the order of their registration.
    """
    rng, shoppers = generator(shop.params.seed, Step.RINGS), shop.shoppers
    is_young = (shoppers.joined >= shop.params.starts_at) & (shoppers.appetite > LEAST_APPETITE)
    young = np.flatnonzero(is_young & chance(rng, MAY_BE, shoppers.n))
    sizes = rng.integers(RING_SIZES.start, RING_SIZES.stop, len(young) + 1)
    number = np.searchsorted(np.cumsum(sizes), np.arange(len(young)), side="right")
    first = np.searchsorted(number, number)
    ring = np.full(shoppers.n, NONE)
    ring[young] = young[first] if len(young) else young
    return ring


def in_ring_time(shop: Shop) -> Flags:
    """Return which orders are placed soon enough after their shopper registered."""
    age = shop.orders.ordered - shop.shoppers.joined[shop.orders.shopper]
    within: Flags = (age >= 0) & (age < RING_DAYS * DAY)
    return within


def share_identities(rng: np.random.Generator, shop: Shop, plan: Plan) -> Shop:
    """Return the shop in which the members of the rings that act share addresses, devices, cards and names."""
    guilty = np.unique(shop.orders.shopper[plan.archetype == LINKED_RING])
    first = ring_members(shop)[guilty]
    shoppers = replace(
        shop.shoppers,
        devices=_copied(rng, shop.shoppers.devices, guilty, first, SHARES_DEVICE),
        payments=_copied(rng, shop.shoppers.payments, guilty, first, SHARES_PAYMENT),
        people=_people(rng, shop.shoppers.people, guilty, first),
    )
    return replace(shop, shoppers=shoppers, orders=_orders(rng, shop.orders, shop.shoppers, shoppers))


def _copied(rng: np.random.Generator, values: Ints, mine: Ints, first: Ints, share: float) -> Ints:
    """Return the values by shopper, with those of the ring's first account where a member shares it."""
    copied = values.copy()
    copies = chance(rng, share, len(mine))
    copied[mine[copies], 0] = values[first[copies], 0]
    return copied


def _orders(rng: np.random.Generator, orders: Orders, before: Shoppers, after: Shoppers) -> Orders:
    """Return the orders with the devices and cards that their shoppers have now."""
    shopper = orders.shopper
    own_device = orders.device == before.devices[shopper, 0]
    own_card = orders.payment == before.payments[shopper, 0]
    is_changed = (after.devices[shopper, 0] != before.devices[shopper, 0]) & chance(rng, 0.9, len(orders))
    return replace(
        orders,
        device=np.where(own_device & is_changed, after.devices[shopper, 0], orders.device),
        payment=np.where(own_card, after.payments[shopper, 0], orders.payment),
    )


def _people(rng: np.random.Generator, people: pl.DataFrame, mine: Ints, first: Ints) -> pl.DataFrame:
    """Return the people, those of rings with addresses, telephones and mail addresses near the first account's."""
    n = len(mine)
    columns = {name: people[name].to_list() for name in ("address", "city", "postcode", "country", "phone", "email")}
    address, phone, mail = (chance(rng, share, n) for share in (SHARES_ADDRESS, SHARES_PHONE, SHARES_MAIL))
    style, flat = rng.integers(0, 4, n), rng.integers(1, 30, len(people))
    for k, (person, head) in enumerate(zip(mine.tolist(), first.tolist(), strict=True)):
        if address[k]:
            for name in ("city", "postcode", "country"):
                columns[name][person] = people[name][head]
            variant = (f"Apt {flat[head]}", f"Flat {flat[head]}", f"{flat[head]}", f"apt. {flat[head]}")[style[k]]
            columns["address"][person] = f"{_street(people['address'][head])} {variant}"
        if phone[k]:
            columns["phone"][person] = people["phone"][head]
        if mail[k]:
            columns["email"][person] = _mail_like(people["email"][head], k, int(style[k]))
    return people.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


def _street(address: str) -> str:
    """Return street and house of an address, without its flat."""
    parts = address.split()
    house = next((k for k, part in enumerate(parts) if part.isdigit()), len(parts) - 1)
    return " ".join(parts[: house + 1])


def _mail_like(address: str, number: int, style: int) -> str:
    """Return another mail address that reaches the same box, or looks the same: dots left out, a tag added."""
    local, _, domain = address.partition("@")
    if style == 0:
        return f"{local}+{number % 97}@{domain}"
    if style == 1:
        return f"{local.replace('.', '')}@{domain}"
    if style == 2:  # noqa: PLR2004 - the third of four ways
        return f"{local[:3]}.{local[3:]}+shop{number % 89}@{domain}"
    return f"{local}{number % 10}@{MAIL_DOMAINS[number % len(MAIL_DOMAINS)]}"
