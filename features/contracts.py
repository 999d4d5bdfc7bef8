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
from features.catalogue import FEATURES, Direction, Family, Feature, Stage, Strength

__all__ = [
    "CANONICAL_TABLES",
    "CORE_FRAMES",
    "FEATURES",
    "FEATURE_NAMES",
    "UPDATED_AT",
    "Column",
    "Direction",
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


class MatchMethod(StrEnum):
    """How an RMA line found the order line that it returns, surest first."""

    KEYS = "keys"
    """order_id and line_id were delivered, and that line exists."""
    ORDER_SKU = "order_sku"
    """order_id was delivered, and the order has a line of that SKU."""
    SHOPPER_SKU = "shopper_sku"
    """No order_id was delivered: the shopper's latest earlier purchase of that SKU with units still unreturned."""
    NONE = "none"
    """No purchase was found; so too where the order that is named does not exist, or not yet at the request."""


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
            "serial_number": pl.String,
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
            "status": pl.String,
            "customer_comment": pl.String,
            "authorized_at": AT,
            "shipped_at": AT,
            "received_at": AT,
            "inspected_at": AT,
            "closed_at": AT,
            "carrier": pl.String,
            "tracking_number": pl.String,
            "scan_weight_g": pl.Int64,
            "tracking_destination_postcode": pl.String,
            "dock_received": pl.Boolean,
            "received_quantity": pl.Int64,
            "received_serial": pl.String,
            "condition_grade": pl.String,
            "is_opened": pl.Boolean,
            "restocked": pl.Boolean,
            "refund_method": pl.String,
            "refund_payment_fingerprint_hash": pl.String,
            "restocking_fee": MONEY,
            "agent_id": pl.String,
            "store_id": pl.String,
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
            "style_id": pl.String,
            "unit_cost": MONEY,
            "list_price": MONEY,
            "weight_g": pl.Int64,
            "is_serialised": pl.Boolean,
            "supplier_id": pl.String,
        },
    ),
    "orders": Frame(
        "one row an order; what names a person or a device as keyed hash",
        {
            "order_id": pl.String,
            "customer_id": pl.String,
            "ordered_at": AT,
            "status": pl.String,
            "channel": pl.String,
            "email_hash": pl.String,
            "phone_hash": pl.String,
            "ship_name_hash": pl.String,
            "ship_address_hash": pl.String,
            "ship_postcode": pl.String,
            "ship_country": pl.String,
            "bill_postcode": pl.String,
            "bill_country": pl.String,
            "payment_method": pl.String,
            "payment_fingerprint_hash": pl.String,
            "device_id_hash": pl.String,
            "ip_address_hash": pl.String,
            "discount_code": pl.String,
            "shipped_at": AT,
            "delivered_at": AT,
            "delivery_proof": pl.String,
            "is_gift": pl.Boolean,
        },
    ),
    "customers": Frame(
        "one row a shopper seen anywhere; what names a person as keyed hash",
        {
            "customer_id": pl.String,
            "created_at": AT,
            "email_hash": pl.String,
            "phone_hash": pl.String,
            "address_hash": pl.String,
            "postcode": pl.String,
            "country": pl.String,
        },
    ),
    "support_contacts": Frame(
        "one row a contact of a shopper with support",
        {
            "contact_id": pl.String,
            "contacted_at": AT,
            "customer_id": pl.String,
            "order_id": pl.String,
            "topic": pl.String,
            "agent_id": pl.String,
            "resolution": pl.String,
        },
    ),
    "chargebacks": Frame(
        "one row a chargeback on an order",
        {
            "chargeback_id": pl.String,
            "order_id": pl.String,
            "opened_at": AT,
            "amount": MONEY,
            "reason": pl.String,
            "outcome": pl.String,
        },
    ),
}

FEATURE_NAMES = tuple(feature.name for feature in FEATURES)


def feature_schema() -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the columns of ``feat.rma_features``: its key, when and who, then every feature as Float64.

    ``stage_at`` is the moment as of which the row's features are; ``ring_id`` names the linked accounts that the
    shopper belonged to by then, null where there are none.
    """
    head: dict[str, pl.DataType | type[pl.DataType]] = {
        "rma_id": pl.String,
        "stage": pl.String,
        "stage_at": AT,
        "customer_id": pl.String,
        "ring_id": pl.String,
        "requested_at": AT,
    }
    return head | dict.fromkeys(FEATURE_NAMES, pl.Float64())
