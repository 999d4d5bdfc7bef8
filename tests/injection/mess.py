"""What goes otherwise than it should without anybody's bad will: the noise that every shop's data are full of."""

from __future__ import annotations

from datetime import timedelta

from tests.injection.shop import Rma, Shop


def mess(shop: Shop, rma: Rma) -> None:
    """Let some returns be lost, paid early, left open, mistyped, sent dearly, or not asked for back at all."""
    dice = shop.dice
    chance = dice.random()
    if rma.shipped and chance < 0.014:
        _lost(shop, rma)
    elif rma.shipped and chance < 0.026:
        rma.refunded = shop.later(rma.requested, 0.1, 1.5)
    elif chance < 0.045 and rma.entries[0].refund < 2500:
        _kept(shop, rma)
    elif rma.shipped and chance < 0.052:
        rma.never("shipped", "received", "inspected", "closed", *(("refunded",) if dice.random() < 0.6 else ()))
    if dice.random() < 0.05:
        rma.never("closed")
    if rma.person and rma.person.country != shop.base.country and rma.label_cost:
        rma.label_cost = dice.randint(890, 1990)
    _miscounted(shop, rma)


def _lost(shop: Shop, rma: Rma) -> None:
    """Lose the parcel on its way back; after some weeks the shopper is paid all the same."""
    rma.never("received", "inspected")
    rma.refunded = shop.later(rma.requested, 14, 35) if shop.dice.random() < 0.8 else None
    rma.closed = rma.refunded
    if shop.dice.random() < 0.3 and rma.refunded:
        rma.received, rma.dock = rma.refunded - timedelta(days=3), False


def _kept(shop: Shop, rma: Rma) -> None:
    """Let the shopper keep what is not worth the postage."""
    rma.method, rma.store, rma.dock = "keep_it", None, None
    rma.never("shipped", "received", "inspected")
    rma.refunded = shop.later(rma.authorized or rma.requested, 0, 3)


def _miscounted(shop: Shop, rma: Rma) -> None:
    """Pay back a little more or less than was paid: postage, goodwill, a wrong price in the till, a part left out."""
    dice = shop.dice
    entry = rma.entries[0]
    chance = dice.random()
    if chance < 0.012:
        entry.refund += dice.choice((495, 395, 500))
    elif chance < 0.022:
        entry.refund = round(entry.refund * dice.choice((0.5, 0.7, 0.8, 0.9)))
    elif chance < 0.026 and entry.line:
        entry.refund = entry.line.list_price * entry.quantity
    if dice.random() < 0.004 and rma.destination:
        rma.destination = rma.destination[:-1] + str(dice.randint(0, 9))
