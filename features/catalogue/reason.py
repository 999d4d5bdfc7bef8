"""What the shopper says, and claims about the parcel."""

from __future__ import annotations

from features.catalogue.model import Direction, Family, Feature

REASON = (
    Feature(
        "same_reason_lines_ever",
        Family.REASON,
        "RMA lines",
        "Lines of the shopper's earlier RMAs that gave a reason that this RMA gives again.",
        "the shopper is not known, or this RMA gives no reason",
    ),
    Feature(
        "same_reason_excess",
        Family.REASON,
        "standard deviations",
        "Earlier lines of the shopper with a reason that this RMA gives again, less what that reason's share among "
        "all RMA lines so far predicts, over its standard deviation (binomial, at least 1).",
        "the shopper is not known, this RMA gives no reason, or nobody gave one before",
        Direction.HIGH,
        "SAME_REASON_AGAIN",
        "{same_reason_lines_ever:,.0f} of {lines_returned_ever:,.0f} earlier lines gave one of this RMA's reasons",
        cleared_by=("reason_shared", "gift_like"),
    ),
    Feature(
        "distinct_reasons_ever",
        Family.REASON,
        "reasons",
        "Distinct reasons that the shopper's earlier RMAs gave.",
        "the shopper is not known",
    ),
    Feature(
        "claim_lines_ever",
        Family.CLAIM,
        "RMA lines",
        "Lines of the shopper's earlier RMAs that claimed an item not received, missing or damaged in transit.",
        "the shopper is not known, or no export says what an RMA claims",
    ),
    Feature(
        "claim_excess",
        Family.CLAIM,
        "standard deviations",
        "Claims of items not received, missing or damaged in transit by the shopper, this RMA's included, less what "
        "the population's claims per bought line so far predict, over its standard deviation (Poisson, at least 1); "
        "0 where this RMA is no such claim.",
        "the shopper is not known, or no export says what an RMA claims",
        Direction.HIGH,
        "REPEATED_CLAIMS",
        "claims non-receipt, missing items or transit damage; earlier lines with such a claim: {claim_lines_ever:,.0f}",
        cleared_by=("route_trouble",),
    ),
)
