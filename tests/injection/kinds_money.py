"""Abuse of prices, payments and policies: the goods may be fine, the money is not."""

from __future__ import annotations

from datetime import timedelta

from tests.injection.cases import Case, Kind, buy, dear, usable
from tests.injection.life import clerk
from tests.injection.people import address, token
from tests.injection.shop import Chargeback, Line, Order, Rma


def price_switching(case: Case, order: Order, line: Line) -> list[Rma]:
    """Bought cheap in a sale, returned on the receipt of the day when it was dear."""
    shop = case.shop
    line.paid = max(line.paid, line.list_price)
    cheap = buy(shop, order.person, shop.later(order.at, 3, 18))
    cheap.is_taken = True
    cheap.lines[0].good, cheap.lines[0].serial = line.good, None
    cheap.lines[0].paid, cheap.lines[0].list_price = round(line.paid * shop.dice.uniform(0.45, 0.7)), line.list_price
    rma = case.back(order, line)
    rma.shift(shop.later(cheap.delivered or cheap.at, 0.5, 6) - rma.requested)
    if case.sign(0.5):
        paid_with = cheap if case.sign(0.7) else order
        rma.order, rma.entries[0].line = paid_with, paid_with.lines[0] if paid_with is cheap else line
        rma.entries[0].refund = line.paid * rma.entries[0].quantity
    return [rma]


def open_box_rebuy(case: Case, order: Order, line: Line) -> list[Rma]:
    """Open and return a thing, then buy it again as a used one for less."""
    shop = case.shop
    rma = case.back(order, line, reason="changed_mind")
    entry = rma.entries[0]
    entry.opened = True
    entry.grade = "B" if case.sign(0.7) else entry.grade
    again = buy(shop, order.person, shop.later(rma.refunded or rma.requested, 0.2, 9))
    again.is_taken = True
    again.lines[0].good, again.lines[0].serial, again.lines[0].quantity = line.good, line.serial, 1
    again.lines[0].paid, again.lines[0].list_price = round(line.paid * shop.dice.uniform(0.55, 0.8)), line.list_price
    return [rma]


def tender_switch(case: Case, order: Order, line: Line) -> list[Rma]:
    """Paid with one instrument, paid back to another."""
    rma = case.back(order, line)
    method = case.shop.dice.choice(("other_card", "other_card", "cash", "gift_card"))
    rma.refund_method = method if case.sign(0.8) else "original"
    rma.card = None if rma.refund_method in {"cash", "gift_card"} else token(case.shop.dice, 12)
    rma.agent = case.shop.dice.choice(case.shop.agents) if case.sign(0.7) else rma.agent
    return [rma]


def gift_card_laundering(case: Case, order: Order, line: Line) -> list[Rma]:
    """Money of others goes in by many cards and comes out as credit, quickly."""
    dice = case.shop.dice
    order.card = token(dice, 12) if case.sign(0.8) else order.card
    order.method = dice.choice(("gift_card", "card", "card"))
    rma = case.back(order, line, reason="changed_mind")
    if case.sign(0.7) and order.delivered:
        rma.shift(case.shop.later(order.delivered, 0.05, 1.5) - rma.requested)
    rma.refund_method = dice.choice(("gift_card", "gift_card", "store_credit")) if case.sign(0.9) else rma.refund_method
    rma.card = None
    rma.entries[0].opened = False if case.sign(0.6) else rma.entries[0].opened
    return [rma]


def late_beyond_policy(case: Case, order: Order, line: Line) -> list[Rma]:
    """Long after the window, with a story each time, and somebody gives in."""
    dice = case.shop.dice
    rma = case.back(order, line)
    late = line.good.window_days * (1.15 + dice.expovariate(1.6))
    rma.shift((order.delivered or order.at) + timedelta(days=late) - rma.requested)
    rma.agent = dice.choice(case.shop.agents) if case.sign(0.8) else rma.agent
    if case.sign(0.5):
        rma.entries[0].grade = dice.choice(("B", "C"))
    return [rma]


def reseller_arbitrage(case: Case, order: Order, line: Line) -> list[Rma]:
    """Many of one thing bought in a sale; what could not be sold on comes back at the end of the window."""
    dice = case.shop.dice
    line.quantity, line.serial = max(line.quantity * 2, dice.randint(4, 12)), None
    line.paid = round(line.list_price * dice.uniform(0.5, 0.8)) or 1
    rest = max(2, int(line.quantity * dice.uniform(0.4, 0.9)))
    rma = case.back(order, line, rest, dice.choice(("changed_mind", "style", "not_as_described")))
    if case.sign(0.75) and order.delivered:
        rma.shift(order.delivered + timedelta(days=line.good.window_days * dice.uniform(0.8, 1.0)) - rma.requested)
    rma.entries[0].opened = False if case.sign(0.7) else rma.entries[0].opened
    return [rma]


def coupon_keeping(case: Case, order: Order, line: Line) -> list[Rma]:
    """Reach a discount with what is then returned, to be paid back more than was paid."""
    dice = case.shop.dice
    order.code = dice.choice(("SPEND100", "3FOR2", "SALE20")) if case.sign(0.85) else order.code
    for one in order.lines:
        one.paid = max(1, round(one.list_price * 0.8)) if one.paid else 0
    rma = case.back(order, line)
    if case.sign(0.75):
        rma.entries[0].refund = line.list_price * rma.entries[0].quantity
    return [rma]


def employee_discount(case: Case, order: Order, line: Line) -> list[Rma]:
    """Bought at the staff price, returned in a shop at the list price."""
    dice = case.shop.dice
    order.person.segment = "employee" if case.sign(0.85) else order.person.segment
    line.paid = max(1, round(line.list_price * dice.uniform(0.55, 0.7)))
    rma = case.back(order, line)
    if case.sign(0.7):
        rma.entries[0].refund = line.list_price * rma.entries[0].quantity
    if case.sign(0.6):
        rma.refund_method, rma.card = dice.choice(("gift_card", "store_credit", "cash")), None
    if case.shop.stores and case.sign(0.6):
        rma.method, rma.store = "store", dice.choice(case.shop.stores[:2])
        rma.agent = clerk(case.shop, rma.store)
    return [rma]


def triangulation(case: Case, order: Order, line: Line) -> list[Rma]:
    """Stolen cards buy what somebody else has paid the thief for; the refund goes to the thief, the bank takes back."""
    dice = case.shop.dice
    depot = case.memo.setdefault("reshipper", order.ship_to)
    order.card = token(dice, 12)
    order.ship_to = depot if case.sign(0.6) else order.ship_to
    order.bill_postcode = address(dice, case.shop.base.country)[2] if case.sign(0.7) else order.bill_postcode
    rma = case.back(order, line)
    if case.sign(0.65):
        rma.card, rma.refund_method = case.memo.setdefault("card", token(dice, 12)), "other_card"
    if case.sign(0.6):
        opened = case.shop.later(order.at, 20, 90)
        case.shop.chargebacks.append(
            Chargeback(order, opened, order.value, "fraud", "lost" if case.sign(0.7) else None)
        )
    return [rma]


KINDS = (
    Kind("price_switching", price_switching, (1, 3), fits=dear),
    Kind("open_box_rebuy", open_box_rebuy, (1, 3), fits=dear),
    Kind("tender_switch", tender_switch, (1, 4)),
    Kind("gift_card_laundering", gift_card_laundering, (3, 8), fits=dear, fresh=0.6, spread_days=25, honest_share=0.1),
    Kind("late_beyond_policy", late_beyond_policy, (2, 4)),
    Kind("reseller_arbitrage", reseller_arbitrage, (2, 4), fits=usable),
    Kind("coupon_keeping", coupon_keeping, (2, 4)),
    Kind("employee_discount", employee_discount, (2, 4), fresh=0.1),
    Kind("triangulation", triangulation, (2, 5), accounts=(1, 3), fits=dear, fresh=0.7, spread_days=40),
)
