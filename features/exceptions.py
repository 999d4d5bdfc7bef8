"""Which lines of RMAs went against the shop's rules, or were refunded in a way that leaves no trace.

What belongs here: the exceptions that somebody must have granted, line by line. What does not: who granted them
(``agent``), and how far a line is out of policy (``policy``, ``timing``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from features.learning import Gathered, Part
from features.policy import LEAST_RATIO, is_restricted
from features.windows import earliest

AUTHORISED = ("breach",)
"""The exceptions that a return asks for: late, final sale, without a purchase."""

PAID_OUT = ("unreceived", "kept", "untraced", "overpaid")
"""The exceptions of a refund: goods that had not come or were not asked for, money that leaves the purchase's own card,
more than paid."""

UNTRACED_METHODS = ("cash", "gift_card", "other_card")
"""Refund methods that do not go back to where the money came from."""

GRACE_DAYS = 2
"""Days past a window that anybody is granted."""


@dataclass(frozen=True, slots=True)
class Customs:
    """Since when the exports tell orders and receipts at all: before, their absence says nothing."""

    first_order_at: datetime | None
    first_receipt_at: datetime | None


def gather_customs(part: Part) -> Gathered:
    """Return when a part's first order was placed, and its first parcel received."""
    home = part.home
    return {
        "orders": home.order_lines.select(pl.col("ordered_at").min()),
        "receipts": home.rma_lines.select(pl.col("received_at").min()),
    }


def learn_customs(gathered: Gathered) -> Customs:
    """Return since when a whole shop's exports tell orders and receipts; null where they never do."""
    return Customs(earliest(gathered["orders"], "ordered_at"), earliest(gathered["receipts"], "received_at"))


def with_exceptions(lines: pl.DataFrame, products: pl.DataFrame, customs: Customs) -> pl.DataFrame:
    """Add to RMA lines (with ``assemble.request_lines`` and ``stages.with_knowledge``) which exceptions they are.

    0 or 1 each: ``breach``, ``unreceived``, ``kept``, ``untraced``, ``overpaid``; and ``is_paid``, whether money was
    refunded. Facts that are null are no exception.
    """
    rules = products.select("sku", "return_window_days", "final_sale")
    joined = lines.join(rules, on="sku", how="left", maintain_order="left")
    flags = {
        "breach": _is_late() | is_restricted(products) | _is_unmatched(customs),
        "unreceived": _is_paid() & _is_ordinary() & _never_came(customs),
        "kept": _is_paid() & _is_return() & (pl.col("return_method") == "keep_it"),
        "untraced": _is_paid() & pl.col("refund_method").is_in(UNTRACED_METHODS),
        "overpaid": _is_overpaid(),
        "is_paid": _is_paid(),
    }
    told = (flag.fill_null(value=False).cast(pl.Int64).alias(name) for name, flag in flags.items())
    return joined.with_columns(told).drop("return_window_days", "final_sale")


def _is_ordinary() -> pl.Expr:
    """Return whether goods are to come back: no claim, no warranty, nothing that the customer may keep."""
    return _is_return() & (pl.col("return_method").fill_null("") != "keep_it")


def _is_return() -> pl.Expr:
    """Return whether a line is a plain return: no claim, no warranty."""
    return pl.col("claim_type").fill_null("return") == "return"


def _is_late() -> pl.Expr:
    """Return whether a matched line was requested past its product's window, grace left out."""
    delivered = pl.when(pl.col("delivered_at") <= pl.col("requested_at")).then("delivered_at")
    days = (pl.col("requested_at") - pl.coalesce(delivered, "ordered_at")).dt.total_days(fractional=True)
    return (pl.col("is_matched") & _is_return() & (days > pl.col("return_window_days") + GRACE_DAYS)).fill_null(
        value=False
    )


def _is_unmatched(customs: Customs) -> pl.Expr:
    """Return whether a line has no purchase although the exports told orders by its request."""
    has_orders = pl.col("requested_at") >= pl.lit(customs.first_order_at, dtype=pl.Datetime("us"))
    return ~pl.col("is_matched") & has_orders.fill_null(value=False)


def _is_paid() -> pl.Expr:
    """Return whether money was refunded."""
    return (pl.col("refund_amount") > 0).fill_null(value=False)


def _never_came(customs: Customs) -> pl.Expr:
    """Return whether the goods had not come when they were refunded, where the exports told any receipt by then."""
    receipts = pl.lit(customs.first_receipt_at, dtype=pl.Datetime("us"))
    has_receipts = (pl.coalesce("outcome_known_at", "requested_at") >= receipts).fill_null(value=False)
    came_later = pl.col("received_at") > pl.coalesce("outcome_known_at", "received_at")
    return has_receipts & (pl.col("received_at").is_null() | came_later)


def _is_overpaid() -> pl.Expr:
    """Return whether the refund exceeds the price paid for the same units."""
    is_whole = pl.col("is_matched") & (pl.col("matched_quantity") >= pl.col("quantity")) & (pl.col("paid_amount") > 0)
    return is_whole & (pl.col("refund_amount").cast(pl.Float64) > pl.col("paid_amount").cast(pl.Float64) * LEAST_RATIO)
