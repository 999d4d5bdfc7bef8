"""The queue of the published set, one row a case, made once for each set: the one frame of pages, store and API.

Belongs here: which cases there are, their order, and what the set says of each. Does not: where a case stands in the
store (``cases.py``) and what one case is about (``evidence.py``).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import polars as pl

from dashboards.data import PublishedSet
from dashboards.reviews.store import CaseFacts

QUEUE, SCORES = "flagged_queue", "rma_scores"
NEEDED = (
    "case_id",
    "rma_id",
    "customer_id",
    "queue_rank",
    "risk_score",
    "refund_amount",
    "outcome",
    "stage",
    "reasons",
)
MONEY = pl.Decimal(18, 4)
OPTIONAL = {"amount_at_stake": MONEY, "expected_loss": MONEY, "requested_at": pl.Datetime("us")}
"""Columns that a set may lack, which are null then; what is at stake is the refund."""
SETS_HELD = 2
"""Sets whose cases are kept: the current one, and the one before it for whoever is still reading it."""

_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class CaseQueue:
    """The cases of one set: ``frame`` has one row a case in the order of the queue, ``place`` its row by name.

    ``position`` is 1 for the first case, ``queue_rank`` the best of its RMAs; ``at_stake`` and ``expected_loss`` are
    sums over its flagged RMAs, ``risk`` the highest score, ``outcome`` ``HOLD`` where any has it; ``unusual`` and
    ``reason_code`` are the strongest reason of its first RMA.
    """

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
        rma_ids = row["rma_ids"]
        assert isinstance(rma_ids, list)  # noqa: S101 - as it was made below
        return CaseFacts(case_id, tuple(rma_ids), Decimal(str(row["at_stake"] or 0)))


class PublishedCases:
    """Follows ``HOME/published/current``: a new set is read when it is there."""

    def __init__(self, home: Path) -> None:
        self._current = home / "published" / "current"

    def current(self) -> CaseQueue:
        """Return the queue of the current set. PublishedSetError where there is none."""
        return queue_of(self._current.resolve())


def queue_of(path: Path) -> CaseQueue:
    """Return the cases of the set in that folder. PublishedSetError where it cannot be read."""
    with _making:  # whoever comes while they are made waits for them
        return _queue_of(path)


@lru_cache(maxsize=SETS_HELD)
def _queue_of(path: Path) -> CaseQueue:
    """Return the cases of a set, which never changes."""
    return read_cases(PublishedSet.open(path))


def read_cases(published: PublishedSet) -> CaseQueue:
    """Return the cases of a set, most worth a look first."""
    there = set(published.columns(QUEUE))
    rows = published.table(QUEUE, [name for name in (*NEEDED, *OPTIONAL) if name in there])
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in OPTIONAL.items() if name not in there]
    first = pl.col("reasons").list.first().struct
    told = rows.with_columns(*absent, first.field("text").alias("unusual"), first.field("code").alias("reason_code"))
    stake = pl.col("amount_at_stake" if "amount_at_stake" in there else "refund_amount")
    frame = (
        told.sort("queue_rank")
        .group_by("case_id", maintain_order=True)
        .agg(
            pl.col("queue_rank").min(),
            pl.len().alias("n_rmas"),
            pl.col("customer_id").n_unique().alias("n_accounts"),
            pl.col("risk_score").max().alias("risk"),
            stake.fill_null(0).sum().alias("at_stake"),
            # a sum of nothing would be 0, which is known
            pl.when(pl.col("expected_loss").count() > 0).then(pl.col("expected_loss").sum()).alias("expected_loss"),
            pl.col("outcome").sort_by(pl.col("outcome") == "HOLD").last(),
            pl.col("stage", "unusual", "reason_code", "requested_at").first(),
            pl.col("rma_id").alias("rma_ids"),
            pl.col("customer_id").drop_nulls().unique(maintain_order=True).alias("customer_ids"),
        )
        .sort("queue_rank")
        .with_row_index("position", offset=1)
    )
    return CaseQueue(published, frame, {name: place for place, name in enumerate(frame["case_id"])})
