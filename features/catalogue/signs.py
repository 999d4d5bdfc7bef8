"""Signs of RMA lines, weighed by how seldom they show among peers, and the shopper's ledger of each."""

from __future__ import annotations

from dataclasses import replace

from features.catalogue.model import NO_SHOPPER, Direction, Family, Feature, Stage

_PARCEL = "The parcel did not match what we expected, so we are checking it."
_GOODS = "The goods did not match what we expected, so we are checking them."
_REFUND = "We are checking how this return is refunded."
_CLAIM = "We are checking the delivery with the carrier."

_CLEARED_BY = {
    "loss_claim": ("delivery_trouble",),
    "loss_claim_ledger": ("delivery_trouble",),
    "damage_claim": ("delivery_trouble",),
    "no_dock_receipt": ("route_trouble",),
    "no_dock_receipt_ledger": ("route_trouble",),
    "other_card": ("moved_like",),
    "other_card_ledger": ("moved_like",),
    "serial_mismatch": ("unit_replaced",),
    "serial_mismatch_ledger": ("unit_replaced",),
    "late_request_ledger": ("gift_like",),
    "used_late": ("late_explained",),
    "used_late_ledger": ("late_explained",),
    "scrap": ("bad_lot", "unit_replaced"),
    "scrap_ledger": ("bad_lot", "unit_replaced"),
    "poor_grade": ("bad_lot", "unit_replaced"),
    "damage_claim_ledger": ("delivery_trouble",),
    "credit_refund_ledger": ("gift_like",),
    "no_purchase_ledger": ("gift_like",),
    "new_card_credit_ledger": ("gift_like",),
    "poor_grade_ledger": ("unit_replaced",),
}


def _surprise(name: str, family: Family, stage: Stage, fact: str, words: tuple[str, str, str]) -> Feature:
    """Return the weight of a sign: ``fact`` of a line; ``words``: who its peers are, the code, and for the customer."""
    peers, code, customer = words
    return Feature(
        f"{name}_surprise",
        family,
        "powers of ten",
        f"How seldom it shows that {fact}: -log10 of the shop's rate {peers} up to the day before, the most over the "
        "RMA's lines. The rate of a line is the sum over the RMA's lines that would have been as seldom, over how many "
        "of these show it: many lines have many chances. 0 where it did not show, or one in ten show it.",
        "no line of the RMA could tell it",
        Direction.HIGH,
        code,
        f"{fact}; {{value:one}} of its peers shows that",
        stage,
        customer,
        _CLEARED_BY.get(name, ()),
    )


def _ledger(name: str, family: Family, fact: str, words: tuple[str, str]) -> tuple[Feature, Feature]:
    """Return the ledger of a sign: how far the shopper's RMAs on which ``fact`` exceed what was to be expected.

    It tells of the same thing as the sign itself, so it is of the sign's family. Two features: where this RMA shows
    the sign, and where it does not.
    """
    code, customer = words
    excess = (
        "where their peers' rates of the day expected fewer: -log10 of a bound of the tail (Chernoff), for shoppers "
        "who differ."
    )
    again = Feature(
        f"{name}_ledger",
        family,
        "powers of ten",
        f"How unlikely so many of the shopper's RMAs are on which {fact}, this RMA included, {excess} 0 where not "
        "both this RMA and another one showed it, or it is no more than chance brings to one in ten.",
        f"{NO_SHOPPER}, or no export has told of it yet",
        Direction.HIGH,
        code,
        f"{fact}, again on the shopper's RMAs; chance would bring so many to {{value:one}} shoppers",
        customer_text=customer,
        cleared_by=_CLEARED_BY.get(f"{name}_ledger", ()),
    )
    before = replace(
        again,
        name=f"{name}_before",
        definition=f"How unlikely so many of the shopper's other RMAs are on which {fact}, {excess} 0 where this RMA "
        "shows it, too, or no other one does, or it is no more than chance brings to one in three.",
        reason_code=f"{code}_BEFORE".replace("_REPEAT_", "_").replace("_REPEATS_", "_"),
        reason_text=f"{fact}, on other RMAs of the shopper; chance would bring so many to {{value:one}} shoppers",
        is_of_others=True,
    )
    return again, before


SIGNS = (
    _surprise(
        "loss_claim",
        Family.CLAIM,
        Stage.REQUEST,
        "a delivered parcel is said not to have arrived",
        ("among deliveries with the same proof", "LOST_THOUGH_DELIVERED", _CLAIM),
    ),
    _surprise(
        "damage_claim",
        Family.CLAIM,
        Stage.REQUEST,
        "items are said to be missing or damaged",
        ("in the category", "DAMAGE_CLAIM", _CLAIM),
    ),
    _surprise(
        "no_dock_receipt",
        Family.LOGISTICS,
        Stage.RECEIVED,
        "the dock has no receipt of the parcel",
        ("of the return method", "NO_DOCK_RECEIPT", _PARCEL),
    ),
    _surprise(
        "kept_goods",
        Family.POLICY,
        Stage.REQUEST,
        "the goods need not be sent back",
        ("in the category", "GOODS_KEPT", _REFUND),
    ),
    _surprise(
        "poor_grade",
        Family.WEAR,
        Stage.SETTLED,
        "the goods came back worn or damaged",
        ("in the category for the reason given", "WORN_GOODS", _GOODS),
    ),
    _surprise(
        "used_late",
        Family.WEAR,
        Stage.SETTLED,
        "the goods were kept for most of the window and came back used",
        ("in the category for the reason given", "USED_FOR_AN_OCCASION", _GOODS),
    ),
    _surprise(
        "scrap",
        Family.WEAR,
        Stage.SETTLED,
        "the goods came back as scrap",
        ("in the category", "SCRAP", _GOODS),
    ),
    _surprise(
        "wrong_content",
        Family.INSPECTION,
        Stage.SETTLED,
        "the parcel held other goods, or none",
        ("for the reason given", "WRONG_CONTENT", _GOODS),
    ),
    _surprise(
        "serial_mismatch",
        Family.INSPECTION,
        Stage.SETTLED,
        "the serial number is not the one that was sold",
        ("of all inspected", "OTHER_SERIAL", _GOODS),
    ),
    _surprise(
        "other_card",
        Family.TENDER,
        Stage.SETTLED,
        "the refund went to a card that the shopper had not paid with",
        ("of the payment method", "REFUND_TO_OTHER_CARD", _REFUND),
    ),
    _surprise(
        "refund_before_receipt",
        Family.POLICY,
        Stage.SETTLED,
        "the refund came before the parcel",
        ("of the return method", "REFUND_BEFORE_RECEIPT", _REFUND),
    ),
    _surprise(
        "fee_waived",
        Family.POLICY,
        Stage.SETTLED,
        "no restocking fee was kept",
        ("in the category for the reason given", "FEE_WAIVED", _REFUND),
    ),
    *_ledger(
        "loss_claim", Family.CLAIM, "a delivered parcel is said not to have arrived", ("LOSS_CLAIMS_REPEAT", _CLAIM)
    ),
    *_ledger("damage_claim", Family.CLAIM, "items are said to be missing or damaged", ("DAMAGE_CLAIMS_REPEAT", _CLAIM)),
    *_ledger(
        "late_request",
        Family.TIMING,
        "the window had closed",
        ("LATE_REQUESTS_REPEAT", "We are checking the dates of this return."),
    ),
    *_ledger("short_parcel", Family.LOGISTICS, "fewer units came than were said", ("SHORT_PARCELS_REPEAT", _PARCEL)),
    *_ledger(
        "no_dock_receipt",
        Family.LOGISTICS,
        "the dock has no receipt of the parcel",
        ("MISSING_RECEIPTS_REPEAT", _PARCEL),
    ),
    *_ledger("kept_goods", Family.POLICY, "the goods need not be sent back", ("KEPT_GOODS_REPEAT", _REFUND)),
    *_ledger("poor_grade", Family.WEAR, "the goods came back worn or damaged", ("WORN_GOODS_REPEAT", _GOODS)),
    *_ledger(
        "used_late", Family.WEAR, "goods kept for most of the window came back used", ("USED_GOODS_REPEAT", _GOODS)
    ),
    *_ledger("scrap", Family.WEAR, "the goods came back as scrap", ("SCRAP_REPEATS", _GOODS)),
    *_ledger(
        "wrong_content", Family.INSPECTION, "the parcel held other goods, or none", ("WRONG_CONTENT_REPEATS", _GOODS)
    ),
    *_ledger(
        "serial_mismatch",
        Family.INSPECTION,
        "the serial number is not the one that was sold",
        ("OTHER_SERIALS_REPEAT", _GOODS),
    ),
    *_ledger("other_card", Family.TENDER, "the refund went to a card not paid with", ("OTHER_CARDS_REPEAT", _REFUND)),
    *_ledger(
        "refund_before_receipt", Family.POLICY, "the refund came before the parcel", ("EARLY_REFUNDS_REPEAT", _REFUND)
    ),
    *_ledger(
        "credit_refund", Family.TENDER, "the refund is a gift card or store credit", ("CREDIT_REFUNDS_REPEAT", _REFUND)
    ),
    *_ledger(
        "new_card_credit",
        Family.TENDER,
        "a card new to the account paid, and the refund is a gift card or store credit",
        ("NEW_CARDS_TO_CREDIT", _REFUND),
    ),
    *_ledger(
        "rebuy",
        Family.TENDER,
        "the same goods were bought cheaper within 30 days",
        ("CHEAPER_REBUYS_REPEAT", "We are checking which purchase this item belongs to."),
    ),
    *_ledger("above_paid", Family.POLICY, "the refund is above the price paid", ("REFUNDS_ABOVE_PAID_REPEAT", _REFUND)),
    *_ledger(
        "no_purchase",
        Family.POLICY,
        "no purchase of the goods was found",
        ("NO_PURCHASE_REPEATS", "We could not find the purchase of an item, so we are checking it."),
    ),
)
