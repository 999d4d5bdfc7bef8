"""How a case comes to be: somebody, several orders of theirs, how bold they are, and what is remembered between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.injection.baskets import Basket, Bought
from tests.injection.life import WORN, give_back
from tests.injection.opening import place
from tests.injection.people import Person, second_account, stranger
from tests.injection.shop import Good, Line, Order, Rma, Shop

Fits = Callable[[Good], bool]


def anything(_: Good) -> bool:
    """Let every good fit."""
    return True


def numbered(good: Good) -> bool:
    """Let goods fit whose pieces have numbers."""
    return good.is_serialised


def dear(good: Good) -> bool:
    """Let the dearer third fit."""
    return good.is_dear


def usable(good: Good) -> bool:
    """Let goods fit that can be used once and sent back."""
    return good.item.category in WORN | {"Seasonal", "Textiles", "Kitchen", "Lighting", "Bags"}


@dataclass(slots=True)
class Case:
    """One actor's doing: ``bold`` in 0 to 1 says how often each sign shows, ``memo`` what one order leaves the next."""

    shop: Shop
    people: list[Person]
    bold: float
    memo: dict[str, Any] = field(default_factory=dict)

    def sign(self, p: float) -> bool:
        """Return whether a sign shows that would show so often with the boldest."""
        return self.shop.dice.random() < p * (0.5 + 0.5 * self.bold)

    def back(self, order: Order, line: Line, quantity: int | None = None, reason: str | None = None) -> Rma:
        """Return an RMA of a line that runs its course."""
        rma = give_back(self.shop, order, [(line, quantity or line.quantity)], reason)
        if rma.end is not None:
            self.shop.rmas.remove(rma)
            return self.back(order, line, quantity, reason)
        return rma


Act = Callable[[Case, Order, Line], list[Rma]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of abuse or of honest look-alike: who does it, with how many orders, on which goods."""

    name: str
    act: Act
    orders: tuple[int, int]
    accounts: tuple[int, int] = (1, 1)
    fits: Fits = anything
    fresh: float = 0.2
    """How often the accounts are new."""
    honest_share: float = 0.35
    """Of the actor's orders, those in which nothing is wrong."""
    spread_days: int = 300
    linked: bool = False
    """Whether the accounts are one person's."""


def play(shop: Shop, kind: Kind) -> list[Rma]:
    """Let one actor do what a kind does, and return the RMAs that it brought."""
    dice = shop.dice
    n = dice.randint(*kind.orders)
    people = _cast(shop, kind, dice.randint(*kind.accounts))
    case = Case(shop, people, dice.uniform(shop.boldness, 1))
    middle = shop.later(shop.start, 20, (shop.end - shop.start).days - 60)
    made: list[Rma] = []
    for order in sorted(_orders(shop, kind, people, n, middle), key=lambda one: one.at):
        order.is_taken = True
        made += kind.act(case, order, _line_of(shop, order, kind.fits))
    _honest_orders(shop, kind, people, len(made))
    return made


def _cast(shop: Shop, kind: Kind, n: int) -> list[Person]:
    """Return who acts: somebody whom the shop knows, or new accounts."""
    dice = shop.dice
    known = dice.choice(shop.people)
    made = [known]
    if dice.random() < kind.fresh:
        made = [stranger(dice, shop.base.country, shop.later(shop.start, -20, 280))]
        shop.people.append(made[0])
    while len(made) < n:
        if kind.linked:
            made.append(second_account(made[0], dice, shop.later(shop.start, 0, 250)))
            shop.people.append(made[-1])
        else:
            made.append(dice.choice(shop.people))
    return made


def _orders(shop: Shop, kind: Kind, people: list[Person], n: int, middle: datetime) -> list[Order]:
    """Return so many orders: the actors' own as far as they go, then baskets like those of other shoppers."""
    own = [
        order
        for person in people
        for order in person.orders
        if isinstance(order, Order) and order.delivered and not order.is_taken and _has(order, kind.fits)
    ]
    shop.dice.shuffle(own)
    found = own[: max(n - 1, 1)]
    while len(found) < n:
        person = people[len(found) % len(people)]
        found.append(buy(shop, person, _within(shop, middle, kind.spread_days), kind.fits))
    return found


def _within(shop: Shop, middle: datetime, days: int) -> datetime:
    """Return a moment near another, at an hour at which this shop's customers really order."""
    moment = shop.later(middle, -days / 2, days / 2)
    first, last = shop.start + timedelta(days=2), shop.end - timedelta(days=50)
    if not first < moment < last:
        moment = shop.later(first, 0, (last - first).days)
    like = shop.dice.choice(shop.orders).at
    return moment.replace(hour=like.hour, minute=like.minute, second=like.second, microsecond=0)


def _has(order: Order, fits: Fits) -> bool:
    """Return whether an order has a line of a good that fits."""
    return any(fits(line.good) and line.paid > 0 for line in order.lines)


def buy(shop: Shop, person: Person, at: datetime, fits: Fits = anything) -> Order:
    """Let a person order at a moment what another shopper really ordered once, with a good that fits in it."""
    dice = shop.dice
    if fits not in shop.fitting:
        shop.fitting[fits] = [order for order in shop.orders if order.delivered and _has(order, fits)]
    like = dice.choice(shop.fitting[fits])
    lines = [Bought(line.good.item, line.quantity, line.paid) for line in like.lines]
    person.created_at = min(person.created_at, at - timedelta(minutes=dice.randint(3, 60)))
    basket = Basket("", at, at, person.country, "", lines)
    return place(shop, person, basket, at)


def fill_up(shop: Shop, order: Order, least: int) -> None:
    """Let an order have so many lines that cost something, with lines of other orders where it has fewer."""
    while sum(line.paid > 0 for line in order.lines) < least:
        like = shop.dice.choice(shop.dice.choice(shop.orders).lines)
        if like.paid and all(line.good is not like.good for line in order.lines):
            order.lines.append(Line(like.good, like.quantity, like.paid, like.list_price))


def _line_of(shop: Shop, order: Order, fits: Fits) -> Line:
    """Return a line that fits, the dearer the likelier."""
    lines = [line for line in order.lines if fits(line.good) and line.paid > 0] or order.lines
    return shop.dice.choices(lines, [1 + line.paid * line.quantity for line in lines])[0]


def _honest_orders(shop: Shop, kind: Kind, people: list[Person], n: int) -> None:
    """Let actors also buy, and return, as everybody does."""
    dice = shop.dice
    for _ in range(n):
        if dice.random() < kind.honest_share:
            at = _within(shop, shop.start + (shop.end - shop.start) / 2, 360)
            order = buy(shop, dice.choice(people), at)
            if dice.random() < 0.45 and order.delivered:
                order.lines[0].to_return = order.lines[0].quantity
