"""What suits each kind of abuse: the lines that an abuser would ask back, and the orders on which they would act."""

from __future__ import annotations

import numpy as np

from pipelines.simulate.catalogue import CATEGORIES, WARRANTED, typical_price
from pipelines.simulate.draw import DAY, Flags, Floats, Ints, chance
from pipelines.simulate.plan import (
    BRICKING,
    DOUBLE_DIP,
    EMPTY_BOX,
    FAKE_TRACKING,
    GIFT_CARD_LAUNDERING,
    ITEM_NOT_RECEIVED,
    LINKED_RING,
    NOT_RECEIVED,
    OPEN_BOX_REBUY,
    OVERSTATED_QUANTITY,
    RECEIPT_SWITCHING,
    SERIAL_RETURNER,
    STOLEN_GOODS,
    SWITCH,
    TENDER_SWITCH,
    WARDROBING,
    WARRANTY,
)
from pipelines.simulate.shop import Shop
from pipelines.simulate.vocabulary import ARCHETYPES

WARDROBE = frozenset({"dresses", "electronics"})
EMPTY_BOX_LEAST = 4_500
"""The least price (cents) for which a parcel is sent back without its goods."""
WORTH_IT = {
    BRICKING: 3_000,
    FAKE_TRACKING: 3_000,
    OPEN_BOX_REBUY: 2_500,
    TENDER_SWITCH: 2_000,
    GIFT_CARD_LAUNDERING: 4_000,
    LINKED_RING: 2_500,
    STOLEN_GOODS: 3_000,
    EMPTY_BOX: EMPTY_BOX_LEAST,
}
"""The least price (cents) of goods that are worth each abuse."""
BY_PROOF = (0.15, 0.35, 1.0, 1.0)
"""How gladly non-receipt is claimed with each proof of delivery: a claim that is paid all the same is a habit."""
DAYS_BEFORE_WEEKEND = (1, 2, 3, 4)
"""Tuesday to Friday, Monday being 0."""


def wanted_lines(rng: np.random.Generator, shop: Shop, archetype: Ints, kind: Ints) -> Flags:
    """Return which lines an abuser of each line's archetype asks back."""
    lines, sku, price = shop.lines, shop.lines.sku, shop.lines.unit_price
    final = shop.catalogue.final_sale[sku]
    dearest = lines.amount == np.maximum.reduceat(lines.amount, lines.first)[lines.order]
    is_wardrobe = np.array([entry.name in WARDROBE for entry in CATEGORIES])[shop.category]
    showy = is_wardrobe & (price >= 0.85 * typical_price(shop.category)) & ~final
    worth = np.array([WORTH_IT.get(code, 0) for code in range(len(ARCHETYPES))])[archetype]
    main = dearest & (price >= worth) & (~final | chance(rng, 0.1, len(lines)))
    own = np.select(
        [
            archetype == SERIAL_RETURNER,
            archetype == WARDROBING,
            archetype == BRICKING,
            archetype == SWITCH,
            archetype == OVERSTATED_QUANTITY,
            archetype == RECEIPT_SWITCHING,
        ],
        [
            chance(rng, np.where(final, 0.25, 0.9), len(lines)),
            showy,
            WARRANTED[shop.category] & (price >= worth) & ~final,
            (lines.serial >= 0) & ~final,
            _of_several(shop) & ~final,
            dearest & (price < 0.93 * shop.catalogue.list_price[sku]),
        ],
        main,
    )
    # Who says that nothing came speaks of the whole order, provided that it has what is worth it.
    of_nothing = np.logical_or.reduceat(own, lines.first)[lines.order]
    fits = own & ((kind != WARRANTY) | WARRANTED[shop.category])
    return np.where(kind == NOT_RECEIVED, of_nothing, fits)


def _of_several(shop: Shop) -> Flags:
    """Return which lines are of more than one unit, or stand in an order of several lines."""
    most = np.maximum.reduceat(shop.lines.quantity, shop.lines.first)[shop.lines.order]
    several = shop.lines.quantity > 1
    found: Flags = np.where(most > 1, several, (shop.lines.count > 1)[shop.lines.order])
    return found


def occasion(shop: Shop, archetype: Ints) -> Floats:
    """Return how well each order suits the abuse: clothes for the weekend, claims in spite of a proof, by card."""
    # 1 January 1970 was a Thursday, so three days on makes Monday 0.
    weekday = (shop.orders.ordered // DAY + 3) % 7
    weekend = np.where(np.isin(weekday, DAYS_BEFORE_WEEKEND), 1.0, 0.5)
    proven = np.array(BY_PROOF)[shop.orders.proof]
    by_card = (shop.orders.payment >= 0).astype(np.float64)
    full_price = np.where(shop.orders.discount == 0, 1.0, 0.0)
    return np.select(
        [
            archetype == WARDROBING,
            archetype == ITEM_NOT_RECEIVED,
            (archetype == DOUBLE_DIP) | (archetype == TENDER_SWITCH),
            archetype == OPEN_BOX_REBUY,
        ],
        [weekend, proven, by_card, full_price],
        1.0,
    )
