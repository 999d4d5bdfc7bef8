"""What the shopper did before: orders, spend, lines bought and returned, refunds, and the rate they make.

What belongs here: a shopper's own past in look-back windows. What does not: how it compares with what
the basket predicts (``excess``) or with the shopper's own pace (``velocity``).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.catalogue import WINDOWS_DAYS
from features.expectation import AGES
from features.params import FeatureParams
from features.rates import CLAIMS, GlobalTables, shopper_prior, shrunken
from features.windows import View, in_currency, money_units, timeline, view

EXPECTED = ("expected", "variance", "value", "value_variance")
"""What ``excess.with_expected`` adds to order lines."""


@dataclass(frozen=True, slots=True)
class History:
    """The shopper's past as seen from each RMA, row by row.

    ``purchases`` (at the order): ``lines``, ``orders``, ``spend`` and ``EXPECTED``, also by the windows of ``AGES``;
    ``returned`` (at the request): ``lines``, ``amount``, ``claims``; ``refunds`` (at the refund):
    ``refunded`` and, of refunds for units whose purchase is known, ``refund_of_paid`` and ``paid``.
    """

    purchases: View
    returned: View
    refunds: View


def history(requests: pl.DataFrame, order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> History:
    """Look back from each RMA on its shopper's order lines and RMA lines.

    The order lines carry what ``excess.with_expected`` adds, the RMA lines what ``assemble.request_lines`` does.
    """
    # numbers are found and grouped faster than names, and three timelines ask for them
    shoppers = requests.select("customer_id").drop_nulls().unique().with_row_index("shopper")
    own = rma_lines.join(shoppers, on="customer_id")
    events = (
        (
            _purchases(order_lines.join(shoppers, on="customer_id")),
            "ordered_at",
            ["lines", "orders", "spend", *EXPECTED],
        ),
        (_returned(own), "requested_at", ["lines", "amount", "claims"]),
        (_refunds(own), "refunded_at", ["refunded", "refund_of_paid", "paid"]),
    )
    asked = requests.select("customer_id", "requested_at").join(
        shoppers, on="customer_id", how="left", maintain_order="left"
    )
    windows = WINDOWS_DAYS | AGES
    lines = (timeline(rows, ["shopper"], at, measures) for rows, at, measures in events)
    return History(*(view(line, asked, "requested_at", windows) for line in lines))


def add_shopper(requests: pl.DataFrame, past: History, tables: GlobalTables, params: FeatureParams) -> pl.DataFrame:
    """Add the features of the family ``shopper`` to one row an RMA."""
    columns = [column for window in WINDOWS_DAYS for column in _windowed(past, window)]
    since = (requests["requested_at"] - past.purchases.first()).dt.total_days(fractional=True)
    prior = shopper_prior(requests, tables, params)
    counted = requests.with_columns(*columns, since.alias("days_since_first_order")).with_columns(prior)
    return counted.with_columns(_rate("365d"), _rate("ever")).drop("mean", "weight")


def _windowed(past: History, window: str) -> list[pl.Series]:
    """Return the six figures of one look-back window."""
    figures = {
        "orders": past.purchases.total("orders", window),
        "spend": in_currency(past.purchases.total("spend", window)),
        "lines_bought": past.purchases.total("lines", window),
        "lines_returned": past.returned.total("lines", window),
        "returned_amount": in_currency(past.returned.total("amount", window)),
        "refunded_amount": in_currency(past.refunds.total("refunded", window)),
    }
    return [column.cast(pl.Float64).alias(f"{name}_{window}") for name, column in figures.items()]


def _rate(window: str) -> pl.Expr:
    """Return the shopper's return rate in a window, pulled towards the prior; null for an unknown shopper."""
    returned, bought = pl.col(f"lines_returned_{window}"), pl.col(f"lines_bought_{window}")
    return shrunken(returned, bought, pl.col("mean"), pl.col("weight")).alias(f"return_rate_{window}")


def _purchases(order_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the events of buying: one row an order of a ``shopper`` and moment; it counts at its first moment.

    Whole numbers add up to the same whichever rows are added first, and one row an order is a third of what lines and
    orders apart would be.
    """
    order = ["shopper", "order_id"]
    bought = order_lines.select(*order, "ordered_at", *EXPECTED, spend=money_units("line_amount"))
    events = bought.group_by(*order, "ordered_at").agg(
        pl.col(*EXPECTED, "spend").cast(pl.Int64).sum(), lines=pl.len().cast(pl.Int64)
    )
    is_first = pl.col("ordered_at") == pl.col("ordered_at").min().over(order)
    return events.with_columns(orders=is_first.cast(pl.Int64))


def _returned(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the events of asking for a return: one row an RMA line of a numbered ``shopper``."""
    return rma_lines.select(
        "shopper",
        "requested_at",
        lines=pl.lit(1),
        amount=money_units("requested_amount"),
        claims=pl.col("claim_type").is_in(CLAIMS).cast(pl.Int64),
    )


def _refunds(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the events of being refunded: one row a refunded RMA line, with the price paid for all its units.

    Where part of the units has no known purchase, nothing can be said of what was paid for them.
    """
    is_paid = pl.col("is_matched") & (pl.col("matched_quantity") >= pl.col("quantity")) & (pl.col("paid_amount") > 0)
    refunded = rma_lines.drop_nulls(["refund_amount", "refunded_at"])
    return refunded.select(
        "shopper",
        "refunded_at",
        refunded=money_units("refund_amount"),
        refund_of_paid=pl.when(is_paid).then(money_units("refund_amount")),
        paid=pl.when(is_paid).then(money_units("paid_amount")),
    )
