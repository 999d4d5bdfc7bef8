"""Honest look-alikes that are many people at once: a bad lot, a bad route, a house of students, a forwarder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.injection.cases import buy
from tests.injection.life import claim, contact_about, give_back
from tests.injection.people import Person, address, moved_in, stranger
from tests.injection.shop import Line, Order, Rma, Shop


@dataclass(frozen=True, slots=True)
class Crowd:
    """A look-alike of many shoppers: ``act`` makes about so many RMAs."""

    name: str
    act: Callable[[Shop, int], list[Rma]]


def _sold(shop: Shop, key: Callable[[Line], str], n: int) -> list[tuple[Order, Line]]:
    """Return orders of something that is sold often enough, one in five things as it comes."""
    free = [
        (order, line)
        for order in shop.orders
        if order.delivered and not order.is_taken
        for line in order.lines
        if line.paid
    ]
    often = [name for name, count in Counter(key(line) for _, line in free).items() if count >= n]
    wanted = shop.dice.choice(sorted(often)) if often else key(shop.dice.choice(free)[1])
    return [(order, line) for order, line in free if key(line) == wanted]


def bad_lot(shop: Shop, n: int) -> list[Rma]:
    """Let a lot with a fault come back from everybody who bought it in those weeks."""
    sold = _sold(shop, lambda line: line.good.item.style, n * 2)
    sold.sort(key=lambda pair: pair[0].at)
    first = shop.dice.randrange(max(1, len(sold) - n))
    made = []
    for order, line in sold[first : first + n]:
        order.is_taken = True
        rma = give_back(shop, order, [(line, line.quantity)], "defective")
        rma.entries[0].grade = shop.dice.choice(("C", "C", "D", "B"))
        if shop.sign(0.5):
            contact_about(shop, order, order.person, shop.later(rma.requested, -2, 1), "product")
        made.append(rma)
    return made


def bad_size_run(shop: Shop, n: int) -> list[Rma]:
    """Let a badly cut style come back in every size, all with the same reason."""
    made = []
    reason = shop.dice.choice(("size_too_small", "size_too_large", "not_as_described"))
    for order, line in _sold(shop, lambda line: line.good.item.style, n * 2)[:n]:
        order.is_taken = True
        made.append(give_back(shop, order, [(line, line.quantity)], reason))
    return made


def clumsy_carrier(shop: Shop, n: int) -> list[Rma]:
    """On one route parcels are lost and broken for everybody, for some weeks."""
    route = shop.dice.choice(sorted({order.ship_to[2][:2] for order in shop.orders}))
    start = shop.later(shop.start, 10, 280)
    own = [one for one in shop.orders if one.delivered and not one.is_taken and one.ship_to[2].startswith(route)]
    own.sort(key=lambda one: abs(one.at - start))
    made = []
    for order in own[:n]:
        order.is_taken = True
        order.proof = shop.dice.choice(("none", "scan", "scan"))
        kind = shop.dice.choice(("item_not_received", "damaged_in_transit", "damaged_in_transit", "missing_item"))
        made.append(claim(shop, order, shop.dice.choice(order.lines), kind))
    return made


def household(shop: Shop, n: int) -> list[Rma]:
    """Families share an address, a network and at times a tablet; each returns as others do."""
    made: list[Rma] = []
    while len(made) < n:
        head = shop.dice.choice(shop.people)
        for _ in range(shop.dice.choice((1, 2, 3))):
            member = stranger(shop.dice, head.country, shop.later(shop.start, -200, 200))
            moved_in(member, head, shop.dice)
            shop.people.append(member)
            made += _plain(shop, member, shop.later(shop.start, 10, 300))
    return made


def freight_forwarder(shop: Shop, n: int) -> list[Rma]:
    """Hundreds of unrelated people abroad have one address: that of the forwarder."""
    depot = address(shop.dice, shop.base.country)
    return _many(shop, n, lambda order, _: setattr(order, "ship_to", depot))


def dormitory(shop: Shop, n: int) -> list[Rma]:
    """Students share a house and its network, nothing else."""
    home, net = address(shop.dice, shop.base.country), f"141.{shop.dice.randint(1, 90)}.7.{shop.dice.randint(1, 200)}"

    def moves(order: Order, number: int) -> None:
        order.network = net
        order.ship_to = (f"{home[0]}, {shop.dice.choice(('Zi.', 'Room', 'App.'))} {100 + number}", *home[1:])
        order.person.street, order.person.city, order.person.postcode = order.ship_to
        order.person.networks[0], order.bill_postcode = net, home[2]

    return _many(shop, n, moves)


def _many(shop: Shop, n: int, moves: Callable[[Order, int], None]) -> list[Rma]:
    """Let strangers order and return as others do, each order changed by what they share."""
    made = []
    for number in range(n * 2):
        person = stranger(shop.dice, shop.base.country, shop.later(shop.start, -300, 200))
        shop.people.append(person)
        order = buy(shop, person, shop.later(shop.start, 5, (shop.end - shop.start).days - 50))
        moves(order, number)
        if number % 2:
            made += _returned(shop, order)
    return made


def _plain(shop: Shop, person: Person, at: datetime) -> list[Rma]:
    """Let a person order and return something as others do."""
    return _returned(shop, buy(shop, person, at))


def _returned(shop: Shop, order: Order) -> list[Rma]:
    """Let something of an order come back."""
    order.is_taken = True
    line = shop.dice.choice(order.lines)
    return [give_back(shop, order, [(line, line.quantity)])]


def backlog(shop: Shop, n: int) -> list[Rma]:
    """In a bad week the warehouse books returns late and some not at all, and pays before it looks."""
    week = shop.later(shop.start, 40, 280)
    own = [
        one for one in shop.orders if one.delivered and not one.is_taken and week < one.at < week + timedelta(days=9)
    ]
    made = []
    for order in own[:n]:
        rma = _returned(shop, order)[0]
        if rma.received and rma.refunded:
            rma.dock = False if shop.sign(0.4) else rma.dock
            rma.inspected = shop.later(rma.refunded, 4, 15)
            rma.closed = rma.inspected
        made.append(rma)
    return made


CROWDS = (
    Crowd("bad_lot", bad_lot),
    Crowd("bad_size_run", bad_size_run),
    Crowd("clumsy_carrier", clumsy_carrier),
    Crowd("household", household),
    Crowd("freight_forwarder", freight_forwarder),
    Crowd("dormitory", dormitory),
    Crowd("warehouse_backlog", backlog),
)
