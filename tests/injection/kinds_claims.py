"""Abuse by what is said, not by what is sent: claims, disputes, reasons, parcels that never come."""

from __future__ import annotations

from datetime import timedelta

from tests.injection.cases import Case, Kind, dear
from tests.injection.life import claim, contact_about, posted, weighed
from tests.injection.people import address
from tests.injection.shop import Chargeback, Line, Order, Rma
from tests.injection.words import comment, slipped


def fake_tracking(case: Case, order: Order, line: Line) -> list[Rma]:
    """Send a parcel somewhere else near the warehouse; the scan says delivered, the dock never saw it."""
    rma = case.back(order, line)
    entry, dice = rma.entries[0], case.shop.dice
    posted(case.shop, rma)
    if case.sign(0.65):
        near = case.shop.depots[0]
        rma.destination = near[:2] + address(dice, order.person.country)[2][2:] if case.sign(0.6) else order.ship_to[2]
    if case.sign(0.75):
        rma.dock = False
    if case.sign(0.7):
        rma.never("inspected")
        entry.grade = entry.opened = entry.received_quantity = entry.serial = None
        entry.restocked = False
    if case.sign(0.5):
        entry.weight_g = weighed(case.shop, dice.uniform(5, 40))
    rma.refunded = case.shop.later(rma.received or rma.requested, 0.2, 6)
    rma.closed = case.shop.later(rma.refunded, 0, 2)
    return [rma]


def item_not_received(case: Case, order: Order, line: Line) -> list[Rma]:
    """Deny a parcel that is there and signed for, again and again."""
    rma = claim(case.shop, order, line, "item_not_received")
    order.proof = case.shop.dice.choice(("photo", "signature", "signature")) if case.sign(0.6) else order.proof
    if order.delivered and case.sign(0.5):
        rma.shift(case.shop.later(order.delivered, 0.05, 1.5) - rma.requested)
    return [rma]


def missing_part(case: Case, order: Order, line: Line) -> list[Rma]:
    """Of every order the dearest thing is said to be missing."""
    rma = claim(case.shop, order, line, "missing_item", max(1, line.quantity // 2))
    if case.sign(0.5):
        rma.entries[0].comment = None
    return [rma]


def keep_it_farming(case: Case, order: Order, line: Line) -> list[Rma]:
    """Damage is claimed with the same words and photo, because nobody asks for the goods."""
    rma = claim(case.shop, order, line, "damaged_in_transit")
    words = case.memo.setdefault("words", comment(case.shop.dice, "damaged", order.person.country))
    if case.sign(0.8):
        rma.entries[0].comment = slipped(case.shop.dice, words)
    return [rma]


def refunded_never_sent(case: Case, order: Order, line: Line) -> list[Rma]:
    """Take the money in advance, and never send the parcel."""
    rma = case.back(order, line)
    rma.refunded = case.shop.later(rma.authorized or rma.requested, 0.1, 2)
    rma.never("received", "inspected", "closed")
    if case.sign(0.85):
        rma.never("shipped")
        rma.dock = None
    rma.method, rma.store, rma.agent = "mail", None, rma.agent if case.sign(0.4) else None
    entry = rma.entries[0]
    entry.weight_g = entry.received_quantity = entry.serial = entry.grade = entry.opened = entry.restocked = None
    return [rma]


def tracking_reuse(case: Case, order: Order, line: Line) -> list[Rma]:
    """One posted parcel serves several refunds: the number is given again."""
    rma = case.back(order, line)
    posted(case.shop, rma)
    number = case.memo.setdefault("number", rma.tracking)
    if number and case.sign(0.85):
        rma.tracking = number
    if case.sign(0.5):
        rma.dock = False
        rma.never("inspected")
    return [rma]


def double_dip(case: Case, order: Order, line: Line) -> list[Rma]:
    """Paid twice: by the shop, and by the bank or on a claim for the same thing."""
    rma = case.back(order, line)
    paid = rma.refunded or rma.requested
    if case.sign(0.75):
        opened = case.shop.later(paid, -4, 40)
        why = case.shop.dice.choice(("not_received", "credit_not_processed", "unrecognised"))
        amount = line.paid * line.quantity if case.sign(0.6) else order.value
        case.shop.chargebacks.append(
            Chargeback(order, opened, amount, why, case.shop.dice.choice(("lost", "lost", None)))
        )
        return [rma]
    second = claim(case.shop, order, line, "item_not_received")
    second.shift(case.shop.later(paid, -3, 20) - second.requested)
    return [rma, second]


def reason_escalation(case: Case, order: Order, line: Line) -> list[Rma]:
    """Refused for one reason, asked again for another, until one is paid."""
    first = case.back(order, line, reason="changed_mind")
    first.end = "denied" if case.sign(0.8) else "cancelled"
    first.never("authorized", "shipped", "received", "inspected", "refunded")
    late = line.good.window_days * case.shop.dice.uniform(0.7, 1.4)
    first.shift((order.delivered or order.at) + timedelta(days=late) - first.requested)
    second = case.back(order, line, reason=case.shop.dice.choice(("defective", "not_as_described", "damaged")))
    second.shift(case.shop.later(first.requested, 0.1, 6) - second.requested)
    if case.sign(0.5):
        contact_about(case.shop, order, order.person, case.shop.later(first.requested, 0, 1), "complaint")
    return [first, second]


def cancelled_after_delivery(case: Case, order: Order, line: Line) -> list[Rma]:
    """Have an order cancelled and refunded by hand although it was delivered."""
    rma = case.back(order, line)
    asked = case.shop.later(order.delivered or order.at, 0.1, 5)
    rma.shift(asked - rma.requested)
    rma.never("shipped", "received", "inspected")
    rma.refunded = case.shop.later(asked, 0.05, 1)
    rma.method, rma.agent = "keep_it", case.shop.dice.choice(case.shop.agents)
    order.status = "cancelled" if case.sign(0.8) else order.status
    entry = rma.entries[0]
    entry.reason = "other" if case.sign(0.5) else entry.reason
    entry.weight_g = entry.received_quantity = entry.serial = entry.grade = entry.opened = entry.restocked = None
    return [rma]


KINDS = (
    Kind("fake_tracking", fake_tracking, (1, 4), fits=dear),
    Kind("item_not_received", item_not_received, (2, 5)),
    Kind("missing_part", missing_part, (2, 5)),
    Kind("keep_it_farming", keep_it_farming, (2, 6), accounts=(1, 3), linked=True),
    Kind("refunded_never_sent", refunded_never_sent, (1, 4)),
    Kind("tracking_reuse", tracking_reuse, (2, 5), accounts=(1, 2), linked=True),
    Kind("double_dip", double_dip, (1, 3)),
    Kind("reason_escalation", reason_escalation, (1, 3)),
    Kind("cancelled_after_delivery", cancelled_after_delivery, (1, 3)),
)
