"""Abuse that shows, if it shows, in what comes back: its state, weight, number, count."""

from __future__ import annotations

from datetime import timedelta

from tests.injection.cases import Case, Kind, anything, buy, dear, numbered, usable
from tests.injection.life import posted, weighed
from tests.injection.shop import Line, Order, Rma


def wardrobing(case: Case, order: Order, line: Line) -> list[Rma]:
    """Worn for an occasion at the weekend, sent back late with a plain reason."""
    rma = case.back(order, line, reason=case.shop.dice.choice(("style", "changed_mind", "size_too_large")))
    entry = rma.entries[0]
    if case.sign(0.8) and order.delivered:
        late = order.delivered + timedelta(days=line.good.window_days * case.shop.dice.uniform(0.55, 1.02))
        late += timedelta(days=(7 - late.weekday()) % 7 + case.shop.dice.choice((0, 0, 1)))
        rma.shift(late - rma.requested)
    entry.opened = True if case.sign(0.9) else entry.opened
    if case.sign(0.6):
        entry.grade = case.shop.dice.choice(("B", "B", "C"))
    if case.sign(0.3):
        entry.comment = None
    return [rma]


def bricking(case: Case, order: Order, line: Line) -> list[Rma]:
    """Take out what is worth something, and return the rest as defective."""
    rma = case.back(order, line, 1, "defective")
    entry = rma.entries[0]
    entry.grade = case.shop.dice.choice(("C", "D", "D")) if case.sign(0.8) else entry.grade
    if case.sign(0.65):
        entry.weight_g = weighed(case.shop, line.good.weight_g * case.shop.dice.uniform(0.55, 0.82))
    entry.restocked = False
    return [rma]


def switch(case: Case, order: Order, line: Line) -> list[Rma]:
    """Send back the old one of the same make in the box of the new one."""
    rma = case.back(order, line, 1, case.shop.dice.choice(("changed_mind", "defective", "not_as_described")))
    entry, dice = rma.entries[0], case.shop.dice
    if case.sign(0.75):
        entry.serial = case.shop.serial(order.at - timedelta(days=dice.randint(200, 900)))
    elif case.sign(0.5):
        entry.serial = None
    entry.opened = True
    entry.grade = dice.choice(("B", "C", "C", "wrong_item")) if case.sign(0.7) else entry.grade
    if case.sign(0.3):
        entry.weight_g = weighed(case.shop, line.good.weight_g * dice.uniform(0.75, 1.2))
    return [rma]


def empty_box(case: Case, order: Order, line: Line) -> list[Rma]:
    """Send a box with nothing, or nothing of worth, in it; the refund comes before somebody looks."""
    rma = case.back(order, line)
    posted(case.shop, rma)
    entry, dice = rma.entries[0], case.shop.dice
    if case.sign(0.8):
        entry.weight_g = weighed(case.shop, line.good.weight_g * entry.quantity * dice.choice((0.0, 0.05, 0.3)))
    if rma.shipped and rma.received and case.sign(0.5):
        rma.refunded = case.shop.later(rma.shipped, 0.1, 1.5)
    if rma.received and case.sign(0.6):
        rma.inspected = case.shop.later(rma.received, 5, 25)
    if case.sign(0.6):
        entry.grade, entry.received_quantity = dice.choice(("empty_box", "empty_box", "wrong_item", "missing")), 0
    entry.restocked = False
    return [rma]


def overstated_quantity(case: Case, order: Order, line: Line) -> list[Rma]:
    """More pieces are claimed than are in the parcel."""
    line.quantity = max(line.quantity, case.shop.dice.choice((2, 2, 3, 4)))
    rma = case.back(order, line, line.quantity)
    entry = rma.entries[0]
    sent = max(1, entry.quantity - max(1, int(entry.quantity * case.shop.dice.uniform(0.3, 0.7))))
    entry.received_quantity = sent if case.sign(0.75) else entry.quantity
    if case.sign(0.8):
        entry.weight_g = weighed(case.shop, line.good.weight_g * sent)
    return [rma]


def warranty_swap(case: Case, order: Order, line: Line) -> list[Rma]:
    """Hand in an old broken piece on the warranty of a newer one."""
    rma = case.back(order, line, 1, "defective")
    entry, dice = rma.entries[0], case.shop.dice
    rma.claim = "warranty" if case.sign(0.85) else "return"
    if order.delivered and case.sign(0.7):
        rma.shift(order.delivered + timedelta(days=dice.uniform(25, 110)) - rma.requested)
    if case.sign(0.7):
        entry.serial = case.shop.serial(order.at - timedelta(days=dice.randint(500, 1200)))
    entry.grade = dice.choice(("C", "D")) if case.sign(0.8) else entry.grade
    entry.opened, entry.restocked = True, False
    return [rma]


def counterfeit_return(case: Case, order: Order, line: Line) -> list[Rma]:
    """Send back a copy of a dear thing, and keep the original."""
    rma = case.back(order, line, None, case.shop.dice.choice(("style", "changed_mind", "not_as_described")))
    entry = rma.entries[0]
    if case.sign(0.55):
        entry.grade = "wrong_item" if case.sign(0.5) else "C"
        entry.restocked = False
    if case.sign(0.6):
        entry.weight_g = weighed(case.shop, line.good.weight_g * entry.quantity * case.shop.dice.uniform(0.7, 0.88))
    return [rma]


def bundle_skimming(case: Case, order: Order, line: Line) -> list[Rma]:
    """Return a set without its gift or one of its parts, to be paid back whole."""
    gift = buy(case.shop, order.person, order.at, anything).lines[0]
    case.shop.orders.pop()
    order.person.orders.pop()
    gift.quantity, gift.paid, gift.to_return = 1, 0, 0
    order.lines.append(gift)
    rma = case.back(order, line)
    entry = rma.entries[0]
    if case.sign(0.6):
        entry.received_quantity = max(0, entry.quantity - 1)
    if case.sign(0.6):
        entry.weight_g = weighed(case.shop, line.good.weight_g * entry.quantity * case.shop.dice.uniform(0.5, 0.8))
    if case.sign(0.4):
        entry.grade = "missing" if case.sign(0.3) else "B"
    return [rma]


KINDS = (
    Kind("wardrobing", wardrobing, (2, 5), fits=usable, fresh=0.05),
    Kind("bricking", bricking, (1, 3), fits=numbered),
    Kind("switch", switch, (1, 3), fits=numbered),
    Kind("empty_box", empty_box, (1, 4), fits=dear),
    Kind("overstated_quantity", overstated_quantity, (1, 4)),
    Kind("warranty_swap", warranty_swap, (1, 3), fits=numbered),
    Kind("counterfeit_return", counterfeit_return, (2, 5), fits=dear, accounts=(1, 2), linked=True),
    Kind("bundle_skimming", bundle_skimming, (2, 4)),
)
