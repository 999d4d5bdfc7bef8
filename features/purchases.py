"""RMA lines with what was bought: the product's rules, the purchase's serial, the order's payment and delivery.

What belongs here: joining the facts of products, order lines and orders to RMA lines. What does not: what any of
them says about an RMA.

A purchase counts where it was made by the request; its delivery (and the proof of it) where that came by then.
"""

from __future__ import annotations

import polars as pl

from features.serials import is_other_serial
from features.shop import Shop

MAILED = ("mail", "locker", "pickup")
"""Ways of return by which a parcel travels to the warehouse."""
RETURNS = ("return", "warranty")
"""Claims by which goods come back."""
_PRODUCT = ("weight_g", "return_window_days", "warranty_days", "unopened_only", "final_sale", "is_serialised")
_ORDER = ("payment_method", "payment_fingerprint_hash", "is_gift")


def with_purchase(lines: pl.DataFrame, shop: Shop) -> pl.DataFrame:
    """Add to RMA lines their product's rules, the purchase and its order; null where not known. Rows keep their order.

    ``line_paid`` (for the order line's ``line_units``), ``serial_number`` as sold, ``is_other_serial`` where another
    came back; ``order_status`` as it is now; ``delivery_proof`` and ``proven_at`` by the request;
    ``paid_by_new_card``: whether the order was the first that its shopper paid with its card, though not their first
    order; ``own_card_at``: when the shopper first paid with the card that the refund went to.
    """
    joined = _joined(lines, shop)
    is_bought = pl.col("bought_at") <= pl.col("requested_at")
    is_proven = is_bought & (pl.col("proven_at") <= pl.col("requested_at"))
    bought = ("line_paid", "line_units", "serial_number", "order_status", "paid_by_new_card", *_ORDER)
    told = joined.with_columns(
        *(pl.when(is_bought).then(column).alias(column) for column in bought),
        *(pl.when(is_proven).then(column).alias(column) for column in ("delivery_proof", "proven_at")),
        is_return=pl.col("claim_type").fill_null("return").is_in(RETURNS),
        is_mailed=pl.col("return_method").is_in(MAILED),
    ).drop("bought_at")
    return told.with_columns(is_other_serial(told["received_serial"], told["serial_number"]).alias("is_other_serial"))


def _joined(lines: pl.DataFrame, shop: Shop) -> pl.DataFrame:
    orders = shop.orders.select(
        "order_id",
        *_ORDER,
        "delivery_proof",
        pl.col("status").alias("order_status"),
        pl.col("ordered_at").alias("_ordered"),
        pl.col("delivered_at").alias("proven_at"),
    )
    sold = shop.order_lines.select(
        "order_id",
        "line_id",
        "serial_number",
        pl.col("line_amount").alias("line_paid"),
        pl.col("quantity").alias("line_units"),
        pl.col("ordered_at").alias("bought_at"),
    )
    cards = shop.orders.drop_nulls(["customer_id", "payment_fingerprint_hash"])
    own = cards.group_by("customer_id", pl.col("payment_fingerprint_hash").alias("_card")).agg(
        pl.col("ordered_at").min().alias("own_card_at")
    )
    return (
        lines.join(shop.products.select("sku", *_PRODUCT), on="sku", how="left", maintain_order="left")
        .join(sold, on=["order_id", "line_id"], how="left", maintain_order="left")
        .join(orders, on="order_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce("bought_at", "_ordered").alias("bought_at"))
        .join(
            own,
            left_on=["customer_id", "refund_payment_fingerprint_hash"],
            right_on=["customer_id", "_card"],
            how="left",
            maintain_order="left",
        )
        .join(_new_cards(shop), on=["order_id", "customer_id"], how="left", maintain_order="left")
        .drop("_ordered")
    )


def _new_cards(shop: Shop) -> pl.DataFrame:
    """Return for each order paid by a card whether its shopper had ordered before, and never with this card."""
    orders = shop.orders.drop_nulls(["order_id", "customer_id"]).unique("order_id")
    first = orders.group_by("customer_id").agg(_first=pl.col("ordered_at").min())
    paid = orders.drop_nulls("payment_fingerprint_hash")
    by_card = paid.group_by("customer_id", "payment_fingerprint_hash").agg(_card_first=pl.col("ordered_at").min())
    told = paid.join(first, on="customer_id").join(by_card, on=["customer_id", "payment_fingerprint_hash"])
    is_new = (pl.col("ordered_at") == pl.col("_card_first")) & (pl.col("ordered_at") > pl.col("_first"))
    return told.select("order_id", "customer_id", paid_by_new_card=is_new)
