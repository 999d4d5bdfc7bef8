"""How often what the RMA brings back is returned by everybody.

What belongs here: rates of the RMA's items and categories. What does not: how they are counted (``expectation``).
"""

from __future__ import annotations

import polars as pl

from features.expectation import Baselines, with_rates
from features.params import FeatureParams
from features.windows import CHANCE_UNITS, chance_units


def add_item(requests: pl.DataFrame, own_lines: pl.DataFrame, known: Baselines, params: FeatureParams) -> pl.DataFrame:
    """Add the features of the family ``item``; ``own_lines`` are the RMAs' lines at the request, described."""
    rated = with_rates(own_lines, known, params)
    # Summed in whole numbers, so that the lines' order cannot show in the last digits.
    rates = [
        (chance_units(pl.col(rate)).sum() / pl.len() / CHANCE_UNITS).alias(name)
        for rate, name in (("item_rate", "item_return_rate"), ("category_rate", "category_return_rate"))
    ]
    return requests.join(rated.group_by("rma_id").agg(rates), on="rma_id", how="left", maintain_order="left")
