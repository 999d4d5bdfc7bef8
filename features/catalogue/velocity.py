"""How fast the shopper's RMAs follow each other."""

from __future__ import annotations

from features.catalogue.model import NO_SHOPPER, Direction, Family, Feature

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
        cleared_by=("gift_like",),
    ),
)
