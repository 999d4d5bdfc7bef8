"""Honest occasions of a return: gifts, sizes to choose from, a shopper who keeps most.

What belongs here: facts that clear an RMA or its shopper; none is suspicious. What does not: bad lots (``lot``),
complaints made before (``contacts``).
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from features.learning import Gathered, Learner, Teller, gather_nothing
from features.params import FeatureParams
from features.stages import Cases
from features.windows import money_units, timeline, view

SPAN = ("requested_at", "ordered_at")
GIFTS_FROM, RETURNS_FROM, RETURNS_UNTIL = 1115, 1226, 131
"""Month and day from which gifts are bought, and from and until which they come back (26 December, 31 January)."""

SEASON_DAYS = 80
"""From the first gifts bought to the last that come back."""

HANDLING_SHARE = 0.1
"""What a return costs the shop by a rough rule, as a share of its price: postage, inspection, mark-down."""

USUAL_MARGIN = 0.5
"""Share of the price that goods earn where no cost is known."""

PROVEN_ORDERS = 5
"""Orders after which a shopper's own figures count for half."""

USUAL_ORDERS = 1
"""Orders after which what the shopper usually buys counts for half."""

GIFT_REFUNDS = ("store_credit", "gift_card", "exchange")
"""How recipients of gifts are refunded: not to the giver's card."""


def _learn(gathered: Gathered, params: FeatureParams) -> Teller:  # noqa: ARG001 - as every learner
    """Return what tells the occasions; nothing of the whole shop is needed."""
    return _tell_occasion


LEARNER = Learner(gather_nothing, _learn)


def _tell_occasion(cases: Cases) -> pl.DataFrame:
    """Return the occasions of each RMA at each stage."""
    rows = cases.rows.select("rma_id", "stage", "customer_id", "requested_at")
    for told in (_gifts(cases), _brackets(cases)):
        rows = rows.join(told, on=["rma_id", "stage"], how="left", maintain_order="left")
    return rows.with_columns(_profitable(cases), _usual_units(cases)).drop("customer_id", "requested_at")


def _gifts(cases: Cases) -> pl.DataFrame:
    """Return ``gift_like``: 1 for an order marked as a gift or a recipient's return, half for the season alone."""
    marked = cases.part.orders.select("order_id", "is_gift").unique("order_id")
    lines = cases.lines.join(marked, on="order_id", how="left")
    asked, bought = (pl.col(at).dt.month().cast(pl.Int32) * 100 + pl.col(at).dt.day() for at in SPAN)
    is_after = (asked >= RETURNS_FROM) | (asked <= RETURNS_UNTIL)
    is_near = pl.col("requested_at") - pl.col("ordered_at") <= timedelta(days=SEASON_DAYS)
    is_season = is_after & (bought >= GIFTS_FROM) & is_near & pl.col("is_matched")
    by_recipient = pl.col("refund_method").is_in(GIFT_REFUNDS) | pl.col("reason_code").str.contains("(?i)gift")
    gift = pl.col("is_matched") & pl.col("is_gift").fill_null(value=False)
    value = pl.when(gift).then(1.0).when(is_season & by_recipient).then(1.0).when(is_season).then(0.5).otherwise(0.0)
    return lines.group_by("rma_id", "stage").agg(gift_like=value.max())


def _brackets(cases: Cases) -> pl.DataFrame:
    """Return ``bracket_share``: which part of an RMA's lines leaves another size of the same style with the shopper.

    A size is another SKU, or another size of the same order and style. Null where no purchase tells a style.
    """
    keys = ["order_id", "style_id"]
    bought = cases.part.order_lines.drop_nulls(keys).with_columns(
        variant=pl.concat_str("sku", pl.col("size").fill_null(""))
    )
    sizes = bought.group_by(keys).agg(sizes=pl.col("variant").n_unique())
    styles = bought.select("order_id", "sku", "style_id").unique(["order_id", "sku"])
    asked = cases.lines.filter("is_matched").join(styles, on=["order_id", "sku"], how="inner").join(sizes, on=keys)
    style = ["rma_id", "stage", *keys]
    by_style = asked.group_by(style).agg(lines=pl.len(), sizes=pl.col("sizes").first())
    kept = pl.col("sizes") > pl.col("lines")
    return by_style.group_by("rma_id", "stage").agg(
        bracket_share=pl.col("lines").filter(kept & (pl.col("sizes") > 1)).sum() / pl.col("lines").sum()
    )


def _profitable(cases: Cases) -> pl.Series:
    """Return what the shop kept of the shopper's purchases as profit, after returns; 0 to 1, null: no purchase yet.

    Margin on what was kept, less the handling of what came back, over the margin on all that was bought; weighed
    down for few orders.
    """
    amount = money_units("line_amount")
    cost = money_units("unit_cost") * pl.col("quantity")
    margin = pl.coalesce(amount - cost, (amount * USUAL_MARGIN).round().cast(pl.Int64))
    bought = cases.part.order_lines.select("customer_id", "order_id", "ordered_at", margin=margin, spend=amount)
    orders = bought.group_by("customer_id", "order_id").agg(pl.col("ordered_at").min(), orders=pl.lit(1))
    events = pl.concat([bought.drop("order_id"), orders.drop("order_id")], how="diagonal")
    past = view(
        timeline(events, ["customer_id"], "ordered_at", ["margin", "spend", "orders"]), cases.rows, "requested_at"
    )
    asked = cases.part.rma_lines.select("customer_id", "requested_at", back=money_units("requested_amount"))
    returned = view(timeline(asked, ["customer_id"], "requested_at", ["back"]), cases.rows, "requested_at")
    figures = pl.DataFrame([past.total(name) for name in ("margin", "spend", "orders")] + [returned.total("back")])
    rate = pl.col("margin") / pl.col("spend")
    net = pl.col("margin") - pl.col("back") * (rate + HANDLING_SHARE)
    proof = pl.col("orders") / (pl.col("orders") + PROVEN_ORDERS)
    is_told = (pl.col("margin") > 0) & (pl.col("spend") > 0)
    share = pl.when(is_told).then((net / pl.col("margin")).clip(0, 1) * proof).when(pl.col("spend") > 0).then(0.0)
    return figures.select(profitable_share=share).to_series()


def _usual_units(cases: Cases) -> pl.Series:
    """Return which part of an RMA's units the shopper's usual order has, in the rows' order; null: not known.

    The mean of the orders before the request that the RMA does not return from, over the units asked back, at most 1;
    weighed down for few orders. Who buys by the hundred returns by the hundred.
    """
    bought = cases.part.order_lines.filter(pl.col("quantity") > 0)
    orders = bought.group_by("customer_id", "order_id").agg(
        pl.col("ordered_at").min(), units=pl.col("quantity").sum(), orders=pl.lit(1)
    )
    past = view(timeline(orders, ["customer_id"], "ordered_at", ["units", "orders"]), cases.rows, "requested_at")
    own = cases.part.rma_lines.filter("is_own")
    named = own.filter("is_matched").select("rma_id", "order_id", customer_id="rma_customer_id").unique()
    before = named.join(orders, on=["customer_id", "order_id"]).join(
        cases.rows.select("rma_id", "requested_at").unique(), on="rma_id"
    )
    returned_from = (
        before.filter(pl.col("ordered_at") < pl.col("requested_at"))
        .group_by("rma_id")
        .agg(own_units=pl.col("units").sum(), own_orders=pl.col("orders").sum())
    )
    asked = own.group_by("rma_id").agg(asked=pl.col("quantity").sum())
    counted = cases.rows.select("rma_id", past.total("units"), past.total("orders"))
    for facts in (returned_from, asked):
        counted = counted.join(facts, on="rma_id", how="left", maintain_order="left")
    n = pl.col("orders") - pl.col("own_orders").fill_null(0)
    usual = (pl.col("units") - pl.col("own_units").fill_null(0)) / n
    share = (usual / pl.col("asked")).clip(0, 1) * n / (n + USUAL_ORDERS)
    return counted.select(usual_units=pl.when(n > 0).then(share).when(n == 0).then(0.0)).to_series()
