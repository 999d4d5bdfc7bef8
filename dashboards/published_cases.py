"""The queue of the published set, one row a case, read once for each set.

Belongs here: what other systems and the store need to know of cases. Does not: what pages show of them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from dashboards.data import PublishedSet
from dashboards.reviews.store import CaseFacts

QUEUE, SCORES = "flagged_queue", "rma_scores"
READ = ("case_id", "rma_id", "queue_rank", "risk_score", "expected_loss", "refund_amount", "outcome", "customer_id")


@dataclass(frozen=True, slots=True)
class CaseQueue:
    """The cases of one set: ``frame`` has one row a case in the order of the queue, ``place`` its row by name."""

    published: PublishedSet
    frame: pl.DataFrame
    place: dict[str, int]

    def row(self, case_id: str) -> dict[str, object] | None:
        """Return a case's row; None where the set has no such case."""
        place = self.place.get(case_id)
        return None if place is None else self.frame.row(place, named=True)

    def facts(self, case_id: str) -> CaseFacts | None:
        """Return what the store needs to know of a case; None where the set has no such case."""
        row = self.row(case_id)
        if row is None:
            return None
        rma_ids, value = row["rma_ids"], row["amount_at_stake"]
        assert isinstance(rma_ids, list)  # noqa: S101 - as it was made below
        return CaseFacts(case_id, tuple(rma_ids), Decimal(str(value or 0)))


class PublishedCases:
    """Follows ``HOME/published/current``: a new set is read when it is there."""

    def __init__(self, home: Path) -> None:
        self._current = home / "published" / "current"
        self._lock = threading.Lock()
        self._held: CaseQueue | None = None

    def current(self) -> CaseQueue:
        """Return the queue of the current set. PublishedSetError where there is none."""
        path = self._current.resolve()
        held = self._held
        if held is not None and held.published.path == path:
            return held
        with self._lock:
            if self._held is None or self._held.published.path != path:
                self._held = read_cases(PublishedSet.open(path))
            return self._held


def read_cases(published: PublishedSet) -> CaseQueue:
    """Return the cases of a set, most worth a look first."""
    there = set(published.columns(QUEUE))
    columns = [name for name in (*READ, "amount_at_stake") if name in there]
    rows = published.table(QUEUE, columns)
    at_stake = pl.col("amount_at_stake" if "amount_at_stake" in there else "refund_amount")
    loss = pl.col("expected_loss") if "expected_loss" in there else pl.lit(None, pl.Float64).alias("expected_loss")
    frame = (
        rows.sort("queue_rank")
        .group_by("case_id", maintain_order=True)
        .agg(
            pl.col("queue_rank").min(),
            pl.col("rma_id").alias("rma_ids"),
            pl.col("customer_id").drop_nulls().unique(maintain_order=True).alias("customer_ids"),
            pl.col("risk_score").max(),
            loss.sum().alias("expected_loss"),
            at_stake.fill_null(0).sum().alias("amount_at_stake"),
            pl.col("outcome").sort_by(pl.col("outcome") == "HOLD").last(),
        )
        .sort("queue_rank")
    )
    return CaseQueue(published, frame, {name: place for place, name in enumerate(frame["case_id"])})
