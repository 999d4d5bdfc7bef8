"""Bought again for less, again and again: the shopper's ledger of returns that paid for the same thing cheaper.

What belongs here: when each RMA's goods were bought again cheaper, and how often that happened to the shopper. What
does not: by how much cheaper it was this time (``tender``).

The cheaper purchase mostly follows the refund: it moves the moment as of which a settled RMA is told (``stages``), and
of the shopper's earlier RMAs it is known at every stage. Once prices fall, everybody may do it; a shopper whose returns
end so time after time has found a way to buy.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import polars as pl

from features.learning import Gathered, Learner, Part
from features.ledger import SignRates, daily_signs, ledger_excess, rates_of
from features.params import FeatureParams
from features.shop import Shop
from features.stages import Cases
from features.tender import LEAST_GAP, REBUY_DAYS

_KEY = ["rma_id", "stage"]


def _gather(part: Part) -> Gathered:
    """Return how often returned goods were bought again cheaper, by day."""
    return {"rebuys": daily_signs(_events(rebuys_of(part)))}


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:
    """Learn how often returned goods are bought again cheaper."""
    return partial(_tell_rebuys, rates=rates_of(gathered["rebuys"], (), params))


LEARNER = Learner(_gather, _learn)


def _tell_rebuys(cases: Cases, rates: SignRates) -> pl.DataFrame:
    """Return the ledger of cheaper purchases of each RMA's shopper."""
    past = rebuys(cases.part)
    told = cases.rows.join(past.drop("customer_id", "requested_at"), on="rma_id", maintain_order="left")
    is_over = pl.col("stage_at") >= pl.col("requested_at") + timedelta(days=REBUY_DAYS)
    is_known = (pl.col("rebought_at") <= pl.col("stage_at")).fill_null(value=False)
    own = told.select(*_KEY, "day", sign=pl.when(is_known).then(True).when(is_over).then(False))  # noqa: FBT003
    ledger = ledger_excess(cases.rows, own, _events(past), rates)
    return cases.rows.select(*_KEY, rebuy_ledger=ledger["again"], rebuy_before=ledger["before"])


def _events(bought: pl.DataFrame) -> pl.DataFrame:
    """Return each RMA as an event: known when the goods were bought cheaper, else when the time for it had passed."""
    known_at = pl.max_horizontal("rebought_at", "requested_at")
    return bought.select(
        *("rma_id", "customer_id"),
        known_at=pl.coalesce(
            pl.when(pl.col("rebought_at").is_not_null()).then(known_at),
            pl.col("requested_at") + timedelta(days=REBUY_DAYS),
        ),
        sign=pl.col("rebought_at").is_not_null(),
    )


def rebuys_of(part: Part) -> pl.DataFrame:
    """Return ``rebuys`` of the RMAs at home in a part."""
    return rebuys(replace(part.around, rma_lines=part.home.rma_lines))


def rebuys(shop: Shop) -> pl.DataFrame:
    """Return each RMA of goods with a price, and when the shopper first bought them cheaper about then (null: never).

    What the shopper had bought in two other orders by then is bought all the time.
    """
    price = pl.col("paid_amount").cast(pl.Float64) / pl.col("matched_quantity")
    given = shop.rma_lines.filter("is_own", "is_matched", pl.col("paid_amount") > 0)
    given = given.filter(pl.col("claim_type").fill_null("return") == "return").select(
        *("rma_id", "sku", "order_id", "requested_at"), customer_id="rma_customer_id", price=price
    )
    unit = pl.col("line_amount").cast(pl.Float64) / pl.col("quantity")
    bought = shop.order_lines.filter(pl.col("quantity") > 0).select(
        "customer_id", "sku", other_order="order_id", other_at="ordered_at", other_price=unit
    )
    others = given.join(bought, on=["customer_id", "sku"]).filter(pl.col("other_order") != pl.col("order_id"))
    stock = pl.col("other_order").filter(pl.col("other_at") < pl.col("requested_at")).n_unique().over("rma_id", "sku")
    span = timedelta(days=REBUY_DAYS)
    near = pl.col("other_at").is_between(pl.col("requested_at") - span, pl.col("requested_at") + span)
    cheaper = pl.col("other_price") <= (1 - LEAST_GAP) * pl.col("price")
    found = others.filter(stock < 2, near & cheaper).group_by("rma_id").agg(rebought_at=pl.col("other_at").min())  # noqa: PLR2004
    asked = given.select("rma_id", "customer_id", "requested_at").unique("rma_id").sort("rma_id")
    return asked.join(found, on="rma_id", how="left", maintain_order="left")
