"""The honest life of an order and of a return: what comes back, when, in which state, and what the shop writes down."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.injection.mess import mess
from tests.injection.people import Person, token
from tests.injection.shop import Contact, Entry, Line, Order, Rma, Shop
from tests.injection.words import comment

WORN = {"Tops", "Knitwear", "Jackets", "Shirts", "Dresses", "Trousers", "Skirts", "Blouses", "Coats", "Shoes"}
WHY_WORN = {
    "size_too_small": 27, "size_too_large": 21, "style": 18, "changed_mind": 12, "quality": 6, "not_as_described": 6,
    "defective": 3, "damaged": 2, "wrong_item": 1.5, "arrived_late": 2, "gift_unwanted": 1.5,
}  # fmt: skip
WHY_THING = {
    "changed_mind": 26, "not_as_described": 14, "damaged": 19, "defective": 12, "quality": 9, "wrong_item": 7,
    "gift_unwanted": 6, "arrived_late": 5, "style": 2,
}  # fmt: skip
GRADES = {
    "defective": (25, 30, 32, 10, 0.6, 0.1, 0.3), "damaged": (14, 30, 36, 18, 0.6, 0.1, 0.4),
    "wrong_item": (72, 15, 4, 1, 7, 0.1, 0.3), "quality": (64, 28, 6, 1, 0.4, 0.1, 0.3),
}  # fmt: skip
PLAIN = (79, 16, 3.4, 0.8, 0.4, 0.1, 0.2)
GRADE_NAMES = ("A", "B", "C", "D", "wrong_item", "empty_box", "missing")
WEIGHED_WRONG, BY_DEFAULT = 0.012, 0.015
"""Scans that are wrong, and those for which somebody keyed in a round figure."""
NO_RETURN = 0.6
"""How often a return of what was sold for good is denied."""
NORTH = "0123DHKLNGY"


def give_back(shop: Shop, order: Order, lines: list[tuple[Line, int]], reason: str | None = None) -> Rma:
    """Let lines of an order come back as honest people send them, and return the RMA, which the shop now has."""
    dice = shop.dice
    first = lines[0][0]
    rma = Rma(order.person, order, order.at, [])
    rma.requested = _request(shop, order, first)
    rma.method = dice.choices(("mail", "store", "locker", "pickup"), (78, 10 if shop.stores else 0, 9, 3))[0]
    for line, quantity in lines:
        rma.entries.append(_entry(shop, order, line, quantity, reason or why(shop, line)))
    _travel(shop, rma)
    _settle(shop, rma)
    mess(shop, rma)
    _end(shop, rma)
    shop.rmas.append(rma)
    return rma


def why(shop: Shop, line: Line) -> str:
    """Return a reason that is usual for such a thing."""
    table = WHY_WORN if line.good.item.category in WORN else WHY_THING
    return shop.dice.choices(list(table), list(table.values()))[0]


def _request(shop: Shop, order: Order, line: Line) -> datetime:
    """Return when a return is asked for: soon for most, rarely after the window has closed."""
    dice = shop.dice
    delivered = order.delivered or order.at + timedelta(days=4)
    lag = dice.gammavariate(1.7, 3.9) + 0.1
    if line.lag_days is not None and (line.lag_days < line.good.window_days or dice.random() < 0.3):
        lag = max(0.1, line.lag_days - (delivered - order.at).total_seconds() / 86_400)
    elif dice.random() < 0.12:
        lag = dice.uniform(0.6, 1.04) * line.good.window_days
    elif dice.random() < 0.015:
        lag = line.good.window_days * (1 + dice.expovariate(6))
    moment = delivered + timedelta(days=lag)
    if moment.hour < 6:
        moment += timedelta(hours=dice.randint(7, 14))
    return moment.replace(microsecond=0)


def _entry(shop: Shop, order: Order, line: Line, quantity: int, reason: str) -> Entry:
    """Return a line of an RMA as it is asked for, received and graded."""
    dice, good = shop.dice, line.good
    grade = dice.choices(GRADE_NAMES, GRADES.get(reason, PLAIN))[0]
    worn = good.item.category in WORN
    opened = dice.random() < (0.93 if worn else 0.45) or grade in {"C", "D"}
    serial = line.serial
    if serial and dice.random() < 0.02:
        serial = serial[:-1] + str(dice.randint(0, 9))
    received = quantity if dice.random() < 0.985 or quantity == 1 else quantity - 1
    amiss = grade in {"empty_box", "missing"}
    fee = round(line.paid * quantity * 0.15) if opened and not worn and dice.random() < 0.12 else 0
    return Entry(
        good=good,
        line=line,
        quantity=quantity,
        reason=reason if dice.random() < 0.93 else dice.choice(("other", None)),
        comment=comment(dice, reason, order.person.country) if dice.random() < 0.36 else None,
        weight_g=weighed(shop, good.weight_g * quantity),
        received_quantity=0 if amiss else received,
        serial=serial if dice.random() < 0.93 and not amiss else None,
        grade=grade if dice.random() < 0.95 else None,
        opened=opened if dice.random() < 0.9 else None,
        restocked=grade in {"A", "B"} and dice.random() < 0.93,
        refund=line.paid * quantity - fee,
        fee=fee,
    )


def posted(shop: Shop, rma: Rma) -> None:
    """Let a return come by post, whatever way was meant."""
    dice = shop.dice
    if rma.shipped is None or rma.received is None or rma.carrier is None:
        rma.method, rma.store = "mail", None
        rma.shipped = shop.later(rma.authorized or rma.requested, 0.3, 4)
        rma.received = shop.later(rma.shipped, 1, 5)
        rma.inspected = shop.later(rma.received, 0.2, 3)
        rma.carrier, rma.destination, rma.dock = dice.choice(shop.carriers), dice.choice(shop.depots), True
        rma.tracking = f"{rma.carrier[:2].upper()}{dice.randint(10**11, 10**12 - 1)}"
        rma.refunded = shop.later(rma.inspected, 0.2, 3)
        rma.closed = rma.refunded
        for entry in rma.entries:
            entry.weight_g = entry.weight_g or weighed(shop, entry.good.weight_g * entry.quantity)


def weighed(shop: Shop, grams: float) -> float:
    """Return what a carrier's scale says of so many grams: packing comes on top, and scales are not exact."""
    dice = shop.dice
    value = grams * dice.gauss(1, 0.05) + dice.choice((30, 40, 60, 110, 180))
    chance = dice.random()
    if chance < WEIGHED_WRONG:
        value *= dice.choice((0.15, 0.4, 0.5, 0.7, 1.8, 2.5, 6))
    elif chance < WEIGHED_WRONG + BY_DEFAULT:
        value = dice.choice((100, 500, 1000, 2000))
    return max(5.0, value)


def _travel(shop: Shop, rma: Rma) -> None:
    """Draw how the parcel comes back."""
    dice = shop.dice
    at = rma.requested
    by_hand = dice.random() < 0.25
    rma.authorized = at + (
        timedelta(hours=dice.expovariate(1 / 14)) if by_hand else timedelta(minutes=dice.random() * 5)
    )
    rma.agent = dice.choice(shop.agents) if by_hand else None
    if rma.method == "store":
        rma.received = shop.later(rma.authorized, 0.01, 5)
        rma.store, rma.dock = dice.choice(shop.stores), True
        rma.agent = clerk(shop, rma.store)
        return
    rma.shipped = rma.authorized + timedelta(days=dice.gammavariate(1.6, 1.5) + 0.1)
    rma.received = rma.shipped + timedelta(days=dice.gammavariate(3, 0.9) + 0.7)
    postcode = rma.person.postcode if rma.person else "1"
    usual = shop.carriers[hash_of(postcode[:2]) % len(shop.carriers)]
    rma.carrier = usual if dice.random() < 0.75 else dice.choice(shop.carriers)
    rma.tracking = f"{rma.carrier[:2].upper()}{dice.randint(10**11, 10**12 - 1)}" if dice.random() < 0.94 else None
    depot = shop.depots[postcode[0] not in NORTH]
    rma.destination = depot if dice.random() < 0.96 else dice.choice(shop.depots)
    if dice.random() < 0.08:
        rma.destination = None
    rma.dock = dice.random() < 0.985
    rma.label_cost = round(dice.choice((349, 399, 449)) * (1 + 0.1 * len(rma.entries)))


def clerk(shop: Shop, store: str) -> str:
    """Return one of the three who stand at a store's till."""
    place = shop.stores.index(store) * 3 + shop.dice.randrange(3)
    return shop.clerks[place]


def hash_of(text: str) -> int:
    """Return a number that stands for a text, the same in every process."""
    return sum(ord(letter) * 31**place for place, letter in enumerate(text))


def _settle(shop: Shop, rma: Rma) -> None:
    """Draw inspection and refund; some trusted shoppers have their money when the parcel is scanned."""
    dice = shop.dice
    received = rma.received or rma.requested
    backlog = 3.0 if received.month in {1, 12} else 1.0
    rma.inspected = received + timedelta(days=dice.gammavariate(1.5, 0.8) * backlog) if dice.random() < 0.96 else None
    paid_after = rma.inspected or received
    if rma.shipped and dice.random() < 0.06:
        paid_after = rma.shipped + timedelta(days=0.3)
    rma.refunded = paid_after + timedelta(days=dice.gammavariate(1.4, 0.9))
    rma.closed = max(rma.refunded, rma.inspected or rma.refunded) + timedelta(days=dice.uniform(0, 2))
    rma.refund_method = dice.choices(("original", "store_credit", "exchange", "gift_card", "cash", "other_card"),
                                     (82, 7, 7, 1.2, 2.5 if rma.store else 0, 0.5))[0]  # fmt: skip
    rma.card = rma.order.card if rma.order and rma.refund_method == "original" else None
    if rma.refund_method == "other_card" or (rma.card and dice.random() < 0.012):
        rma.card = token(dice, 12)


def _end(shop: Shop, rma: Rma) -> None:
    """Let a few returns not run their course: cancelled by the shopper, denied, rejected at the dock."""
    chance = shop.dice.random()
    if chance < 0.025:
        rma.end = "cancelled"
        rma.never("shipped", "received", "inspected", "refunded")
    elif chance < 0.035 or (any(entry.good.final_sale for entry in rma.entries) and chance < NO_RETURN):
        rma.end = "denied"
        rma.never("authorized", "shipped", "received", "inspected", "refunded")
    elif chance < 0.041 and rma.inspected:
        rma.end = "rejected"
        rma.never("refunded")


def claim(shop: Shop, order: Order, line: Line, kind: str, quantity: int | None = None) -> Rma:
    """Let a shopper claim what never comes back: not received, a part missing, broken on the way."""
    reasons = {"item_not_received": "not_received", "missing_item": "missing_parts", "damaged_in_transit": "damaged"}
    rma = give_back(shop, order, [(line, quantity or line.quantity)], reasons.get(kind, "defective"))
    rma.claim = kind
    if kind == "warranty":
        return rma
    rma.end = None
    late = shop.later(order.delivered or order.at, 0.3, 9)
    rma.shift(late - rma.requested)
    decided = shop.later(late, 0.2, 6)
    rma.method = "keep_it"
    rma.never("shipped", "received", "inspected")
    rma.authorized, rma.refunded, rma.closed = late, decided, shop.later(decided, 0, 2)
    rma.carrier = rma.tracking = rma.destination = rma.label_cost = rma.store = rma.dock = None
    rma.agent = shop.dice.choice(shop.agents)
    for entry in rma.entries:
        entry.weight_g = entry.received_quantity = entry.serial = entry.grade = entry.opened = entry.restocked = None
        entry.comment = comment(shop.dice, reasons[kind], order.person.country) if shop.sign(0.6) else None
    if shop.sign(0.8):
        contact_about(shop, order, order.person, rma.requested, reasons[kind])
    return rma


def contact_about(shop: Shop, order: Order | None, person: Person, at: datetime, topic: str) -> None:
    """Write down that somebody called or wrote."""
    resolution = shop.dice.choice(("refund", "resolved", "information", "replacement", None))
    shop.contacts.append(Contact(person, order, at, topic, shop.dice.choice(shop.agents), resolution))
