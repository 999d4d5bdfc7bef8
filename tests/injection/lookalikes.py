"""Honest shoppers who look guilty, one by one: habits, moves, gifts, repairs."""

from __future__ import annotations

from datetime import timedelta

from tests.injection.cases import Case, Kind, buy, dear, numbered, usable
from tests.injection.life import claim, contact_about, give_back
from tests.injection.people import address, token
from tests.injection.shop import Line, Order, Rma


def bracketing(case: Case, order: Order, line: Line) -> list[Rma]:
    """Several sizes are ordered, one is kept; the rest is back within days, as new."""
    kin = [
        good for good in case.shop.goods.values() if good.item.style == line.good.item.style and good is not line.good
    ]
    for good in case.shop.dice.sample(kin, min(len(kin), 2)):
        order.lines.append(Line(good, line.quantity, line.paid, line.list_price))
    back = [one for one in order.lines if one is not line and one.good.item.style == line.good.item.style] or [line]
    rma = give_back(case.shop, order, [(one, one.quantity) for one in back], "size_too_small")
    if order.delivered:
        rma.shift(case.shop.later(order.delivered, 0.5, 6) - rma.requested)
    for entry in rma.entries:
        entry.reason, entry.grade = case.shop.dice.choice(("size_too_small", "size_too_large")), "A"
    return [rma]


def heavy_profitable(case: Case, order: Order, line: Line) -> list[Rma]:
    """Buys very much and returns much, quickly and as new, and keeps more than others ever buy."""
    if not case.sign(0.8):
        return []
    back = [one for one in order.lines if case.sign(0.5)] or [line]
    rma = give_back(case.shop, order, [(one, one.quantity) for one in back])
    for entry in rma.entries:
        entry.grade = "A" if case.sign(0.9) else entry.grade
    return [rma]


def moved_house(case: Case, order: Order, line: Line) -> list[Rma]:
    """Lives elsewhere since, has a new card and telephone: addresses and instruments do not match."""
    new = case.memo.setdefault("new", (address(case.shop.dice, order.person.country), token(case.shop.dice, 12)))
    order.ship_to = new[0]
    rma = give_back(case.shop, order, [(line, line.quantity)])
    if rma.card and case.sign(0.6):
        rma.card, rma.refund_method = new[1], "other_card" if case.sign(0.4) else "original"
    contact_about(case.shop, order, order.person, case.shop.later(rma.requested, -2, 2), "address")
    return [rma]


def card_replaced(case: Case, order: Order, line: Line) -> list[Rma]:
    """Have a new card from the bank between purchase and refund."""
    rma = give_back(case.shop, order, [(line, line.quantity)])
    rma.refund_method, rma.card = "other_card" if case.sign(0.5) else "original", token(case.shop.dice, 12)
    order.person.cards[0] = rma.card
    return [rma]


def gift_recipient(case: Case, order: Order, line: Line) -> list[Rma]:
    """Somebody else brings back the Christmas present in January, unopened, for credit."""
    days = [case.shop.start + timedelta(days=day) for day in range((case.shop.end - case.shop.start).days - 60)]
    moment = case.shop.dice.choice([day for day in days if day.month in {11, 12} and day.day < 23])
    order.is_taken = False
    order = buy(case.shop, order.person, moment.replace(hour=order.at.hour))
    line = case.shop.dice.choice(order.lines)
    order.is_taken = order.is_gift = True
    rma = give_back(case.shop, order, [(line, line.quantity)], "gift_unwanted")
    january = rma.requested.replace(month=1, day=case.shop.dice.randint(2, 25))
    if january < order.at:
        january = january.replace(year=january.year + 1)
    rma.shift(january - rma.requested)
    rma.refund_method, rma.card = "store_credit", None
    rma.entries[0].opened = False
    return [rma]


def repair_customer(case: Case, order: Order, line: Line) -> list[Rma]:
    """Have had the piece exchanged under warranty, so that its number is not the one that was sold."""
    contact_about(case.shop, order, order.person, case.shop.later(order.at, 9, 30), "repair")
    rma = give_back(case.shop, order, [(line, 1)], "defective")
    rma.claim = "warranty" if case.sign(0.6) else "return"
    rma.shift(timedelta(days=case.shop.dice.uniform(20, 90)))
    rma.entries[0].serial = case.shop.serial(order.at + timedelta(days=60))
    contact_about(case.shop, order, order.person, case.shop.later(rma.requested, -3, 0), "repair")
    return [rma]


def new_parents(case: Case, order: Order, line: Line) -> list[Rma]:
    """Have a baby: suddenly many orders and returns, late and at night, of one who bought little before."""
    back = [one for one in order.lines if case.sign(0.6)] or [line]
    rma = give_back(case.shop, order, [(one, one.quantity) for one in back])
    if order.delivered and case.sign(0.6):
        late = order.delivered + timedelta(days=line.good.window_days * case.shop.dice.uniform(0.7, 1.1))
        rma.shift(late.replace(hour=case.shop.dice.choice((1, 2, 3, 4))) - rma.requested)
    return [rma]


def office_manager(case: Case, order: Order, line: Line) -> list[Rma]:
    """Buys for many colleagues to one address, on the firm's card, and returns what they do not want."""
    order.person.segment = "business"
    line.quantity = max(line.quantity, case.shop.dice.randint(3, 10))
    rma = give_back(
        case.shop, order, [(line, max(1, int(line.quantity * case.shop.dice.uniform(0.3, 0.7))))], "changed_mind"
    )
    rma.entries[0].opened = False
    return [rma]


def late_delivery(case: Case, order: Order, line: Line) -> list[Rma]:
    """Wait weeks for a parcel; counted from the order, the return is far out of time."""
    if order.delivered:
        order.delivered += timedelta(days=case.shop.dice.uniform(12, 35))
    rma = give_back(case.shop, order, [(line, line.quantity)], "arrived_late")
    contact_about(case.shop, order, order.person, case.shop.later(order.at, 6, 12), "delivery")
    return [rma]


def corporate_gift(case: Case, order: Order, line: Line) -> list[Rma]:
    """Send presents of a firm all over the country; some come back from people unknown to the shop."""
    order.person.segment, order.is_gift = "business", True
    order.ship_to = address(case.shop.dice, order.person.country)
    rma = give_back(case.shop, order, [(line, line.quantity)], "gift_unwanted")
    rma.refund_method, rma.card = case.shop.dice.choice((("store_credit", None), ("gift_card", None)))
    return [rma]


def honest_loss(case: Case, order: Order, line: Line) -> list[Rma]:
    """Two parcels in a row are stolen from the doorstep."""
    order.proof = case.shop.dice.choice(("scan", "photo", "none"))
    rma = claim(case.shop, order, line, "item_not_received")
    contact_about(case.shop, order, order.person, case.shop.later(rma.requested, -1, 0), "not_received")
    return [rma]


LOOKALIKES = (
    Kind("bracketing", bracketing, (2, 5), fits=usable, fresh=0.0),
    Kind("heavy_profitable", heavy_profitable, (12, 25), fresh=0.0, honest_share=0.9),
    Kind("moved_house", moved_house, (1, 2), fresh=0.0),
    Kind("card_replaced", card_replaced, (1, 1), fresh=0.0),
    Kind("gift_season", gift_recipient, (1, 2), fresh=0.1),
    Kind("repair_customer", repair_customer, (1, 1), fits=numbered, fresh=0.0),
    Kind("new_parents", new_parents, (3, 7), fits=usable, fresh=0.1, spread_days=70),
    Kind("office_manager", office_manager, (2, 5), fresh=0.1),
    Kind("late_delivery", late_delivery, (1, 1), fresh=0.1),
    Kind("corporate_gift", corporate_gift, (3, 8), fits=dear, fresh=0.3, spread_days=30),
    Kind("honest_loss", honest_loss, (1, 2), fresh=0.1),
)
