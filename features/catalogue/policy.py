"""Where an RMA does not fit the shop's rules."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature

POLICY = (
    Feature(
        "unmatched_unit_share",
        Family.POLICY,
        "rate",
        "Share of the RMA's units for which no purchase was found.",
        "the exports hold no order lines up to this request",
        Direction.HIGH,
        "NO_PURCHASE_FOUND",
        "no purchase found for {value:.0%} of the units",
        hold_from=1.0,
    ),
    Feature(
        "restricted_line_share",
        Family.POLICY,
        "rate",
        "Share of the RMA's lines that ask an ordinary return of a final-sale product.",
        "no product says whether it is a final sale",
        Direction.HIGH,
        "FINAL_SALE",
        "{value:.0%} of the lines were sold as final",
    ),
    Feature(
        "refund_to_paid_ratio",
        Family.POLICY,
        "ratio",
        "Refunds paid to the shopper before this request over the price paid for the units that they were for; RMA "
        "lines with units of unknown purchase are left out. At least 1.05: a few per cent more are rounding.",
        "the shopper is not known, or has no earlier refund of a matched purchase",
        Direction.HIGH,
        "REFUNDS_ABOVE_PAID",
        "earlier refunds were {value:.0%} of the price paid",
        hold_from=1.1,
    ),
)
