"""What accounts of a case share with each other, pair by pair: kinds of identifiers, never an identifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from dashboards.data import PublishedSet

TABLE = "report_account_links"
KINDS = {
    "email": "Mailbox",
    "payment": "Card",
    "phone": "Telephone",
    "device": "Device",
    "address": "Address",
    "ip": "IP address",
}
"""Kinds of identifiers in words, those that few people share first."""


@dataclass(frozen=True, slots=True)
class AccountLink:
    """Two accounts, the kinds of things that both were seen with, and since when both were seen with one of them."""

    one: str
    other: str
    kinds: tuple[str, ...]
    since: datetime | None


def links(published: PublishedSet, rings: Sequence[str], accounts: Sequence[str]) -> list[AccountLink]:
    """Return the links between those accounts in their rings; empty where the set tells none."""
    if not published.has(TABLE):
        return []
    ours = list(accounts)
    found = published.scan(TABLE).filter(
        pl.col("ring_id").is_in(list(rings)),
        pl.col("customer_id").is_in(ours),
        pl.col("other_customer_id").is_in(ours),
        pl.col("kind").is_in(list(KINDS)),
    )
    pairs = found.group_by("customer_id", "other_customer_id").agg("kind", pl.col("since_at").min())
    rows = pairs.sort("customer_id", "other_customer_id").collect().iter_rows()
    return [
        AccountLink(one, other, tuple(kind for kind in KINDS if kind in kinds), since)
        for one, other, kinds, since in rows
    ]
