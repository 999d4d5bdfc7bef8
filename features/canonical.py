"""The delivered tables: what an export may hold, column by column.

One ``Table`` for each file kind of the landing folder's ``canonical`` source. A row is one record as
a shop's system exported it. Names are final (users' scripts use them); kinds say how the text of a
cell is read and how it is stored. Personal kinds are never stored in clear text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a cell is read. The last group is personal: stored as a keyed hash beside a mask."""

    ID = "id"
    """An identifier: text, trimmed, leading zeros kept."""
    NUMBER_ID = "number_id"
    """An identifier that a spreadsheet made a number of: as ID, without a trailing ``.0``."""
    TEXT = "text"
    """Free text, trimmed."""
    POSTCODE = "postcode"
    """A postcode: text, trimmed, leading zeros kept."""
    COMMENT = "comment"
    """Free text a customer wrote: e-mail addresses, phone and card numbers in it are masked."""
    WORD = "word"
    """One of a closed list of words, in any case."""
    CURRENCY = "currency"
    """An ISO 4217 code, three letters."""
    MONEY = "money"
    """An amount of money, not negative, kept to four decimals."""
    AMOUNT = "amount"
    """An amount of money of either sign, kept to four decimals."""
    QUANTITY = "quantity"
    """A count of units, a whole number above zero."""
    COUNT = "count"
    """A whole number, zero or more (grams, days, units)."""
    INTEGER = "integer"
    """A whole number of either sign."""
    TIMESTAMP = "timestamp"
    """ISO 8601, with or without offset; without one it is UTC. Stored in UTC."""
    DAY = "day"
    """A day: ``10-Jul-2025`` (the month by its English name), or as TIMESTAMP. Stored as a moment, midnight UTC."""
    BOOLEAN = "boolean"
    """true/false, 1/0, yes/no, y/n, in any case."""
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    ADDRESS = "address"
    PAYMENT = "payment"
    DEVICE = "device"
    IP = "ip"


PERSONAL = frozenset({Kind.EMAIL, Kind.PHONE, Kind.NAME, Kind.ADDRESS, Kind.PAYMENT, Kind.DEVICE, Kind.IP})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a delivered file: its name, how a cell is read, and which words it may hold."""

    name: str
    kind: Kind
    required: bool = False
    words: tuple[str, ...] = ()

    @property
    def is_personal(self) -> bool:
        """Whether the clear text of this column must never be stored."""
        return self.kind in PERSONAL


@dataclass(frozen=True, slots=True)
class Progress:
    """What tells a newer state of a record from an older one, where neither says when it was changed.

    A record moves through the ``stages`` (each some words of the column ``status``, early ones first; within a
    stage the later word is the later one where all else is equal), and on its way more ``milestones`` (columns
    with moments) are filled.
    """

    milestones: tuple[str, ...] = ()
    status: str | None = None
    stages: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One delivered table: its columns and the key by which a newer row replaces an older one.

    A key of several columns whose last one may be missing names its stand-in after ``|``:
    ``rma_line_id|sku`` is ``coalesce(rma_line_id, sku)``. ``updated`` names the column with the moment at which
    the record itself was changed last, where it has one.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    updated: str | None = None
    progress: Progress = Progress()

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which a file is refused whole."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


UPDATED_AT = Column("updated_at", Kind.TIMESTAMP)
"""When the record was changed last, by the clock of the system that holds it. Any table may have it."""


def _columns(kind: Kind, names: str) -> tuple[Column, ...]:
    """Return one column a word of ``names``; a trailing ``*`` marks a required one."""
    return tuple(Column(name.rstrip("*"), kind, required=name.endswith("*")) for name in names.split())


def _word(name: str, words: str) -> Column:
    """Return a column that holds one of ``words``; a trailing ``*`` of its name marks it required."""
    return Column(name.rstrip("*"), Kind.WORD, name.endswith("*"), tuple(words.split()))


ORDERS = Table(
    "orders",
    ("order_id",),
    (
        *_columns(Kind.ID, "order_id* customer_id*"),
        *_columns(Kind.TIMESTAMP, "ordered_at*"),
        *_columns(Kind.CURRENCY, "currency*"),
        *_columns(Kind.TEXT, "status channel"),
        *_columns(Kind.EMAIL, "email"),
        *_columns(Kind.PHONE, "phone"),
        *_columns(Kind.NAME, "ship_name"),
        *_columns(Kind.ADDRESS, "ship_address"),
        *_columns(Kind.TEXT, "ship_city"),
        *_columns(Kind.POSTCODE, "ship_postcode"),
        *_columns(Kind.TEXT, "ship_country"),
        *_columns(Kind.POSTCODE, "bill_postcode"),
        *_columns(Kind.TEXT, "bill_country payment_method"),
        *_columns(Kind.PAYMENT, "payment_fingerprint"),
        *_columns(Kind.DEVICE, "device_id"),
        *_columns(Kind.IP, "ip_address"),
        *_columns(Kind.MONEY, "shipping_fee"),
        *_columns(Kind.TEXT, "discount_code"),
        *_columns(Kind.TIMESTAMP, "shipped_at delivered_at"),
        _word("delivery_proof", "none scan photo signature"),
        *_columns(Kind.BOOLEAN, "is_gift"),
        UPDATED_AT,
    ),
    updated=UPDATED_AT.name,
    progress=Progress(("shipped_at", "delivered_at")),
)

ORDER_LINES = Table(
    "order_lines",
    ("order_id", "line_id"),
    (
        *_columns(Kind.ID, "order_id* line_id* sku*"),
        *_columns(Kind.QUANTITY, "quantity*"),
        *_columns(Kind.MONEY, "unit_price* list_price unit_cost"),
        *_columns(Kind.TEXT, "product_name category"),
        *_columns(Kind.ID, "style_id"),
        *_columns(Kind.TEXT, "size color"),
        *_columns(Kind.ID, "serial_number"),
        UPDATED_AT,
    ),
    updated=UPDATED_AT.name,
)

STATUSES = (
    "requested authorized denied in_transit received inspected refunded credited exchanged rejected closed cancelled"
)

STAGES = (
    ("requested",),
    ("authorized", "denied"),
    ("in_transit",),
    ("received",),
    ("inspected",),
    ("refunded", "credited", "exchanged", "rejected", "closed", "cancelled"),
)
"""How far an RMA line is. The ends of the way are one stage: a refund may come after the closing, and the reverse."""
MILESTONES = ("authorized_at", "shipped_at", "received_at", "inspected_at", "refunded_at", "closed_at")

RETURNS = Table(
    "returns",
    ("rma_id", "rma_line_id|sku"),
    (
        *_columns(Kind.ID, "rma_id* rma_line_id order_id line_id customer_id sku*"),
        *_columns(Kind.QUANTITY, "quantity*"),
        *_columns(Kind.TIMESTAMP, "requested_at*"),
        _word("status*", STATUSES),
        _word("claim_type", "return item_not_received missing_item damaged_in_transit warranty"),
        *_columns(Kind.TEXT, "reason_code"),
        *_columns(Kind.COMMENT, "customer_comment"),
        _word("return_method", "mail store locker pickup keep_it"),
        *_columns(Kind.TIMESTAMP, "authorized_at shipped_at received_at inspected_at closed_at"),
        *_columns(Kind.TEXT, "carrier"),
        *_columns(Kind.ID, "tracking_number"),
        *_columns(Kind.COUNT, "scan_weight_g"),
        *_columns(Kind.POSTCODE, "tracking_destination_postcode"),
        *_columns(Kind.BOOLEAN, "dock_received"),
        *_columns(Kind.COUNT, "received_quantity"),
        *_columns(Kind.ID, "received_serial"),
        _word("condition_grade", "A B C D wrong_item empty_box missing"),
        *_columns(Kind.BOOLEAN, "is_opened restocked"),
        _word("refund_method", "original store_credit gift_card cash exchange other_card none"),
        *_columns(Kind.MONEY, "refund_amount"),
        *_columns(Kind.TIMESTAMP, "refunded_at"),
        *_columns(Kind.PAYMENT, "refund_payment_fingerprint"),
        *_columns(Kind.MONEY, "restocking_fee label_cost"),
        *_columns(Kind.ID, "agent_id store_id"),
        *_columns(Kind.CURRENCY, "currency"),
        UPDATED_AT,
    ),
    updated=UPDATED_AT.name,
    progress=Progress(MILESTONES, "status", STAGES),
)

PRODUCTS = Table(
    "products",
    ("sku",),
    (
        *_columns(Kind.ID, "sku*"),
        *_columns(Kind.TEXT, "product_name category"),
        *_columns(Kind.ID, "style_id"),
        *_columns(Kind.MONEY, "unit_cost list_price"),
        *_columns(Kind.COUNT, "weight_g return_window_days warranty_days"),
        *_columns(Kind.BOOLEAN, "unopened_only final_sale is_serialised"),
        *_columns(Kind.ID, "supplier_id"),
        UPDATED_AT,
    ),
    updated=UPDATED_AT.name,
)

CUSTOMERS = Table(
    "customers",
    ("customer_id",),
    (
        *_columns(Kind.ID, "customer_id*"),
        *_columns(Kind.TIMESTAMP, "created_at"),
        *_columns(Kind.EMAIL, "email"),
        *_columns(Kind.PHONE, "phone"),
        *_columns(Kind.ADDRESS, "address"),
        *_columns(Kind.TEXT, "city"),
        *_columns(Kind.POSTCODE, "postcode"),
        *_columns(Kind.TEXT, "country segment"),
        UPDATED_AT,
    ),
    updated=UPDATED_AT.name,
)

SUPPORT_CONTACTS = Table(
    "support_contacts",
    ("contact_id",),
    (
        *_columns(Kind.ID, "contact_id*"),
        *_columns(Kind.TIMESTAMP, "contacted_at*"),
        *_columns(Kind.ID, "customer_id order_id"),
        *_columns(Kind.TEXT, "topic"),
        *_columns(Kind.ID, "agent_id"),
        *_columns(Kind.TEXT, "resolution"),
        UPDATED_AT,
    ),
    updated=UPDATED_AT.name,
)

CHARGEBACKS = Table(
    "chargebacks",
    ("chargeback_id",),
    (
        *_columns(Kind.ID, "chargeback_id* order_id*"),
        *_columns(Kind.TIMESTAMP, "opened_at*"),
        *_columns(Kind.MONEY, "amount*"),
        *_columns(Kind.TEXT, "reason outcome"),
        UPDATED_AT,
    ),
    updated=UPDATED_AT.name,
)

REVIEW_LABELS = Table(
    "review_labels",
    ("rma_id", "decided_by"),
    (
        *_columns(Kind.ID, "rma_id*"),
        _word("verdict*", "fraud legitimate"),
        *_columns(Kind.TIMESTAMP, "decided_at*"),
        *_columns(Kind.ID, "decided_by"),
        UPDATED_AT,
    ),
    updated=UPDATED_AT.name,
)

CANONICAL_TABLES = {
    table.name: table
    for table in (
        ORDERS,
        ORDER_LINES,
        RETURNS,
        PRODUCTS,
        CUSTOMERS,
        SUPPORT_CONTACTS,
        CHARGEBACKS,
        REVIEW_LABELS,
    )
}
