"""When an RMA was requested."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature

TIMING = (
    Feature(
        "hours_since_order",
        Family.TIMING,
        "hours",
        "Hours from the order to the request, the shortest over the RMA's matched lines.",
        "no line was matched to an order",
    ),
    Feature(
        "days_since_delivery",
        Family.TIMING,
        "days",
        "Days from delivery to the request, the longest over the RMA's matched lines delivered by then.",
        "no delivery is known at the request",
    ),
    Feature(
        "window_used_share",
        Family.TIMING,
        "ratio",
        "Days from delivery (from the order, where no delivery is known) to the request over the product's return "
        "window (the warranty, for a warranty claim), at most 1, the largest over the RMA's lines.",
        "no matched line of a product with a known window of at least a day",
        Direction.HIGH,
        "LATE_IN_WINDOW",
        "requested at {value:.0%} of the return window; typical is {typical:.0%}",
    ),
    Feature(
        "days_past_window",
        Family.TIMING,
        "days",
        "Days by which the request missed the product's return window (the warranty, for a warranty claim), counted "
        "as in window_used_share, 0 within it, the largest over the RMA's lines.",
        "no matched line of a product with a known window",
        Direction.HIGH,
        "PAST_WINDOW",
        "requested {value:,.0f} days after the return window closed",
    ),
)
