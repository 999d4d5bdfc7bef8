"""What honest shoppers return of the orders that no case has a say in, and the other everyday trouble of a shop."""

from __future__ import annotations

from datetime import timedelta

from tests.injection.life import claim, contact_about, give_back
from tests.injection.shop import Chargeback, Line, Order, Rma, Shop

CLAIMS = (("item_not_received", 0.0035), ("missing_item", 0.003), ("damaged_in_transit", 0.005), ("warranty", 0.002))


def everyday(shop: Shop) -> None:
    """Let every order that is not taken by a case live its honest life."""
    for order in list(shop.orders):
        if order.is_taken or order.delivered is None:
            continue
        _returns(shop, order)
        _trouble(shop, order)


def expected_returns(shop: Shop) -> int:
    """Return about how many RMAs honest shoppers will make."""
    real = sum(any(line.to_return for line in order.lines) for order in shop.orders if order.delivered)
    return round(real * 1.05 + len(shop.orders) * (shop.base.extra_return_rate + 0.013))


def _returns(shop: Shop, order: Order) -> None:
    """Let come back what really came back, at times in two parcels, and in a wholesale shop something more."""
    dice = shop.dice
    back = [(line, min(line.to_return, line.quantity)) for line in order.lines if line.to_return]
    if not back and dice.random() < shop.base.extra_return_rate:
        few = dice.sample(order.lines, min(len(order.lines), dice.choice((1, 1, 1, 2, 3))))
        back = [(line, _some(shop, line)) for line in few]
    other = None
    if len(back) > 1 and dice.random() < 0.1:
        cut = dice.randint(1, len(back) - 1)
        other = give_back(shop, order, back[cut:])
        back = back[:cut]
    if back:
        rma = give_back(shop, order, back)
        if other and dice.random() < 0.4:
            one_parcel(other, rma)
        ask_again(shop, rma, back)
        if dice.random() < 0.004 and len(rma.entries) == 1:
            without_receipt(shop, rma)
        if dice.random() < 0.12:
            contact_about(
                shop, order, order.person, shop.later(rma.requested, -1, 8), dice.choice(("return", "refund"))
            )


def ask_again(shop: Shop, rma: Rma, back: list[tuple[Line, int]]) -> None:
    """Let some whose return was cancelled or denied ask once more, at times for another reason."""
    if rma.end not in {"cancelled", "denied"} or shop.dice.random() > 0.4 or rma.order is None:
        return
    again = give_back(shop, rma.order, back)
    again.shift(shop.later(rma.requested, 0.1, 9) - again.requested)


def one_parcel(first: Rma, second: Rma) -> None:
    """Send two returns of an order in one parcel, under one number."""
    if first.shipped and second.shipped:
        second.shift(first.requested + timedelta(hours=2) - second.requested)
        second.tracking, second.carrier, second.destination = first.tracking, first.carrier, first.destination


def without_receipt(shop: Shop, rma: Rma) -> None:
    """Let a present come back without its order, for credit, by somebody whom the shop may not know."""
    rma.order, rma.refund_method, rma.card = None, "store_credit", None
    rma.person = rma.person if shop.dice.random() < 0.6 else None
    for entry in rma.entries:
        entry.line = None


def _some(shop: Shop, line: Line) -> int:
    """Return how many of a line's units come back: all of them, or a few."""
    return line.quantity if shop.dice.random() < 0.5 else shop.dice.randint(1, line.quantity)


def _trouble(shop: Shop, order: Order) -> None:
    """Let parcels be lost or broken, cards be disputed, people call, as it happens everywhere."""
    dice = shop.dice
    for kind, chance in CLAIMS:
        if dice.random() < chance:
            line = dice.choice(order.lines)
            if kind == "item_not_received":
                order.proof = dice.choices(("none", "scan", "photo", "signature"), (40, 50, 7, 3))[0]
            claim(shop, order, line, kind, _some(shop, line))
            return
    if dice.random() < 0.0012:
        why = dice.choice(("not_received", "duplicate", "unrecognised", "not_as_described"))
        won = dice.choice(("won", "lost", "lost", None))
        shop.chargebacks.append(Chargeback(order, shop.later(order.at, 8, 70), order.value, why, won))
    if dice.random() < 0.03:
        topic = dice.choice(("delivery", "sizing", "invoice", "product", "delivery"))
        contact_about(shop, order, order.person, shop.later(order.at, 0.1, 12), topic)
