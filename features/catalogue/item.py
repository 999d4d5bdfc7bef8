"""How often what comes back is returned by everybody."""

from __future__ import annotations

from features.catalogue.model import Family, Feature

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
