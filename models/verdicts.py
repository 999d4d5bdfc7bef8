"""What people decided about RMAs, and which RMAs are looked at by lot so that decisions can be counted without bias.

The queue shows what it holds suspicious, so its verdicts alone say nothing of what it misses. A small share of the
RMAs that are not flagged goes to people as well, drawn by a hash of the RMA's name: nobody can tell why one was drawn,
the same RMA is drawn in every run, and each had the same chance.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from models.matrix import FloatArray

FRAUD = "fraud"
"""The verdict that says abuse; the other one says legitimate."""
_SPAN = 2**32


def settled_verdicts(labels: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return one row an RMA with a verdict by ``as_of``: ``fraud_share`` of its deciders, ``decided_at`` the last.

    ``labels``: ``rma_id``, ``verdict``, ``decided_at``, ``decided_by`` (null: one unnamed decider). Each decider's
    last word counts.
    """
    known = labels.filter(pl.col("decided_at") <= as_of).sort("decided_at", "verdict")
    last = known.unique(["rma_id", "decided_by"], keep="last", maintain_order=True)
    said = last.group_by("rma_id").agg(
        fraud_share=(pl.col("verdict") == FRAUD).mean(), decided_at=pl.col("decided_at").max()
    )
    return said.sort("rma_id")


def is_drawn(rma_ids: pl.Series, share: float, seed: int) -> pl.Series:
    """Return whether each RMA is among those that people look at by lot, a ``share`` of all."""
    limit = share * _SPAN
    drawn = [_place(rma_id, seed) < limit for rma_id in rma_ids.to_list()]
    return pl.Series("is_audit", drawn, dtype=pl.Boolean)


def _place(rma_id: str, seed: int) -> int:
    """Return where an RMA lies in the lot, from 0 to 2^32."""
    return int.from_bytes(hashlib.blake2b(f"{seed}:{rma_id}".encode(), digest_size=4).digest(), "big")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the bounds between which it lies with 90 % probability; None where nothing tells it."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Counts:
    """RMAs of one kind: how many there are, how many were looked at, and how many of those were fraud."""

    n: int
    looked_at: int
    fraud: float


def quality(flagged: Counts, others: Counts, draws: int, seed: int) -> dict[str, Estimate]:
    """Return what the flags are worth, from the verdicts on flagged RMAs and on those drawn from all others.

    ``precision``: share of the flagged that is fraud. ``recall``: share of all fraud that is flagged.
    ``fraud_share``: share of all RMAs that is fraud. ``insult_rate``: share of the honest RMAs that is flagged. Each
    group's share has a beta posterior with Jeffreys' prior; bounds are the 5th and 95th percentile of ``draws`` draws.
    """
    if not flagged.looked_at:
        nothing = Estimate(None, None, None)
        return dict.fromkeys(("precision", "recall", "fraud_share", "insult_rate"), nothing)
    rng = np.random.default_rng(seed)
    inside, outside = (_shares(counts, draws, rng) for counts in (flagged, others))
    found, missed = flagged.n * inside, others.n * outside
    honest = flagged.n + others.n - found - missed
    told = {"precision": inside}
    if others.looked_at or not others.n:
        told |= {
            "recall": found / (found + missed),
            "fraud_share": (found + missed) / (flagged.n + others.n),
            "insult_rate": (flagged.n - found) / honest,
        }
    unknown = dict.fromkeys(("recall", "fraud_share", "insult_rate"), Estimate(None, None, None))
    return unknown | {name: _estimate(values) for name, values in told.items()}


def _shares(counts: Counts, draws: int, rng: np.random.Generator) -> FloatArray:
    """Draw a group's share of fraud."""
    return rng.beta(counts.fraud + 0.5, counts.looked_at - counts.fraud + 0.5, draws)


def _estimate(values: FloatArray) -> Estimate:
    """Return the mean of draws with their bounds."""
    low, high = np.quantile(values, [0.05, 0.95])
    return Estimate(float(values.mean()), float(low), float(high))
