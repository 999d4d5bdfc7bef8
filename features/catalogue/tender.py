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
        "{value:one} purchases paid like this is refunded like this",
        Stage.SETTLED,
        _REFUND,
        ("gift_like",),
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
        cleared_by=("buys_again_share",),
    ),
    Feature(
        "buys_again_share",
        Family.TENDER,
        "rate",
        "How usual it is for the shopper to buy the RMA's SKU: 1 - 1 / n for n other orders of it so far, the most "
        "over the RMA's lines; 0 for fewer than two.",
        "no matched line with a price",
    ),
)
