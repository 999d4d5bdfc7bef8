"""What abusers pay with where that is part of the abuse: cards of other people, and gift cards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipelines.simulate.draw import NONE, chance, unique_numbers
from pipelines.simulate.plan import GIFT_CARD_LAUNDERING, Plan
from pipelines.simulate.shop import Shop
from pipelines.simulate.vocabulary import PAYMENT_METHODS

CARD, GIFT_CARD = PAYMENT_METHODS.index("card"), PAYMENT_METHODS.index("gift_card")
WITH_GIFT_CARDS = 0.2
WITH_NEW_CARDS = 0.6
ON_NEW_DEVICES = 0.4


def pay_with_others_cards(rng: np.random.Generator, shop: Shop, plan: Plan) -> Shop:
    """Return the shop in which goods that are to become gift cards were paid with a new card each, or gift cards."""
    orders, n = shop.orders, len(shop.orders)
    launders = plan.archetype == GIFT_CARD_LAUNDERING
    by_gift_card = launders & chance(rng, WITH_GIFT_CARDS, n)
    by_new_card = launders & ~by_gift_card & chance(rng, WITH_NEW_CARDS, n)
    method = np.where(by_gift_card, GIFT_CARD, np.where(by_new_card, CARD, orders.payment_method))
    payment = np.where(by_gift_card, NONE, np.where(by_new_card, unique_numbers(rng, n), orders.payment))
    is_new_device = launders & (orders.device >= 0) & chance(rng, ON_NEW_DEVICES, n)
    device = np.where(is_new_device, unique_numbers(rng, n), orders.device)
    return replace(shop, orders=replace(orders, payment_method=method, payment=payment, device=device))
