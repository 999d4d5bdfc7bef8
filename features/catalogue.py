"""Every feature: what it is, its unit, what null means, which direction is suspicious, how to say it.

A feature describes one RMA at one stage, with nothing that was not known by then. Directions:
``HIGH`` and ``LOW`` features are evidence for the detector, in that direction only; ``CONTEXT``
features explain, they never raise a score by themselves. A reason's text is a template over the
RMA's own features, with ``{value}`` for this one and ``{typical}`` for what is usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

WINDOWS_DAYS = {"30d": 30, "90d": 90, "365d": 365, "ever": None}
"""Look-back windows: from (and including) that many days before the request up to just before it."""


class Family(StrEnum):
    """Features of one family tell of the same thing; the detector counts a family's evidence once."""

    SHOPPER = "shopper"
    EXCESS = "excess"
    VALUE = "value"
    TIMING = "timing"
    POLICY = "policy"
    ITEM = "item"
    REASON = "reason"
    CLAIM = "claim"
    VELOCITY = "velocity"


class Direction(StrEnum):
    """Which end of a feature is suspicious."""

    HIGH = "high"
    LOW = "low"
    CONTEXT = "context"


class Strength(Enum):
    """How much a rare value says of abuse: a hint (many honest ways to it), a sign, or a fact (hardly any).

    The value is what the feature's evidence is multiplied by.
    """

    HINT = 0.6
    SIGN = 1.0
    FACT = 1.5


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its meaning for people, its direction for the detector, its words for a reason.

    ``reason_text`` is for the analyst, ``customer_text`` for the shopper (neutral, without figures of others;
    null: the general sentence). ``cleared_by`` names features from 0 (clears nothing) to 1 (explains it wholly)
    that take away the evidence of this one. A flagged RMA whose value is at least ``hold_from`` is held, where
    that is rare; null: the feature never holds anything. ``archetype`` is the kind of abuse that the feature's
    reason suggests when it is the strongest; null: what its family suggests (``models.reasons``).
    """

    name: str
    family: Family
    unit: str
    definition: str
    null_means: str
    direction: Direction = Direction.CONTEXT
    reason_code: str | None = None
    reason_text: str | None = None
    customer_text: str | None = None
    cleared_by: tuple[str, ...] = ()
    strength: Strength = Strength.SIGN
    hold_from: float | None = None
    archetype: str | None = None


NO_SHOPPER = "the shopper is not known (anonymous return)"


def _windowed(prefix: str, unit: str, definition: str) -> tuple[Feature, ...]:
    """Return one context feature of the shopper a look-back window; ``{window}`` is put into words."""
    words = {"30d": "in the last 30 days", "90d": "in the last 90 days", "365d": "in the last 365 days", "ever": "ever"}
    return tuple(
        Feature(f"{prefix}_{key}", Family.SHOPPER, unit, definition.format(window=words[key]), NO_SHOPPER)
        for key in WINDOWS_DAYS
    )


SHOPPER = (
    *_windowed("orders", "orders", "Orders that the shopper placed {window}, before this request."),
    *_windowed("spend", "reporting currency", "Price paid for goods in the orders of the shopper {window}."),
    *_windowed("lines_bought", "order lines", "Order lines that the shopper bought {window}."),
    *_windowed("lines_returned", "RMA lines", "Lines of the shopper's earlier RMAs, requested {window}."),
    *_windowed("returned_amount", "reporting currency", "Value asked back in the shopper's earlier RMAs {window}."),
    *_windowed("refunded_amount", "reporting currency", "Refunds paid to the shopper {window}, before this request."),
    Feature(
        "days_since_first_order",
        Family.SHOPPER,
        "days",
        "Days from the shopper's first order to this request.",
        "the shopper is not known, or has no earlier order",
    ),
    Feature(
        "return_rate_365d",
        Family.SHOPPER,
        "rate",
        "Earlier returned lines over bought lines in the last 365 days, shrunken towards the population's rate so "
        "far (empirical Bayes, beta-binomial, moments of all shoppers up to the day before).",
        NO_SHOPPER,
    ),
    Feature(
        "return_rate_ever",
        Family.SHOPPER,
        "rate",
        "Earlier returned lines over bought lines, shrunken towards the population's rate so far (empirical Bayes).",
        NO_SHOPPER,
    ),
)

EXCESS = (
    *(
        Feature(
            f"expected_lines_returned_{key}",
            Family.EXCESS,
            "RMA lines",
            f"Lines that shoppers with the same basket return: the sum, over the order lines bought in the last {key} "
            "(the windows' names), of the return rate of the item as it was known the day before the purchase.",
            NO_SHOPPER,
        )
        for key in ("90d", "365d")
    ),
    Feature(
        "excess_lines_returned_90d",
        Family.EXCESS,
        "standard deviations",
        "Lines returned in the last 90 days, this RMA's included, less what the basket predicts, over the standard "
        "deviation of that prediction (Poisson-binomial, at least 1).",
        NO_SHOPPER,
        Direction.HIGH,
        "RETURNS_ABOVE_BASKET",
        "returned {lines_returned_with_this_90d:,.0f} lines in 90 days against {lines_bought_90d:,.0f} bought; "
        "shoppers with similar baskets return {expected_lines_returned_90d:,.1f}",
    ),
    Feature(
        "excess_lines_returned_365d",
        Family.EXCESS,
        "standard deviations",
        "Lines returned in the last 365 days, this RMA's included, less what the basket predicts, over the standard "
        "deviation of that prediction (Poisson-binomial, at least 1).",
        NO_SHOPPER,
        Direction.HIGH,
        "RETURNS_ABOVE_BASKET_YEAR",
        "returned {lines_returned_with_this_365d:,.0f} lines in a year against {lines_bought_365d:,.0f} bought; "
        "shoppers with similar baskets return {expected_lines_returned_365d:,.1f}",
    ),
    *(
        Feature(
            f"lines_returned_with_this_{key}",
            Family.EXCESS,
            "RMA lines",
            f"Lines returned in the last {key} (the windows' names), this RMA's own lines included.",
            NO_SHOPPER,
        )
        for key in ("90d", "365d")
    ),
)

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
        Direction.HIGH,
        "MOST_OF_SPEND",
        "asks back {value:.0%} of all the shopper ever spent; a typical RMA asks {typical:.0%}",
    ),
    Feature(
        "returned_share_of_spend",
        Family.VALUE,
        "ratio",
        "Value asked back in all RMAs of the shopper, this one included, over all that the shopper has spent before.",
        "the shopper is not known, or has spent nothing, or no line has a price",
        Direction.HIGH,
        "LITTLE_KEPT",
        "with this RMA {value:.0%} of all purchases by value came back; typical is {typical:.0%}",
    ),
)

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

ITEM = (
    Feature(
        "item_return_rate",
        Family.ITEM,
        "rate",
        "Return rate of the RMA's items up to the day before, shrunken towards their category's, mean over the lines.",
        "never null",
    ),
    Feature(
        "category_return_rate",
        Family.ITEM,
        "rate",
        "Return rate of the RMA's categories up to the day before, shrunken towards the population's, mean over lines.",
        "never null",
    ),
)

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
    ),
)

VELOCITY = (
    Feature(
        "rmas_7d",
        Family.VELOCITY,
        "RMAs",
        "Earlier RMAs of the shopper in the last 7 days.",
        NO_SHOPPER,
    ),
    Feature(
        "rmas_30d",
        Family.VELOCITY,
        "RMAs",
        "Earlier RMAs of the shopper in the last 30 days.",
        NO_SHOPPER,
    ),
    Feature(
        "days_since_last_rma",
        Family.VELOCITY,
        "days",
        "Days from the shopper's previous RMA to this request.",
        "the shopper is not known, or this is the first RMA",
    ),
    Feature(
        "rma_acceleration",
        Family.VELOCITY,
        "ratio",
        "RMAs of the last 30 days, this one included, over what the shopper's own rate in the 335 days before "
        "(those from the first order on) predicts (half an RMA added to both).",
        "the shopper is not known, or has no order older than 90 days: less is no pace",
        Direction.HIGH,
        "RETURNS_SPEED_UP",
        "RMAs come {value:,.1f} times as fast in the last 30 days as the shopper's pace before predicts",
    ),
)

FEATURES: tuple[Feature, ...] = (*SHOPPER, *EXCESS, *VALUE, *TIMING, *POLICY, *ITEM, *REASON, *VELOCITY)
