"""Where the RMA does not fit the shop's rules: no purchase, final sales, refunds above the price.

What belongs here: what the policy or the books do not allow. What does not: lateness (``timing``).
"""

from __future__ import annotations

import polars as pl

from features.rates import GlobalTables
from features.shopper import History

LEAST_RATIO = 1.05
"""Refunds of up to so many times the price paid tell nothing: rounding, price changes, postage."""


def add_policy(requests: pl.DataFrame, own_lines: pl.DataFrame, past: History, tables: GlobalTables) -> pl.DataFrame:
    """Add the features of the family ``policy``.

    ``own_lines`` are the RMAs' lines at the request, with ``is_matched``, and ``is_restricted``: whether an
    ordinary return of a final-sale product is asked (null where no product says what a final sale is).
    """
    found = pl.when("is_matched").then(pl.min_horizontal("matched_quantity", "quantity")).otherwise(0)
    facts = own_lines.group_by("rma_id").agg(
        unmatched_unit_share=1 - found.sum() / pl.col("quantity").sum(),
        restricted_line_share=pl.col("is_restricted").mean(),
    )
    paid = past.refunds.total("paid")
    ratio = (past.refunds.total("refund_of_paid") / paid.set(paid == 0, None)).clip(lower_bound=LEAST_RATIO)
    return (
        requests.join(facts, on="rma_id", how="left", maintain_order="left")
        .with_columns(ratio.alias("refund_to_paid_ratio"))
        .with_columns(pl.when(_has_orders(tables)).then("unmatched_unit_share").alias("unmatched_unit_share"))
    )


def _has_orders(tables: GlobalTables) -> pl.Expr:
    """Return whether the exports hold any order line up to the request."""
    return pl.col("requested_at") >= pl.lit(tables.first_order_at, dtype=pl.Datetime("us"))


def is_restricted(products: pl.DataFrame) -> pl.Expr:
    """Return whether an RMA line (joined with its product) asks an ordinary return of a final sale.

    Null everywhere where no product at all says whether it is one; a product that does not say so is not one.
    """
    if products["final_sale"].is_null().all():
        return pl.lit(None, dtype=pl.Boolean)
    is_ordinary = pl.col("claim_type").fill_null("return") == "return"
    return is_ordinary & pl.col("final_sale").fill_null(value=False)
