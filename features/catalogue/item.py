"""How often what comes back is returned by everybody."""

from __future__ import annotations

from features.catalogue.model import Family, Feature

ITEM = (
    Feature(
        "item_return_rate",
        Family.ITEM,
        "rate",
        "Return rate of the RMA's goods up to the day before (SKU within style, price band and category, shrunken; of "
        "purchases that had the time to come back), mean over the lines.",
        "never null",
    ),
    Feature(
        "category_return_rate",
        Family.ITEM,
        "rate",
        "Return rate of the RMA's categories up to the day before, shrunken towards the population's, mean over lines.",
        "never null",
    ),
    Feature(
        "reason_unlike_peers",
        Family.ITEM,
        "ratio",
        "The reason's share among all shoppers' returns over its share for the same item by other shoppers (SKU within "
        "style within category, shrunken), up to the day before, the line where it is highest.",
        "the RMA gives no reason, or nobody gave it before",
    ),
    Feature(
        "reason_shared",
        Family.ITEM,
        "share",
        "Of the other shoppers who gave the same reason for the same SKU, style or lot (supplier and month of "
        "delivery) in the last 60 days, the part beyond what is usual: a cause in the goods. 0 for fewer than two.",
        "the RMA gives no reason",
    ),
    Feature(
        "bad_lot",
        Family.ITEM,
        "share",
        "As reason_shared, where the reason says that something is wrong with the goods; else 0.",
        "the RMA gives no reason",
    ),
)
