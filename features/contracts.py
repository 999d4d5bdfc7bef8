"""What enters and leaves the house: delivered tables, core frames, features. The one place for columns.

What belongs here: the columns of every delivered table (their kind, whether they are required, the
words they may hold), the core frames that features are computed from, and the definition of every
feature. What does not: how any of it is computed (``features/*.py``) or stored (``sql/``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from features.canonical import CANONICAL_TABLES, UPDATED_AT, Column, Kind, Progress, Table
from features.catalogue import FEATURES, Family, Feature, Strength

__all__ = [
    "CANONICAL_TABLES",
    "CORE_FRAMES",
    "FEATURES",
    "FEATURE_NAMES",
    "UPDATED_AT",
    "Column",
    "Family",
    "Feature",
    "Kind",
    "MatchMethod",
    "Progress",
    "Stage",
    "Strength",
    "Table",
    "feature_schema",
]

MONEY = pl.Decimal(18, 4)
"""An amount in the reporting currency (or, before core, in the row's own), to four decimals."""

AT = pl.Datetime("us")
"""A moment in UTC, without a zone."""


class Stage(StrEnum):
    """How much was known about an RMA: when requested, when the parcel arrived, when all was settled."""

    REQUEST = "request"
    RECEIVED = "received"
    SETTLED = "settled"


class MatchMethod(StrEnum):
    """How an RMA line found the order line that it returns, surest first."""

    KEYS = "keys"
    """order_id and line_id were delivered, and that line exists."""
    ORDER_SKU = "order_sku"
    """order_id was delivered, and the order has a line of that SKU."""
    SHOPPER_SKU = "shopper_sku"
    """The shopper's latest earlier purchase of that SKU with units still unreturned."""
    NONE = "none"
    """No purchase was found."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A core table as the features read it: its grain in words and its columns' Polars types."""

    grain: str
    schema: dict[str, pl.DataType | type[pl.DataType]]


CORE_FRAMES = {
    "order_lines": Frame(
        "one row a line of an order; money in the reporting currency",
        {
            "order_id": pl.String,
            "line_id": pl.String,
            "customer_id": pl.String,
            "ordered_at": AT,
            "delivered_at": AT,
            "sku": pl.String,
            "category": pl.String,
            "style_id": pl.String,
            "size": pl.String,
            "quantity": pl.Int64,
            "unit_price": MONEY,
            "list_price": MONEY,
            "unit_cost": MONEY,
            "line_amount": MONEY,
        },
    ),
    "rma_lines": Frame(
        "one row a line of an RMA, with the order line that it was matched to",
        {
            "rma_id": pl.String,
            "rma_line_id": pl.String,
            "customer_id": pl.String,
            "sku": pl.String,
            "category": pl.String,
            "quantity": pl.Int64,
            "requested_at": AT,
            "claim_type": pl.String,
            "reason_code": pl.String,
            "return_method": pl.String,
            "requested_amount": MONEY,
            "refund_amount": MONEY,
            "refunded_at": AT,
            "order_id": pl.String,
            "line_id": pl.String,
            "match_method": pl.String,
            "matched_quantity": pl.Int64,
            "paid_amount": MONEY,
            "bought_quantity": pl.Int64,
            "ordered_at": AT,
            "delivered_at": AT,
        },
    ),
    "products": Frame(
        "one row a SKU",
        {
            "sku": pl.String,
            "category": pl.String,
            "return_window_days": pl.Int64,
            "warranty_days": pl.Int64,
            "unopened_only": pl.Boolean,
            "final_sale": pl.Boolean,
        },
    ),
}

FEATURE_NAMES = tuple(feature.name for feature in FEATURES)


def feature_schema() -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the columns of ``feat.rma_features``: its key, when and who, then every feature as Float64."""
    head: dict[str, pl.DataType | type[pl.DataType]] = {
        "rma_id": pl.String,
        "stage": pl.String,
        "customer_id": pl.String,
        "requested_at": AT,
    }
    return head | dict.fromkeys(FEATURE_NAMES, pl.Float64())
