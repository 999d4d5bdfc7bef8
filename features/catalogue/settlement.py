"""How an RMA was settled, against the rules."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature, Stage

_PARCEL = "The parcel did not match what we expected, so we are checking it."
_REFUND = "We are checking how this return is refunded."
_ORDER = "We are checking this order's earlier returns and payments."

SETTLEMENT = (
    Feature(
        "refund_above_paid_ratio",
        Family.POLICY,
        "ratio",
        "The RMA's refund over the price paid, over lines all of whose units were matched; at least 1.05.",
        "no refund of a matched purchase",
        Direction.HIGH,
        "REFUND_ABOVE_PAID",
        "the refund was {value:.0%} of the price paid",
        Stage.SETTLED,
        _REFUND,
    ),
    Feature(
        "refunded_unreturned",
        Family.POLICY,
        "rate",
        "Share of the RMA's lines that were refunded, should have come by parcel, and have no receipt.",
        "no export had told of a receipt yet",
        Direction.HIGH,
        "REFUNDED_WITHOUT_GOODS",
        "{value:.0%} of the lines were refunded and no parcel was received",
        Stage.SETTLED,
        _PARCEL,
        ("route_trouble",),
    ),
    Feature(
        "refunded_cancelled_order",
        Family.DOUBLE_DIP,
        "rate",
        "Share of the RMA's lines that were refunded though their order was cancelled.",
        "no order's status is known",
        Direction.HIGH,
        "CANCELLED_ORDER_REFUNDED",
        "refunded though the order was cancelled",
        Stage.SETTLED,
        _ORDER,
    ),
    Feature(
        "refunded_days_past_window",
        Family.TIMING,
        "days",
        "Days past the return window (the warranty, for a defect) at the request of refunded lines, at most; 0 within "
        "it.",
        "nothing was refunded, or no window is known",
        Direction.HIGH,
        "REFUNDED_PAST_WINDOW",
        "refunded though requested {value:,.0f} days after the window closed",
        Stage.SETTLED,
        "We are checking the dates of this return.",
        ("gift_like",),
    ),
    Feature(
        "opened_unopened_only",
        Family.POLICY,
        "rate",
        "Share of the RMA's lines that came back opened though the product is only taken back unopened.",
        "neither is known",
        Direction.HIGH,
        "OPENED_AGAINST_RULES",
        "{value:.0%} of the lines came back opened against the product's rule",
        Stage.SETTLED,
        "The goods did not match what we expected, so we are checking them.",
    ),
)
