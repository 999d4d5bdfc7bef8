"""Honest occasions of a return: they clear, and are never suspicious."""

from __future__ import annotations

from features.catalogue.model import NO_SHOPPER, Family, Feature

OCCASION = (
    Feature(
        "gift_like",
        Family.OCCASION,
        "share",
        "1 where the order was marked as a gift, or was placed before Christmas and comes back until the end of "
        "January for credit, for an exchange or as an unwanted gift; a half for the season alone; else 0.",
        "never null",
    ),
    Feature(
        "bracket_share",
        Family.OCCASION,
        "share",
        "Part of the RMA's lines whose order holds another size of the same style that does not come back with it.",
        "no purchase tells the style",
    ),
    Feature(
        "profitable_share",
        Family.OCCASION,
        "share",
        "Margin on what the shopper bought, less the margin and a handling share of what came back, over the margin on "
        "all; times n / (n + 5) after n orders.",
        NO_SHOPPER + ", or has spent nothing",
    ),
    Feature(
        "usual_units",
        Family.OCCASION,
        "share",
        "Units of the shopper's mean order before the request, those left out that the RMA returns from, over the "
        "units of the RMA, at most 1; times n / (n + 1) after n such orders.",
        NO_SHOPPER,
    ),
)
