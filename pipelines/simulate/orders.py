"""What is ordered when, by whom, and how it is delivered: one entry an order. Baskets are filled elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulate.draw import (
    DAY,
    HOUR,
    NEVER,
    NONE,
    Flags,
    Ints,
    chance,
    later,
    pick,
    unique_numbers,
    unless,
    wait,
)
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.season import in_discount_days, in_gift_weeks, order_moments
from pipelines.simulate.shoppers import Shoppers
from pipelines.simulate.texts import moments, money, numbered, only, words
from pipelines.simulate.vocabulary import CHANNELS, CURRENCY, DISCOUNTS, PAYMENT_METHODS, PROOFS

CANCELLED = 0.015
LOST = 0.004
FORGETS_TO_TELL = 0.6
"""How many of the orders soon after a move may go to the old address."""
NO_PROOF = 0
"""The code of ``none`` among ``PROOFS``."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders by position, earliest first. ``shopper`` and ``recipient`` are positions of people; fees in cents.

    ``home`` and ``bill_home`` are the people to whose addresses parcel and bill go. ``shipped`` and ``delivered``
    are NEVER for a cancelled order, ``delivered`` also for a parcel that was lost.
    """

    number: Ints
    shopper: Ints
    recipient: Ints
    home: Ints
    bill_home: Ints
    ordered: Ints
    shipped: Ints
    delivered: Ints
    proof: Ints
    is_gift: Flags
    is_cancelled: Flags
    discount: Ints
    shipping_fee: Ints
    channel: Ints
    payment_method: Ints
    payment: Ints
    device: Ints
    network: Ints

    def __len__(self) -> int:
        """Return the number of orders."""
        return len(self.number)


def make_orders(rng: np.random.Generator, params: SimulationParams, shoppers: Shoppers) -> Orders:
    """Draw the orders of the simulated time and what becomes of their parcels."""
    n = params.orders
    ordered = order_moments(rng, params)
    shopper = _shopper(rng, shoppers, ordered)
    is_gift = chance(rng, np.where(in_gift_weeks(ordered), 0.22, 0.04), n)
    is_cancelled = chance(rng, CANCELLED, n)
    shipped = unless(is_cancelled, later(ordered, wait(rng, n, least_hours=3, mean_hours=18)))
    method = pick(rng, (50, 25, 15, 7, 3), n)
    payment = shoppers.payments[shopper, pick(rng, (0.85, 0.15), n)]
    own = np.arange(shoppers.n)
    recipient = np.where(is_gift & chance(rng, 0.5, n), rng.integers(shoppers.n, len(shoppers.people), n), shopper)
    own_home, bill_home = _homes(rng, shoppers, shopper, ordered)
    return Orders(
        number=unique_numbers(rng, n),
        shopper=shopper,
        recipient=recipient,
        home=np.where(recipient == shopper, own_home, recipient),
        bill_home=bill_home,
        ordered=ordered,
        shipped=shipped,
        delivered=_delivered(rng, shipped),
        proof=pick(rng, (0.12, 0.5, 0.28, 0.1), n),
        is_gift=is_gift,
        is_cancelled=is_cancelled,
        discount=_discount(rng, ordered),
        shipping_fee=np.array((0, 395, 495, 795))[pick(rng, (0.45, 0.25, 0.25, 0.05), n)],
        channel=pick(rng, (55, 33, 9, 3), n),
        payment_method=method,
        payment=np.where(method <= 1, payment, NONE),
        device=np.where(chance(rng, 0.96, n), shoppers.devices[shopper, pick(rng, (0.7, 0.22, 0.08), n)], NONE),
        network=_network(rng, np.where(shoppers.homes.shares, shoppers.homes.home[: shoppers.n], own)[shopper]),
    )


def _homes(rng: np.random.Generator, shoppers: Shoppers, shopper: Ints, ordered: Ints) -> tuple[Ints, Ints]:
    """Return to whose address parcel and bill go: who moves house forgets to tell of the new one for a while."""
    moved, former = shoppers.homes.moved[shopper], shoppers.homes.former[shopper]
    lag = rng.exponential(25, len(shopper)) * DAY
    is_old = ordered < moved + np.where(chance(rng, FORGETS_TO_TELL, len(shopper)), lag, 0)
    bill_is_old = ordered < moved + rng.exponential(40, len(shopper)) * DAY
    moves = moved < NEVER
    return np.where(moves & is_old, former, shopper), np.where(moves & bill_is_old, former, shopper)


def _shopper(rng: np.random.Generator, shoppers: Shoppers, ordered: Ints) -> Ints:
    """Draw who orders: among those registered by then, in proportion to their appetite."""
    reach = np.cumsum(shoppers.appetite)
    registered = np.maximum(np.searchsorted(shoppers.joined, ordered, side="right"), 1)
    drawn = np.searchsorted(reach, rng.random(len(ordered)) * reach[registered - 1], side="right")
    shopper: Ints = np.minimum(drawn, registered - 1)
    return shopper


def _delivered(rng: np.random.Generator, shipped: Ints) -> Ints:
    """Draw when parcels arrive: some days after the dispatch, between 8 and 20 o'clock; a few are lost."""
    n = len(shipped)
    days = 1 + rng.gamma(2.0, 0.9, n).astype(np.int64)
    arrival = (shipped // DAY + days) * DAY + rng.integers(8 * HOUR, 20 * HOUR, n)
    return np.where(chance(rng, LOST, n) | (shipped >= NEVER), NEVER, arrival)


def _discount(rng: np.random.Generator, ordered: Ints) -> Ints:
    """Draw the discount codes: positions of ``DISCOUNTS``, deeper in the sale of late November."""
    ordinary, sale = pick(rng, (78, 11, 6, 4, 1), len(ordered)), pick(rng, (30, 10, 15, 30, 15), len(ordered))
    return np.where(in_discount_days(ordered), sale, ordinary)


def _network(rng: np.random.Generator, home: Ints) -> Ints:
    """Draw the network of each order: mostly that of the shopper's home, else one that many share."""
    n = len(home)
    return np.where(chance(rng, 0.75, n), home, NONE - rng.integers(0, 750, n))


def _address_of_network(network: Ints) -> pl.Series:
    """Return network addresses: IPv6 at home, one of the few shared IPv4 elsewhere, all kept for documentation."""
    shared = NONE - network
    frame = pl.DataFrame({"home": network, "net": np.clip(shared, 0, 749) // 250, "host": shared % 250 + 2})
    home = pl.format("2001:db8:{}:{}::1", (pl.col("home") // 10_000) % 10_000, pl.col("home") % 10_000)
    prefix = pl.col("net").replace_strict({0: "192.0.2", 1: "198.51.100", 2: "203.0.113"})
    return frame.select(pl.when(pl.col("home") >= 0).then(home).otherwise(pl.format("{}.{}", prefix, "host")))[:, 0]


def orders_table(orders: Orders, shoppers: Shoppers, params: SimulationParams) -> pl.DataFrame:
    """Return the orders as they are exported, one row an order, as they stand at the end of the simulation."""
    end = params.ends_at
    delivered, shipped = orders.delivered <= end, orders.shipped <= end
    status = np.where(orders.is_cancelled, 3, np.where(delivered, 2, np.where(shipped, 1, 0)))
    buyer, receiver = shoppers.people[orders.shopper], shoppers.people[orders.recipient]
    home, bill_home = shoppers.people[orders.home], shoppers.people[orders.bill_home]
    return pl.DataFrame(
        {
            "order_id": numbered("O", orders.number),
            "customer_id": numbered("C", shoppers.number[orders.shopper]),
            "ordered_at": moments(orders.ordered, end),
            "currency": pl.repeat(CURRENCY, len(orders), eager=True),
            "status": words(status, ("processing", "shipped", "delivered", "cancelled")),
            "channel": words(orders.channel, CHANNELS),
            "email": buyer["email"],
            "phone": buyer["phone"],
            "ship_name": receiver["name"],
            "ship_address": home["address"],
            "ship_city": home["city"],
            "ship_postcode": home["postcode"],
            "ship_country": home["country"],
            "bill_postcode": bill_home["postcode"],
            "bill_country": bill_home["country"],
            "payment_method": words(orders.payment_method, PAYMENT_METHODS),
            "payment_fingerprint": only(numbered("pf", orders.payment), orders.payment >= 0),
            "device_id": only(numbered("dev", orders.device), orders.device >= 0),
            "ip_address": _address_of_network(orders.network),
            "shipping_fee": money(orders.shipping_fee),
            "discount_code": words(
                np.where(orders.discount == 0, NONE, orders.discount), [f"SAVE{percent}" for percent in DISCOUNTS]
            ),
            "shipped_at": moments(orders.shipped, end),
            "delivered_at": moments(orders.delivered, end),
            "delivery_proof": words(np.where(delivered, orders.proof, NONE), PROOFS),
            "is_gift": orders.is_gift,
        }
    )
