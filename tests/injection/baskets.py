"""What a base brings: real baskets of real shoppers, with what really came back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random


@dataclass(frozen=True, slots=True)
class Item:
    """A thing that the shop sells; ``price`` is the list price in cents."""

    sku: str
    name: str
    category: str
    style: str
    size: str | None
    color: str | None
    price: int
    supplier: str


@dataclass(slots=True)
class Bought:
    """A line of a basket: ``paid`` cents for one unit, and how many units came back after how many days."""

    item: Item
    quantity: int
    paid: int
    returned: int = 0
    lag_days: float | None = None


@dataclass(slots=True)
class Basket:
    """What one shopper bought at once; ``delivered`` is null where the base does not know or nothing was sent."""

    who: str
    at: datetime
    delivered: datetime | None
    country: str
    region: str
    lines: list[Bought] = field(default_factory=list)


@dataclass(slots=True)
class Base:
    """A real shop: its baskets by shopper, and when those registered where it is known."""

    name: str
    currency: str
    country: str
    window_days: int
    extra_return_rate: float
    """Share of orders that return something although the base has no return of them."""
    shoppers: dict[str, list[Basket]]
    registered: dict[str, datetime]

    @property
    def items(self) -> list[Item]:
        """The assortment, each item once."""
        found = {line.item.sku: line.item for own in self.shoppers.values() for basket in own for line in basket.lines}
        return [found[sku] for sku in sorted(found)]


def drawn(base: Base, orders: int, dice: Random) -> tuple[dict[str, list[Basket]], dict[str, datetime]]:
    """Return so many baskets, whole shoppers at a time; who is drawn again comes as another shopper, later or earlier.

    The twin of a shopper bought some of the same things on other days, so that no two are alike.
    """
    names = sorted(base.shoppers)
    dice.shuffle(names)
    found: dict[str, list[Basket]] = {}
    registered: dict[str, datetime] = {}
    n = turn = 0
    ends = [basket.at for own in base.shoppers.values() for basket in own]
    first, last = min(ends), max(ends)
    while n < orders:
        for name in names:
            if n >= orders:
                break
            own = base.shoppers[name]
            copies = own if turn == 0 else [_twin(basket, dice, first, last) for basket in own]
            found[f"{name}/{turn}"] = copies
            if name in base.registered:
                registered[f"{name}/{turn}"] = base.registered[name] - timedelta(days=turn * dice.uniform(0, 90))
            n += len(copies)
        turn += 1
    return found, registered


def _twin(basket: Basket, dice: Random, first: datetime, last: datetime) -> Basket:
    """Return a basket of the same kind on another day of the same season."""
    shift = timedelta(days=dice.randint(-21, 21), minutes=dice.randint(-180, 180))
    if not first <= basket.at + shift <= last:
        shift = -shift
    lines = [replace(line) for line in basket.lines if dice.random() < 0.8] or [replace(basket.lines[0])]
    delivered = basket.delivered + shift if basket.delivered else None
    return Basket(basket.who, basket.at + shift, delivered, basket.country, basket.region, lines)
