"""Parcels: their weight, way, units and number; trouble of their routes."""

from __future__ import annotations

from features.catalogue.model import NO_SHOPPER, Direction, Family, Feature, Stage

_PARCEL = "The parcel did not match what we expected, so we are checking it."

LOGISTICS = (
    Feature(
        "parcel_weight_deficit",
        Family.LOGISTICS,
        "standard deviations",
        "By how much the scanned weight falls short of what the RMA's goods weigh, against parcels of goods of about "
        "the same weight so far (logarithm, sum over tracking numbers); 0 up to 2.",
        "no weight was scanned, a product's weight is not known, or fewer than 30 parcels were weighed so far",
        Direction.HIGH,
        "LIGHT_PARCEL",
        "the parcel was lighter than its goods by {value:.1f} standard deviations; typical is {typical:.1f}",
        Stage.RECEIVED,
        "The weight of the parcel did not match what we expected, so we are checking its contents.",
    ),
    Feature(
        "parcel_weight_surplus",
        Family.LOGISTICS,
        "standard deviations",
        "By how much the scanned weight exceeds what the RMA's goods weigh, as in parcel_weight_deficit; 0 up to 2.",
        "as for parcel_weight_deficit",
        Direction.HIGH,
        "HEAVY_PARCEL",
        "the parcel was heavier than its goods by {value:.1f} standard deviations; typical is {typical:.1f}",
        Stage.RECEIVED,
        "The weight of the parcel did not match what we expected, so we are checking its contents.",
    ),
    Feature(
        "light_parcel_ledger",
        Family.LOGISTICS,
        "powers of ten",
        "How unlikely so many of the shopper's parcels are that were lighter by 3 standard deviations, this one "
        "included: -log10 of a bound of the tail; 0 where not both this RMA's parcel and another one's was.",
        f"{NO_SHOPPER}, or no parcel was weighed yet",
        Direction.HIGH,
        "LIGHT_PARCELS_REPEAT",
        "the shopper's parcels are light again; chance would bring so many to {value:one} shoppers",
        customer_text="The weight of the parcel did not match what we expected, so we are checking its contents.",
    ),
    Feature(
        "light_parcel_before",
        Family.LOGISTICS,
        "powers of ten",
        "How unlikely so many of the shopper's other parcels are that were lighter by 3 standard deviations: -log10 of "
        "a bound of the tail; 0 where this RMA's parcel is light, too, or no other one's was.",
        f"{NO_SHOPPER}, or no parcel was weighed yet",
        Direction.HIGH,
        "LIGHT_PARCELS_BEFORE",
        "other parcels of the shopper were light; chance would bring so many to {value:one} shoppers",
        customer_text="The weight of the parcel did not match what we expected, so we are checking its contents.",
        is_of_others=True,
    ),
    Feature(
        "transit_excess",
        Family.LOGISTICS,
        "standard deviations",
        "By how much longer the parcel took from shipment to receipt than the carrier's parcels so far (logarithm of "
        "days); 0 up to 2.",
        "shipment or receipt is not known, or too few were so far",
        Direction.HIGH,
        "LONG_TRANSIT",
        "the parcel was under way longer than usual by {value:.1f} standard deviations",
        Stage.RECEIVED,
        _PARCEL,
        ("route_trouble",),
    ),
    Feature(
        "destination_surprise",
        Family.LOGISTICS,
        "powers of ten",
        "How seldom parcels of the last 90 days went to the postcode that the tracking number names: -log10 of their "
        "share; 0 where one in ten did.",
        "no destination is known, or fewer than 30 parcels' are",
        Direction.HIGH,
        "OTHER_DESTINATION",
        "the parcel went where {value:one} returns goes",
        Stage.RECEIVED,
        _PARCEL,
    ),
    Feature(
        "tracking_reused",
        Family.LOGISTICS,
        "0 or 1",
        "Whether the tracking number was on another RMA's parcel before: another shopper's, or one that was asked for "
        "more than 3 days earlier. A number on more than 50 RMAs is a placeholder.",
        "no tracking number is known",
        Direction.HIGH,
        "TRACKING_NUMBER_AGAIN",
        "the tracking number was on an earlier return",
        Stage.RECEIVED,
        _PARCEL,
    ),
    Feature(
        "missing_unit_share",
        Family.LOGISTICS,
        "rate",
        "Share of the units said to be sent back that the dock did not count; 0 up to 5 %: of many units some are "
        "miscounted.",
        "the dock counted no line",
        Direction.HIGH,
        "UNITS_MISSING",
        "{value:.0%} of the units did not arrive; typical is {typical:.0%}",
        Stage.RECEIVED,
        "The parcel did not hold all items, so we are checking it.",
    ),
    Feature(
        "route_trouble",
        Family.LOGISTICS,
        "rate",
        "Share of the claims of loss and damage (where the order went: first 2 letters of the postcode) or of missing "
        "dock receipts (who carried the parcel) that the route explains: 1 less the shop's rate over the route's in "
        "the last 90 days, other shoppers only. The larger of both.",
        "neither area nor carrier is known, or nothing was claimed so far",
    ),
    Feature(
        "contacted_before",
        Family.LOGISTICS,
        "0 or 1",
        "Whether the shopper had contacted support about an order of the RMA before the request.",
        "never null",
    ),
    Feature(
        "delivery_trouble",
        Family.LOGISTICS,
        "rate",
        "How much speaks for an honest claim about the delivery: route_trouble, half of the rest where the shopper had "
        "contacted support before, and half of what is left where the order went to a place that the shopper was "
        "billed at before, and is billed elsewhere: a parcel to an old address.",
        "never null",
    ),
)
