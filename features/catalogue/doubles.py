"""What was paid, asked or said twice about one purchase."""

from __future__ import annotations

from features.catalogue.model import NO_SHOPPER, Direction, Family, Feature, Stage

_ORDER = "We are checking this order's earlier returns and payments."

DOUBLES = (
    Feature(
        "paid_twice_share",
        Family.DOUBLE_DIP,
        "ratio",
        "Refunds of a purchase on this and on other RMAs over the price paid for it, the most over the RMA's lines; 0 "
        "where no other RMA was refunded, or up to 1.05.",
        "no line was matched to a purchase",
        Direction.HIGH,
        "PAID_TWICE",
        "refunds of the same purchase add up to {value:.0%} of its price",
        Stage.SETTLED,
        _ORDER,
    ),
    Feature(
        "units_asked_twice",
        Family.DOUBLE_DIP,
        "units",
        "Units of a purchase asked back on this and on other RMAs (refused and cancelled ones left out) above those "
        "bought, the most over the RMA's lines; 0 where no other RMA asks.",
        "no line was matched to a purchase",
        Direction.HIGH,
        "ASKED_TWICE",
        "{value:,.0f} units more than were bought are asked back over several RMAs",
        customer_text=_ORDER,
    ),
    Feature(
        "refunded_after_refusal",
        Family.SEQUENCE,
        "0 or 1",
        "Whether the RMA was refunded after another RMA for the same purchase was refused.",
        "no line was matched to a purchase",
        Direction.HIGH,
        "REFUNDED_AFTER_REFUSAL",
        "refunded after an earlier request for the same purchase was refused",
        Stage.SETTLED,
        _ORDER,
    ),
    Feature(
        "lost_and_returned",
        Family.CLAIM,
        "0 or 1",
        "Whether goods of an order are said not to have arrived on one RMA and come back from the same order on "
        "another, for the same purchase or the whole order.",
        "no line was matched to a purchase",
        Direction.HIGH,
        "LOST_AND_RETURNED",
        "one order is said to have been lost and is returned",
        customer_text=_ORDER,
    ),
    Feature(
        "unit_replaced",
        Family.INSPECTION,
        "rate",
        "How much speaks for a unit that was repaired or exchanged, and so has another serial number than was sold or "
        "came back broken: 1 where another RMA of the purchase was an exchange or a warranty claim, 0.9 where the "
        "shopper had contacted support about a repair.",
        "never null",
    ),
    Feature(
        "charged_back",
        Family.DOUBLE_DIP,
        "0 or 1",
        "Whether a chargeback on an order of the RMA was opened.",
        "no chargeback was told of yet",
        Direction.HIGH,
        "CHARGED_BACK",
        "a chargeback on the order was opened",
        Stage.SETTLED,
        _ORDER,
    ),
    Feature(
        "refunded_and_charged_back",
        Family.DOUBLE_DIP,
        "0 or 1",
        "Whether the RMA was refunded and a chargeback on its order was opened.",
        "no chargeback was told of yet",
        Direction.HIGH,
        "REFUNDED_AND_CHARGED_BACK",
        "refunded, and the payment was charged back",
        Stage.SETTLED,
        _ORDER,
    ),
    Feature(
        "chargebacks_before",
        Family.CLAIM,
        "chargebacks",
        "Chargebacks on other orders of the shopper, opened before.",
        f"{NO_SHOPPER}, or no chargeback was told of yet",
        Direction.HIGH,
        "CHARGEBACKS_BEFORE",
        "{value:,.0f} earlier chargebacks on the shopper's orders",
        customer_text=_ORDER,
        is_of_others=True,
    ),
)
