from __future__ import annotations

import numpy as np

from pipelines.simulate.draw import NONE
from pipelines.simulate.plan import GIFT_CARD_LAUNDERING, Plan
from pipelines.simulate.shop import Shop
from pipelines.simulate.tenders import CARD, GIFT_CARD, pay_with_others_cards


def test_goods_that_become_gift_cards_are_paid_with_a_card_each(opened: Shop, plan: Plan) -> None:
    launders = plan.archetype == GIFT_CARD_LAUNDERING
    new_cards, by_gift_card = 0, 0
    for seed in range(10):
        after = pay_with_others_cards(np.random.default_rng(seed), opened, plan).orders
        is_new = after.payment != opened.orders.payment
        assert not is_new[~launders].any()
        fresh = is_new & (after.payment >= 0)
        assert len(np.unique(after.payment[fresh])) == fresh.sum()
        assert (after.payment_method[fresh] == CARD).all()
        gifts = launders & (after.payment_method == GIFT_CARD)
        assert (after.payment[gifts] == NONE).all()
        new_cards += int(fresh.sum())
        by_gift_card += int(gifts.sum())
    assert new_cards > by_gift_card > 0


def test_orders_without_a_device_stay_without(opened: Shop, plan: Plan) -> None:
    after = pay_with_others_cards(np.random.default_rng(0), opened, plan).orders
    assert ((after.device == NONE) == (opened.orders.device == NONE)).all()
