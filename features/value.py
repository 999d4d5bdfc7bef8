"""How much the RMA asks for, by itself and against what the shopper spent.

What belongs here: amounts and units of this RMA. What does not: earlier returns in windows (``shopper``).
"""

from __future__ import annotations

import polars as pl

from features.windows import in_currency, money_units


def add_value(requests: pl.DataFrame, own_lines: pl.DataFrame) -> pl.DataFrame:
    """Add the features of the family ``value``; needs ``spend_ever`` and ``returned_amount_ever`` of each RMA.

    ``own_lines`` are the RMAs' lines at the request. A line without a price adds nothing to the amount.
    """
    amount = money_units("requested_amount")
    facts = own_lines.group_by("rma_id").agg(
        rma_amount=pl.when(amount.is_not_null().any()).then(amount.sum()),
        rma_units=pl.col("quantity").sum().cast(pl.Float64),
        rma_lines=pl.len().cast(pl.Float64),
    )
    spend = pl.when(pl.col("spend_ever") > 0).then("spend_ever")
    returned = pl.col("returned_amount_ever") + pl.col("rma_amount")
    facts = facts.with_columns(in_currency(facts["rma_amount"]))
    return requests.join(facts, on="rma_id", how="left", maintain_order="left").with_columns(
        rma_share_of_spend=pl.col("rma_amount") / spend,
        returned_share_of_spend=returned / spend,
    )
