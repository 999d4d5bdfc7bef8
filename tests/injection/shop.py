"""The shop as it stands in the end: goods, orders, returns, disputes, contacts. Money is in whole cents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tests.injection.baskets import Base, Item
from tests.injection.people import Person


@dataclass(slots=True)
class Good:
    """What the shop knows of an item: grams, days, whether each piece has a number."""

    item: Item
    weight_g: int
    cost: int
    window_days: int
    warranty_days: int
    is_serialised: bool
    unopened_only: bool
    final_sale: bool
    is_dear: bool
    """Whether it is among the dearest third of the assortment."""


@dataclass(slots=True)
class Line:
    """A line of an order; ``to_return`` units come back in the base's own data after ``lag_days``."""

    good: Good
    quantity: int
    paid: int
    list_price: int
    serial: str | None = None
    to_return: int = 0
    lag_days: float | None = None


@dataclass(slots=True)
class Order:
    """An order with what the shop knows of who placed it."""

    person: Person
    at: datetime
    delivered: datetime | None
    lines: list[Line]
    device: str
    network: str
    card: str
    method: str
    ship_to: tuple[str, str, str]
    ship_country: str
    shipped: datetime | None = None
    status: str = "fulfilled"
    channel: str = "web"
    proof: str | None = "scan"
    bill_postcode: str | None = None
    code: str | None = None
    fee: int = 0
    is_gift: bool = False
    is_taken: bool = False
    """Whether a case has a say in what is returned of it."""

    @property
    def value(self) -> int:
        """What was paid for the goods."""
        return sum(line.paid * line.quantity for line in self.lines)


@dataclass(slots=True)
class Entry:
    """A line of an RMA."""

    good: Good
    line: Line | None
    quantity: int
    reason: str | None
    comment: str | None
    weight_g: float | None
    received_quantity: int | None
    serial: str | None
    grade: str | None
    opened: bool | None
    restocked: bool | None
    refund: int
    fee: int = 0


@dataclass(slots=True)
class Rma:
    """A return; its moments are what happens in the end, whether or not the export was made before."""

    person: Person | None
    order: Order | None
    requested: datetime
    entries: list[Entry]
    claim: str = "return"
    method: str | None = "mail"
    authorized: datetime | None = None
    shipped: datetime | None = None
    received: datetime | None = None
    inspected: datetime | None = None
    refunded: datetime | None = None
    closed: datetime | None = None
    carrier: str | None = None
    tracking: str | None = None
    destination: str | None = None
    dock: bool | None = None
    refund_method: str | None = "original"
    card: str | None = None
    agent: str | None = None
    store: str | None = None
    label_cost: int | None = None
    end: str | None = None
    """``denied``, ``rejected`` or ``cancelled`` where it did not run its course."""
    kind: str = ""
    lookalike: str = ""

    def shift(self, by: timedelta) -> None:
        """Move the whole life."""
        for name in MOMENTS:
            moment = getattr(self, name)
            if moment is not None:
                setattr(self, name, moment + by)

    def never(self, *names: str) -> None:
        """Let moments not come."""
        for name in names:
            setattr(self, name, None)

    @property
    def refund(self) -> int:
        """What is paid back."""
        return sum(entry.refund for entry in self.entries)


MOMENTS = ("requested", "authorized", "shipped", "received", "inspected", "refunded", "closed")


@dataclass(slots=True)
class Chargeback:
    """A payment that the bank takes back."""

    order: Order
    at: datetime
    amount: int
    reason: str
    outcome: str | None


@dataclass(slots=True)
class Contact:
    """A call or a message to the shop."""

    person: Person
    order: Order | None
    at: datetime
    topic: str
    agent: str
    resolution: str | None


@dataclass(slots=True)
class Shop:
    """Everything of one shop. ``depots`` are postcodes; ``parcel_weight``: whether a scan weighs a parcel or a line."""

    base: Base
    dice: Random
    start: datetime
    end: datetime
    goods: dict[str, Good]
    depots: list[str]
    agents: list[str]
    stores: list[str]
    clerks: list[str]
    """Three for each store."""
    carriers: list[str]
    parcel_weight: bool
    boldness: float = 0.2
    """How bold actors are at least, in 0 to 1."""
    people: list[Person] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    rmas: list[Rma] = field(default_factory=list)
    chargebacks: list[Chargeback] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    fitting: dict[object, list[Order]] = field(default_factory=dict)
    """Real orders with a good that fits a kind, found once."""

    def sign(self, p: float) -> bool:
        """Return whether something that happens so often happens."""
        return self.dice.random() < p

    def later(self, moment: datetime, least: float, most: float) -> datetime:
        """Return a moment so many days later."""
        return moment + timedelta(days=self.dice.uniform(least, most))

    def serial(self, at: datetime) -> str:
        """Return the number of a piece that was made a while before a moment."""
        made = self.later(at, -240, -20)
        return f"{self.dice.choice('ABCDEFGH')}{made:%y%W}{self.dice.randint(0, 9_999_999):07d}"
