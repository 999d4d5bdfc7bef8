"""What scores are worth to a team of fixed capacity, with intervals: arrays in, figures out.

Intervals are bootstrap percentiles over whole shoppers: an abuser's RMAs stand or fall together, and drawing
them one by one would make every interval too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from models.matrix import FloatArray, IntArray

BoolArray = npt.NDArray[np.bool_]

DRAWS = 200
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """The scored RMAs in the order of rma_id, with what they turned out to be, and how many can be looked at.

    ``frame``: rma_id, customer_id, is_fraud, archetype, lookalike, amount, risk_score, risk_rank.
    """

    frame: pl.DataFrame
    capacity: int

    @property
    def is_fraud(self) -> BoolArray:
        """Whether each RMA is fraud in the truth."""
        return self.frame.get_column("is_fraud").to_numpy()

    @property
    def amount(self) -> FloatArray:
        """What was at stake in each RMA."""
        return self.frame.get_column("amount").cast(pl.Float64).to_numpy()

    def top(self, scores: FloatArray) -> BoolArray:
        """Return which RMAs are within the capacity by these scores; ties go by rma_id."""
        order = np.argsort(-scores, kind="stable")
        chosen = np.zeros(self.frame.height, dtype=np.bool_)
        chosen[order[: self.capacity]] = True
        return chosen

    def shoppers(self) -> IntArray:
        """Return a number for each RMA's shopper; an anonymous RMA is a shopper of its own."""
        shopper = pl.coalesce(
            pl.format("shopper {}", pl.col("customer_id")), pl.format("anonymous {}", pl.col("rma_id"))
        )
        return self.frame.select(shopper.rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scores in falling order: ``order`` of the rows, and for each place the last place of its tie."""

    order: IntArray
    tie_end: IntArray

    @classmethod
    def of(cls, scores: FloatArray) -> Ranking:
        """Return the ranking of the scores, highest first."""
        order = np.argsort(-scores, kind="stable")
        falling = scores[order]
        tie_end = np.searchsorted(-falling, -falling, side="right") - 1
        return cls(order, tie_end)

    def average_precision(self, is_fraud: BoolArray, weights: FloatArray) -> float | None:
        """Return the average precision with each row counted ``weights`` times; None without fraud."""
        weight, fraud = weights[self.order], (weights * is_fraud)[self.order]
        if not fraud.any():
            return None
        seen, found = np.cumsum(weight)[self.tie_end], np.cumsum(fraud)[self.tie_end]
        precision = np.divide(found, seen, out=np.zeros(seen.shape), where=seen > 0)
        return float((precision * fraud).sum() / fraud.sum())


def share(part: float, whole: float) -> float | None:
    """Return part over whole, None where the whole is nothing."""
    return part / whole if whole else None


def measures(
    judged: Judged, ranking: Ranking, chosen: BoolArray, weights: FloatArray | None = None
) -> dict[str, float | None]:
    """Return the measures of a ranking and of those chosen by it, each row counted ``weights`` times (None: once)."""
    counted = np.ones(judged.frame.height) if weights is None else weights
    fraud, value = counted * judged.is_fraud, counted * judged.is_fraud * judged.amount
    found = float(fraud[chosen].sum())
    return {
        "average_precision": ranking.average_precision(judged.is_fraud, counted),
        "precision_at_capacity": share(found, float(counted[chosen].sum())),
        "recall_at_capacity": share(found, float(fraud.sum())),
        "value_recall_at_capacity": share(float(value[chosen].sum()), float(value.sum())),
    }


def intervals(judged: Judged, ranking: Ranking, chosen: BoolArray, seed: int) -> dict[str, list[float] | None]:
    """Return the 95 % interval of each measure, None where too few draws have one."""
    rng, shoppers = np.random.default_rng(seed), judged.shoppers()
    n_shoppers = int(shoppers.max()) + 1
    drawn = []
    for _ in range(DRAWS):
        times = np.bincount(rng.integers(0, n_shoppers, n_shoppers), minlength=n_shoppers)
        drawn.append(measures(judged, ranking, chosen, times[shoppers].astype(np.float64)))
    return {name: _interval([each[name] for each in drawn]) for name in drawn[0]}


def _interval(values: list[float | None]) -> list[float] | None:
    """Return the middle 95 % of the values that are known; None where fewer than half are."""
    known = [value for value in values if value is not None]
    if len(known) < DRAWS / 2:
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return [float(low), float(high)]
