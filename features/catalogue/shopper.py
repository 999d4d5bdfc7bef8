"""The shopper's own past."""

from __future__ import annotations

from features.catalogue.model import NO_SHOPPER, WINDOWS_DAYS, Family, Feature


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
