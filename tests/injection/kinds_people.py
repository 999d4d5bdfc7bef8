"""Abuse that shows in who acts with whom: rings, helpers inside, taken accounts, habits over a year."""

from __future__ import annotations

from datetime import timedelta

from tests.injection.cases import Case, Kind, dear, fill_up
from tests.injection.life import claim, clerk
from tests.injection.people import address, network, token
from tests.injection.shop import Line, Order, Rma
from tests.injection.words import comment, slipped


def serial_returner(case: Case, order: Order, line: Line) -> list[Rma]:
    """Nearly everything goes back, month after month, with wear that is just within the rules."""
    rma = case.back(order, line)
    for other in order.lines:
        if other is not line and other.paid and case.sign(0.85):
            more = case.back(order, other)
            case.shop.rmas.remove(more)
            rma.entries += more.entries
    for entry in rma.entries:
        entry.grade = "B" if case.sign(0.35) else entry.grade
    return [rma]


def agent_collusion(case: Case, order: Order, line: Line) -> list[Rma]:
    """One clerk waves through what the rules do not allow, always for the same few."""
    dice = case.shop.dice
    rma = case.back(order, line)
    rma.agent = case.memo.setdefault("agent", dice.choice(case.shop.agents)) if case.sign(0.95) else rma.agent
    if case.sign(0.5):
        late = (order.delivered or order.at) + timedelta(days=line.good.window_days * dice.uniform(1.05, 2.2))
        rma.shift(late - rma.requested)
    if case.sign(0.5):
        rma.never("shipped", "received", "inspected")
        rma.dock = False
        rma.entries[0].weight_g = rma.entries[0].received_quantity = rma.entries[0].grade = None
    if case.sign(0.45):
        rma.refund_method, rma.card = dice.choice((("other_card", token(dice, 12)), ("cash", None)))
    return [rma]


def linked_ring(case: Case, order: Order, line: Line) -> list[Rma]:
    """Several accounts of one hand: each asks for little, all in the same way and in the same weeks."""
    shop, dice = case.shop, case.shop.dice
    plan = case.memo.setdefault(
        "plan", dice.choice(("item_not_received", "damaged_in_transit", "return", "missing_item"))
    )
    if plan == "return":
        rma = case.back(order, line, reason=case.memo.setdefault("reason", "not_as_described"))
        if case.sign(0.5):
            rma.entries[0].weight_g = line.good.weight_g * 0.4 + 40
    else:
        rma = claim(shop, order, line, plan)
    words = case.memo.setdefault("words", comment(dice, rma.entries[0].reason or "quality", order.person.country))
    if case.sign(0.5):
        rma.entries[0].comment = slipped(dice, words)
    if case.sign(0.35):
        order.device = case.people[0].devices[0]
    return [rma]


def stolen_goods(case: Case, order: Order, line: Line) -> list[Rma]:
    """Goods that nobody bought are handed in without a receipt, for cash or a card."""
    shop, dice = case.shop, case.shop.dice
    rma = case.back(order, line, 1)
    order.is_taken = False
    rma.order = rma.entries[0].line = None
    rma.entries[0].serial = shop.serial(order.at) if line.good.is_serialised and case.sign(0.5) else None
    rma.entries[0].refund = line.list_price
    if shop.stores and case.sign(0.8):
        rma.method, rma.store = "store", dice.choice(shop.stores)
        rma.agent = clerk(shop, rma.store)
        rma.never("shipped")
    rma.refund_method = dice.choice(("gift_card", "cash", "store_credit")) if case.sign(0.9) else "original"
    rma.card = None
    if case.sign(0.4):
        rma.person = None
    rma.entries[0].opened = False if case.sign(0.7) else rma.entries[0].opened
    return [rma]


def account_takeover(case: Case, order: Order, line: Line) -> list[Rma]:
    """Wake a sleeping account with a new device; its refund goes elsewhere."""
    dice = case.shop.dice
    stolen = case.memo.setdefault("stolen", (token(dice), network(dice), token(dice, 12)))
    if case.sign(0.8):
        order.device, order.network = stolen[0], stolen[1]
    rma = case.back(order, line, reason="changed_mind")
    if case.sign(0.8):
        rma.refund_method = dice.choice(("other_card", "gift_card"))
        rma.card = stolen[2] if rma.refund_method == "other_card" else None
    if order.delivered and case.sign(0.6):
        rma.shift(case.shop.later(order.delivered, 0.05, 2) - rma.requested)
    return [rma]


def claim_splitting(case: Case, order: Order, line: Line) -> list[Rma]:
    """One order is claimed piece by piece, each below what somebody would look at."""
    fill_up(case.shop, order, 3)
    made = [case.back(order, line, 1)]
    start = made[0].requested
    for other in [one for one in order.lines if one is not line and one.paid][:3]:
        more = case.back(order, other, 1)
        more.shift(case.shop.later(start, 0.02, 3) - more.requested)
        made.append(more)
    for rma in made:
        if case.sign(0.8):
            rma.refunded = case.shop.later(rma.requested, 0.02, 0.5)
            rma.method, rma.store, rma.dock = "keep_it", None, None
            rma.never("shipped", "received", "inspected")
            rma.entries[0].weight_g = rma.entries[0].grade = rma.entries[0].received_quantity = None
    return made


def label_abuse(case: Case, order: Order, line: Line) -> list[Rma]:
    """Let a prepaid label move something else across the border at the shop's cost."""
    dice = case.shop.dice
    rma = case.back(order, line)
    if case.sign(0.7):
        rma.entries[0].weight_g = line.good.weight_g * dice.uniform(2.5, 9) + dice.uniform(300, 2500)
    if case.sign(0.75):
        rma.label_cost = dice.randint(1290, 3490)
    if case.sign(0.5):
        rma.destination = address(dice, dice.choice(("DE", "GB")))[2]
    if case.sign(0.5):
        rma.entries[0].received_quantity, rma.dock = 0, False
    return [rma]


def promo_accounts(case: Case, order: Order, line: Line) -> list[Rma]:
    """Open an account for each welcome discount; part of each order goes back once the discount is had."""
    order.code = "WELCOME10" if case.sign(0.9) else order.code
    for one in order.lines:
        one.paid = round(one.paid * 0.9)
    rma = case.back(order, line, reason="changed_mind")
    if case.sign(0.4):
        rma.refund_method, rma.card = "store_credit", None
    return [rma]


KINDS = (
    Kind("serial_returner", serial_returner, (7, 16), honest_share=0.1, fresh=0.1),
    Kind("agent_collusion", agent_collusion, (4, 9), accounts=(1, 3)),
    Kind(
        "linked_ring", linked_ring, (5, 14), accounts=(4, 9), linked=True, fresh=0.7, spread_days=50, honest_share=0.25
    ),
    Kind("stolen_goods", stolen_goods, (1, 4)),
    Kind("account_takeover", account_takeover, (1, 2), fits=dear, fresh=0.0, honest_share=0.0, spread_days=10),
    Kind("claim_splitting", claim_splitting, (1, 3)),
    Kind("label_abuse", label_abuse, (1, 4)),
    Kind("promo_accounts", promo_accounts, (4, 8), accounts=(3, 6), linked=True, fresh=0.8, honest_share=0.15),
)
