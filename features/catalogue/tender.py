"""How the money went back."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature, Stage

_REFUND = "We are checking how this return is refunded."

TENDER = (
    Feature(
        "refund_method_surprise",
        Family.TENDER,
        "powers of ten",
        "How seldom refunds of what was paid by this method go this way: -log10 of the share so far; 0 where one in "
        "ten do.",
        "no refund method is known",
        Direction.HIGH,
        "UNUSUAL_REFUND_METHOD",
        "few purchases paid like this are refunded like this (share: 10^-{value:.1f})",
        Stage.SETTLED,
        _REFUND,
    ),
    Feature(
        "refund_card_users",
        Family.IDENTITY,
        "shoppers",
        "Other shoppers who had paid with the card that the refund went to, or were refunded to it.",
        "the refund's card is not known",
        Direction.HIGH,
        "REFUND_CARD_SHARED",
        "{value:,.0f} other shoppers used the card of the refund",
        Stage.SETTLED,
        _REFUND,
    ),
    Feature(
        "cheaper_rebuy_share",
        Family.TENDER,
        "rate",
        "By which share of the price given back the shopper bought the same SKU cheaper in another order, within 30 "
        "days of the request; 0 up to 5 %.",
        "no matched line with a price",
        Direction.HIGH,
        "BOUGHT_CHEAPER",
        "the same item was bought {value:.0%} cheaper in another order",
        customer_text="We are checking which purchase this item belongs to.",
    ),
)
