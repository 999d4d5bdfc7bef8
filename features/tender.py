"""How the money went back: by which method, and what was bought again cheaper.

What belongs here: the refund's way against the payment's. What does not: how much was refunded (``settlement``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.learning import Gathered, Learner, Part
from features.params import FeatureParams
from features.stages import Cases
from features.windows import Timeline, timeline, view

REBUY_DAYS = 30
"""A purchase of the same SKU within so many days of the request belongs to the return."""
LEAST_GAP = 0.05
"""A price lower by so little is no other price."""
SHOP_WEIGHT = 20.0
"""The shop's shares of refund methods weigh so many refunds in a payment method's."""
METHODS = 7.0
"""Refund methods that there are: each is thought to have been used once."""
_KEY = ["rma_id", "stage"]


@dataclass(frozen=True, slots=True)
class Tender:
    """How often each refund method went with each payment method."""

    pairs: Timeline
    payments: Timeline
    methods: Timeline
    shop: Timeline
    least_surprise: float


def _gather(part: Part) -> Gathered:
    """Return how often each way of payment was refunded in which way, by day."""
    refunds = part.purchased.drop_nulls(["refund_method", "outcome_known_at"])
    ways = pl.col("payment_method").fill_null(""), "refund_method", pl.col("outcome_known_at").dt.date().alias("day")
    return {"refunds": refunds.group_by(ways).agg(pl.lit(value=True).alias("_all"), n=pl.len().cast(pl.Int64))}


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:
    """Learn the ways of the shop's refunds."""
    refunds = gathered["refunds"]
    learned = Tender(
        pairs=timeline(refunds, ["payment_method", "refund_method"], "day", ["n"]),
        payments=timeline(refunds, ["payment_method"], "day", ["n"]),
        methods=timeline(refunds, ["refund_method"], "day", ["n"]),
        shop=timeline(refunds, ["_all"], "day", ["n"]),
        least_surprise=params.least_surprise,
    )
    return partial(_tell_tender, learned=learned)


LEARNER = Learner(_gather, _learn)


def _tell_tender(cases: Cases, learned: Tender) -> pl.DataFrame:
    """Return how each RMA's refund went, as of its stage."""
    lines = cases.purchased
    told = cases.rows.select(_KEY)
    for facts in (_method(lines, learned), _cheaper(lines, cases)):
        told = told.join(facts, on=_KEY, how="left", maintain_order="left")
    return told


def _method(lines: pl.DataFrame, learned: Tender) -> pl.DataFrame:
    """Return how seldom refunds of the payment method go the way that the RMA's went."""
    asked = lines.drop_nulls("refund_method").with_columns(
        pl.col("payment_method").fill_null(""),
        pl.min_horizontal(pl.col("outcome_known_at").dt.date(), "day").alias("day"),
        _all=pl.lit(value=True),
    )
    pair, payment, method, shop = (
        view(of, asked, "day").total("n").fill_null(0)
        for of in (learned.pairs, learned.payments, learned.methods, learned.shop)
    )
    usual = (method + 1) / (shop + METHODS)
    share = (pair + usual * SHOP_WEIGHT) / (payment + SHOP_WEIGHT)
    weighed = asked.select(*_KEY, surprise=share.log10() * -1)
    seldom = pl.when(pl.col("surprise") > learned.least_surprise).then("surprise").otherwise(0.0)
    return weighed.group_by(_KEY).agg(refund_method_surprise=seldom.max())


def _cheaper(lines: pl.DataFrame, cases: Cases) -> pl.DataFrame:
    """Return how much cheaper the shopper bought the same SKU within 30 days of the request, in another order.

    The share of the price of the purchase given back, the most over the RMA's lines; 0 where nothing cheaper was
    bought by the stage's moment. ``buys_again_share``: what speaks for a thing that the shopper buys all the time.
    """
    unit = (pl.col("line_amount").cast(pl.Float64) / pl.col("quantity")).alias("other_price")
    bought = cases.part.order_lines.filter(pl.col("quantity") > 0).select(
        "customer_id", "sku", pl.col("order_id").alias("other_order"), pl.col("ordered_at").alias("other_at"), unit
    )
    price = pl.col("paid_amount").cast(pl.Float64) / pl.col("matched_quantity")
    given = lines.filter("is_matched", "is_return", pl.col("paid_amount") > 0).with_columns(price=price)
    days = (pl.col("other_at") - pl.col("requested_at")).abs() <= pl.duration(days=REBUY_DAYS)
    others = given.join(bought, on=["customer_id", "sku"]).filter(
        pl.col("other_at") <= pl.col("stage_at"), pl.col("other_order") != pl.col("order_id")
    )
    pairs = others.filter(days)
    orders = others.group_by(*_KEY, "rma_line_id").agg(n=pl.col("other_order").n_unique())
    stock = orders.group_by(_KEY).agg(buys_again_share=(1 - 1 / pl.col("n")).max())
    gaps = pairs.group_by(_KEY).agg(gap=(1 - pl.col("other_price") / pl.col("price")).max())
    told = given.select(_KEY).unique()
    for found in (gaps, stock):
        told = told.join(found, on=_KEY, how="left", maintain_order="left")
    is_other = pl.col("gap") >= LEAST_GAP
    return told.select(
        *_KEY,
        pl.col("buys_again_share").fill_null(0.0),
        cheaper_rebuy_share=pl.when(is_other).then("gap").otherwise(0.0),
    )
