"""What core must hold about what was sold: goods, shoppers, orders, their lines, and lines that are neither."""

from __future__ import annotations

from features.contracts import Column, Kind
from pipelines.quality.columns import by_columns, delivered_key
from pipelines.quality.model import Check, Severity, Suite
from pipelines.quality.parts import FX_RATE, SOURCE, as_delivered, breaches, keyed_suite


def products() -> Suite:
    """Return the suite of the goods."""
    return keyed_suite("products", delivered_key("products"), by_columns("products"))


def customers() -> Suite:
    """Return the suite of the shoppers."""
    made = (Column("first_ordered_at", Kind.TIMESTAMP),)
    undated = ("created_at", "first_ordered_at")
    return keyed_suite("customers", delivered_key("customers"), by_columns("customers", made, undated=undated))


def order_lines() -> Suite:
    """Return the suite of the lines of orders. An export may cut off a line's order."""
    made = (
        Column("line_amount", Kind.MONEY),
        Column("ordered_at", Kind.TIMESTAMP),
        Column("delivered_at", Kind.TIMESTAMP),
        SOURCE,
    )
    checks = (
        *by_columns("order_lines", made, nullable=("unit_price",)),
        Check(
            "line_amount_adds_up",
            "`line_amount` is `quantity` x `unit_price`",
            "have line_amount other than quantity x unit_price",
            condition="line_amount <> quantity * unit_price",
        ),
        Check(
            "priced",
            "`unit_price` is not null where the line's order was delivered",
            "have no unit_price though the order was delivered",
            condition="unit_price is null and ordered_at is not null",
        ),
        Check(
            "order_delivered",
            "the line's order was delivered; a line without it has no time, and its money counts nothing",
            "name an order that was never delivered",
            Severity.WARNING,
            condition="ordered_at is null",
        ),
        Check(
            "sku_listed",
            "`sku` is in core.products",
            "have sku that core.products lacks",
            query=breaches("find_sold_unlisted"),
        ),
        as_delivered("order_lines"),
    )
    return keyed_suite("order_lines", delivered_key("order_lines"), checks, ("core.products",))


def orders() -> Suite:
    """Return the suite of the orders; one without a shopper is anonymous."""
    made = (
        Column("goods_amount", Kind.MONEY, required=True),
        Column("n_lines", Kind.COUNT, required=True),
        SOURCE,
    )
    checks = (
        *by_columns("orders", made, nullable=("customer_id",)),
        *FX_RATE,
        Check(
            "delivered_after_ordered",
            "`delivered_at` is not before `ordered_at`",
            "have delivered_at before ordered_at",
            Severity.WARNING,
            condition="delivered_at < ordered_at",
        ),
        Check(
            "customer_listed",
            "`customer_id` is null or in core.customers",
            "have customer_id that core.customers lacks",
            query=breaches("find_orders_unlisted"),
        ),
        Check(
            "lines_kept",
            "each line of a delivered order names an order of this table",
            "name an order that this table lacks",
            subject="order line",
            query=breaches("find_lines_without_order"),
        ),
        as_delivered("orders"),
    )
    return keyed_suite("orders", delivered_key("orders"), checks, ("core.customers", "core.order_lines"))


def other_lines() -> Suite:
    """Return the suite of the lines that are neither sold nor returned goods; their key may repeat."""
    made = (
        Column("kind", Kind.TEXT, required=True),
        Column("amount", Kind.AMOUNT, required=True),
        Column("occurred_at", Kind.TIMESTAMP, required=True),
        SOURCE,
    )
    return Suite("core.other_lines", ("order_id", "line_id"), (*by_columns(None, made), as_delivered("other_lines")))
