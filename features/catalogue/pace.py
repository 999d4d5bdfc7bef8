"""When requests come."""

from __future__ import annotations

from features.catalogue.model import NO_SHOPPER, Direction, Family, Feature

_LOOKED_AT = "We are taking a second look at when the return was requested."

PACE = (
    Feature(
        "burst_rmas_1d",
        Family.PACE,
        "RMAs",
        "Earlier RMAs of the shopper in the last 24 hours beyond two, which an evening's packing may bring.",
        NO_SHOPPER,
        Direction.HIGH,
        "RETURNS_IN_A_BURST",
        "{value:,.0f} RMAs more than two in the 24 hours before",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "regular_spacing",
        Family.PACE,
        "powers of ten",
        "How alike the spans between the shopper's last four visits are, this one included: the logarithm of their "
        "mean over their range and a hundredth of it; 2 where they are equal. Requests of one moment are one visit.",
        "the shopper is not known, has fewer than three earlier visits, or the request has no time of day",
        Direction.HIGH,
        "LIKE_CLOCKWORK",
        "the last four visits came at nearly equal intervals",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "same_clock_visits",
        Family.PACE,
        "visits",
        "Visits of the shopper more than a day earlier at the same minute and second of the hour.",
        "the shopper is not known, or the request came on a full minute",
        Direction.HIGH,
        "SAME_SECOND",
        "{value:,.0f} earlier visits came at the same minute and second",
        customer_text=_LOOKED_AT,
    ),
    Feature(
        "late_against_peers",
        Family.PACE,
        "standard deviations",
        "Logarithm of the days from delivery to the request less the usual for the category (for a claim, "
        "for such claims), up to the day before, over the shop's standard deviation; the largest over the "
        "lines.",
        "no delivery was known at the request, or too few were before",
        Direction.HIGH,
        "LATER_THAN_OTHERS",
        "requested later after delivery than others do ({value:,.1f} standard deviations)",
        customer_text=_LOOKED_AT,
        cleared_by=("late_explained",),
    ),
    Feature(
        "late_explained",
        Family.PACE,
        "0 or 1",
        "Whether a line gives back a gift, as its order or its reason says, or claims a defect within the product's "
        "warranty: gifts come back after the feast, and defects show with time.",
        "no order of the RMA says whether it is a gift, and no reason is given",
    ),
    Feature(
        "weekend_excess",
        Family.PACE,
        "standard deviations",
        "The shopper's RMAs, this one included, of goods that came from Wednesday to Friday and were asked back from "
        "Sunday to Tuesday of that week, less what the shop's share predicts, over its standard deviation (binomial, "
        "at least 1), as far as it is above 1; 0 where this RMA is none.",
        "no delivery was known at the request, the shopper is not known, or nobody asked for a return before",
        Direction.HIGH,
        "AROUND_WEEKENDS",
        "goods come for a weekend and go back after it more often than usual ({value:,.1f} standard deviations)",
        customer_text=_LOOKED_AT,
    ),
)
