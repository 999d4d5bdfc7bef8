"""Whether the shopper had turned to support about an order before the RMA was requested.

What belongs here: contacts by their topic. What does not: what a contact explains (the families' own matter).
"""

from __future__ import annotations

import polars as pl

from features.stages import Cases
from features.windows import timeline, view

_KEY = ["rma_id", "stage"]


def contacted(cases: Cases, name: str, topic: str | None = None) -> pl.DataFrame:
    """Return for each RMA and stage whether its shopper had contacted support about an order of it (0 or 1).

    Only contacts before the request count; with ``topic`` (a regular expression, lower case) those about it.
    """
    contacts = cases.part.support_contacts
    if topic is not None:
        contacts = contacts.filter(pl.col("topic").str.to_lowercase().str.contains(topic))
    dated = contacts.select("customer_id", "order_id", "contacted_at", n=pl.lit(1))
    asked = timeline(dated, ["customer_id", "order_id"], "contacted_at", ["n"])
    lines = cases.lines.select(*_KEY, "customer_id", "order_id", "requested_at")
    seen = view(asked, lines, "requested_at").total("n").fill_null(0)
    return lines.with_columns((seen > 0).cast(pl.Float64).alias(name)).group_by(_KEY).agg(pl.col(name).max())
