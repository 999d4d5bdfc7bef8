"""How much the RMA asks for, by itself and against what the shopper spent.

What belongs here: amounts and units of this RMA. What does not: earlier returns in windows (``shopper``).
"""

from __future__ import annotations

import polars as pl

from features.rates import GlobalTables, population_counts
from features.windows import MONEY_UNITS, in_currency, money_units

PROVEN_LINES = 5
"""Order lines at the shop's usual price after which a shopper's own share of spend counts for half."""


def add_value(requests: pl.DataFrame, own_lines: pl.DataFrame, tables: GlobalTables) -> pl.DataFrame:
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
    joined = requests.join(facts, on="rma_id", how="left", maintain_order="left")
    return (
        joined.with_columns(_usual_spend(joined, tables))
        .with_columns(
            rma_share_of_spend=pl.col("rma_amount") / spend,
            returned_share_of_spend=(returned + pl.col("_share") * pl.col("_usual")) / (spend + pl.col("_usual")),
        )
        .drop("_share", "_usual")
    )


def _usual_spend(requests: pl.DataFrame, tables: GlobalTables) -> list[pl.Series]:
    """Return the shop's returned share of spend up to the day before, and what ``PROVEN_LINES`` usually cost."""
    lines, asked, spent = pl.col("bought"), pl.col("asked"), pl.col("spent")
    is_told = (lines > 0) & (spent > 0)
    return (
        population_counts(requests, tables)
        .select(
            _share=pl.when(is_told).then((asked / spent).clip(0, 1)).otherwise(0.0),
            _usual=pl.when(is_told).then(spent / lines * PROVEN_LINES / MONEY_UNITS).otherwise(0.0),
        )
        .get_columns()
    )
