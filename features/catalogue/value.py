"""How much an RMA asks back."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature

VALUE = (
    Feature(
        "rma_amount",
        Family.VALUE,
        "reporting currency",
        "Value that this RMA asks back: the price paid for its units, or the list price where no purchase was found.",
        "no line has a price",
        Direction.HIGH,
        "HIGH_VALUE",
        "returns goods worth {value:,.2f}; a typical RMA {typical:,.2f}",
    ),
    Feature(
        "rma_units",
        Family.VALUE,
        "units",
        "Units that this RMA asks to return.",
        "never null",
        Direction.HIGH,
        "MANY_UNITS",
        "returns {value:,.0f} units at once; a typical RMA returns {typical:,.0f}",
        cleared_by=("usual_units",),
    ),
    Feature(
        "rma_lines",
        Family.VALUE,
        "RMA lines",
        "Lines of this RMA at the request.",
        "never null",
    ),
    Feature(
        "rma_share_of_spend",
        Family.VALUE,
        "ratio",
        "Value that this RMA asks back over all that the shopper has spent before it.",
        "the shopper is not known, or has spent nothing, or no line has a price",
    ),
    Feature(
        "returned_share_of_spend",
        Family.VALUE,
        "ratio",
        "Value asked back in all RMAs of the shopper, this one included, over all that the shopper has spent before, "
        "shrunken towards the shop's share so far by five order lines at its usual price.",
        "the shopper is not known, or has spent nothing, or no line has a price",
        Direction.HIGH,
        "LITTLE_KEPT",
        "with this RMA {value:.0%} of all purchases by value came back, small numbers allowed for; typical is "
        "{typical:.0%}",
    ),
)
