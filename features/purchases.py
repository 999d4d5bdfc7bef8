"""RMA lines with what was bought: the product's rules, the purchase's serial, the order's payment and delivery.

What belongs here: joining the facts of products, order lines and orders to RMA lines. What does not: what any of
them says about an RMA.

A purchase counts where it was made by the request; its delivery (and the proof of it) where that came by then.
"""

from __future__ import annotations

import polars as pl

from features.shop import Shop

MAILED = ("mail", "locker", "pickup")
"""Ways of return by which a parcel travels to the warehouse."""
RETURNS = ("return", "warranty")
"""Claims by which goods come back."""
_PRODUCT = ("weight_g", "return_window_days", "warranty_days", "unopened_only", "final_sale", "is_serialised")
_ORDER = ("payment_method", "payment_fingerprint_hash", "is_gift")


def with_purchase(lines: pl.DataFrame, shop: Shop) -> pl.DataFrame:
    """Add to RMA lines their product's rules, the purchase and its order; null where not known. Rows keep their order.

    ``line_paid`` (for the order line's ``line_units``), ``serial_number`` as sold; ``order_status`` as it is now;
    ``delivery_proof`` and ``proven_at`` by the request; ``own_card_at``: when the shopper first paid with the card
    that the refund went to.
    """
    joined = _joined(lines, shop)
    is_bought = pl.col("bought_at") <= pl.col("requested_at")
    is_proven = is_bought & (pl.col("proven_at") <= pl.col("requested_at"))
    bought = ("line_paid", "line_units", "serial_number", "order_status", *_ORDER)
    return joined.with_columns(
        *(pl.when(is_bought).then(column).alias(column) for column in bought),
        *(pl.when(is_proven).then(column).alias(column) for column in ("delivery_proof", "proven_at")),
        is_return=pl.col("claim_type").fill_null("return").is_in(RETURNS),
        is_mailed=pl.col("return_method").is_in(MAILED),
    ).drop("bought_at")


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
        .drop("_ordered")
    )
