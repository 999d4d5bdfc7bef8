"""Returns against what the basket predicts."""

from __future__ import annotations

from features.catalogue.model import NO_SHOPPER, Direction, Family, Feature

EXCESS = (
    *(
        Feature(
            f"expected_lines_returned_{key}",
            Family.EXCESS,
            "RMA lines",
            f"Lines that shoppers with the same basket return: the sum, over the order lines bought in the last {key} "
            "(the windows' names), of the return rate of such goods as it was known the day before the purchase (SKU "
            "within style, price band, category and shop; at least that of lines in several sizes, for such lines), "
            "times the share of returns that come within the line's age (all of it for "
            "the orders that this RMA returns from: they are decided).",
            NO_SHOPPER,
        )
        for key in ("90d", "365d")
    ),
    Feature(
        "excess_lines_returned_90d",
        Family.EXCESS,
        "standard deviations",
        "Lines returned in the last 90 days, this RMA's included, less what the basket predicts, over the standard "
        "deviation of that prediction among shoppers who differ (beta-binomial, at least 1).",
        NO_SHOPPER,
        Direction.HIGH,
        "RETURNS_ABOVE_BASKET",
        "returned {lines_returned_with_this_90d:,.0f} lines in 90 days against {lines_bought_90d:,.0f} bought; "
        "shoppers with similar baskets return {expected_lines_returned_90d:,.1f}",
        cleared_by=("profitable_share",),
    ),
    Feature(
        "excess_lines_returned_365d",
        Family.EXCESS,
        "standard deviations",
        "Lines returned in the last 365 days, this RMA's included, less what the basket predicts, over the standard "
        "deviation of that prediction among shoppers who differ (beta-binomial, at least 1).",
        NO_SHOPPER,
        Direction.HIGH,
        "RETURNS_ABOVE_BASKET_YEAR",
        "returned {lines_returned_with_this_365d:,.0f} lines in a year against {lines_bought_365d:,.0f} bought; "
        "shoppers with similar baskets return {expected_lines_returned_365d:,.1f}",
        cleared_by=("profitable_share",),
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
    Feature(
        "expected_amount_returned_365d",
        Family.EXCESS,
        "reporting currency",
        "Value that shoppers with the same basket return: as expected_lines_returned_365d, every line with its price.",
        NO_SHOPPER,
    ),
    Feature(
        "excess_amount_returned_365d",
        Family.EXCESS,
        "standard deviations",
        "Value asked back in the last 365 days, this RMA's included, less what the basket predicts, over the standard "
        "deviation of that prediction (at least the price of the shopper's usual line).",
        "the shopper is not known, or has spent nothing, or no line has a price",
        Direction.HIGH,
        "VALUE_ABOVE_BASKET",
        "asks back {rma_amount:,.2f}, and {returned_amount_365d:,.2f} in the year before; shoppers with similar "
        "baskets return {expected_amount_returned_365d:,.2f}",
        customer_text="We are checking the number of recent returns on this account.",
        cleared_by=("profitable_share",),
    ),
)
