"""What the competitors compute: figures of a shopper's past as of each request, of which none is the product's alone.

What belongs here: which figures, from which columns of core. What does not: how anybody computes them.
"""

from __future__ import annotations

WINDOWS = {"30d": 30, "90d": 90, "365d": 365, "ever": None}
"""Look-back windows in days."""
MEASURES = ("orders", "spend", "lines_bought", "lines_returned", "returned_amount", "refunded_amount")
COMMON = (
    *(f"{measure}_{window}" for measure in MEASURES for window in WINDOWS),
    "days_since_first_order",
    "rmas_7d",
    "rmas_30d",
    "days_since_last_rma",
)
"""The features, as docs/features.md defines them; one row an RMA."""
ORDER_LINES = ("customer_id", "order_id", "ordered_at", "line_amount")
RMA_LINES = ("rma_id", "customer_id", "requested_at", "requested_amount", "refund_amount", "refunded_at")
"""The columns of core that they are computed from."""
