"""What published scores are worth against a truth file, beside baselines that anybody could have.

Truth is used here and nowhere else. Measures are those of a team with a fixed capacity: what they find
among the RMAs that they can look at, in number and in value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score

from features.contracts import MONEY
from models.matrix import FloatArray, known_values, latest_stage

TOTALS = ("orders_ever", "spend_ever", "lines_bought_ever", "lines_returned_ever", "returned_amount_ever")
"""What a naive detector would look at: a shopper's totals."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The scored RMAs in the order of rma_id, with what they turned out to be."""

    frame: pl.DataFrame
    capacity: int

    @property
    def is_fraud(self) -> pl.Series:
        """Whether each RMA is fraud in the truth."""
        return self.frame.get_column("is_fraud")

    def top(self, scores: FloatArray) -> pl.Series:
        """Return which RMAs are within the capacity by these scores; ties go by rma_id."""
        order = np.argsort(-scores, kind="stable")
        chosen = np.zeros(self.frame.height, dtype=bool)
        chosen[order[: self.capacity]] = True
        return pl.Series("chosen", chosen)


def _judged(scores: pl.DataFrame, truth: pl.DataFrame, features: pl.DataFrame, capacity: int | None) -> Judged:
    """Join scores and truth; an RMA that the truth does not name is honest, one it names twice is fraud if either is.

    The amount is the refund, or where none was paid the value asked back.
    """
    wanted = {"archetype": pl.String, "lookalike": pl.String}
    known = truth.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in wanted.items() if name not in truth)
    known = known.select(pl.col("rma_id").cast(pl.String), pl.col("is_fraud").cast(pl.Boolean), *wanted)
    known = known.sort("is_fraud", descending=True, maintain_order=True).unique("rma_id", maintain_order=True)
    asked = latest_stage(features).select("rma_id", pl.col("rma_amount").cast(MONEY, strict=False))
    kept = scores.select("rma_id", "refund_amount", "risk_score", "risk_rank", "is_flagged")
    frame = kept.join(known, on="rma_id", how="left").join(asked, on="rma_id", how="left")
    frame = frame.with_columns(
        pl.col("is_fraud").fill_null(value=False),
        pl.coalesce("refund_amount", "rma_amount", pl.lit(0).cast(MONEY)).alias("amount"),
    ).sort("rma_id")
    return Judged(frame, int(scores["is_flagged"].sum()) if capacity is None else capacity)


def _share(part: float, whole: float) -> float | None:
    """Return part over whole, None where the whole is nothing."""
    return part / whole if whole else None


def _measures(judged: Judged, scores: FloatArray, chosen: pl.Series) -> dict[str, float | None]:
    """Return average precision of the scores, and precision, recall and value recall of the chosen RMAs."""
    fraud, amount = judged.is_fraud, judged.frame.get_column("amount")
    found = int((fraud & chosen).sum())
    precision = average_precision_score(fraud.to_numpy(), scores) if fraud.any() else None
    return {
        "average_precision": None if precision is None else float(precision),
        "precision_at_capacity": _share(found, int(chosen.sum())),
        "recall_at_capacity": _share(found, int(fraud.sum())),
        "value_recall_at_capacity": _share(
            float(amount.filter(fraud & chosen).sum()), float(amount.filter(fraud).sum())
        ),
    }


def _share_chosen(judged: Judged, chosen: pl.Series, of: str, *, fraud: bool) -> dict[str, float]:
    """Return the share chosen among the fraudulent (or honest) RMAs, for each word of the column ``of``."""
    rows = judged.frame.with_columns(chosen).filter((pl.col("is_fraud") == fraud) & pl.col(of).is_not_null())
    shares = rows.group_by(of).agg(pl.col("chosen").mean()).sort(of)
    return dict(shares.iter_rows())


def _naive(judged: Judged, features: pl.DataFrame, seed: int) -> FloatArray:
    """Return the score of an isolation forest over shoppers' totals: every RMA has its shopper's.

    A shopper's totals are those at the shopper's latest RMA; what is not known is 0, anonymous RMAs
    are each a shopper of their own.
    """
    shopper = pl.coalesce("customer_id", pl.concat_str(pl.lit("anonymous "), "rma_id"))
    rows = latest_stage(features).select("rma_id", "requested_at", *TOTALS, shopper.alias("shopper"))
    last = rows.sort("requested_at", "rma_id").unique("shopper", keep="last", maintain_order=True).sort("shopper")
    totals = np.nan_to_num(known_values(last, TOTALS))
    forest = IsolationForest(n_estimators=100, random_state=seed).fit(totals)
    last = last.with_columns(pl.Series("naive", -forest.score_samples(totals)))
    by_rma = rows.join(last.select("shopper", "naive"), on="shopper", how="left").select("rma_id", "naive")
    return _aligned(judged, by_rma, "naive")


def _aligned(judged: Judged, values: pl.DataFrame, name: str) -> FloatArray:
    """Return a column of one row an RMA in the order of the judged RMAs; what is not known comes last."""
    joined = judged.frame.select("rma_id").join(values, on="rma_id", how="left", maintain_order="left")
    column = known_values(joined, [name])[:, 0]
    return np.where(np.isnan(column), -1.0, column)


def _baselines(judged: Judged, features: pl.DataFrame, seed: int) -> dict[str, dict[str, float | None]]:
    """Return the measures of a naive forest over shoppers' totals, of the return rate alone, and of chance."""
    rates = latest_stage(features).select("rma_id", "return_rate_ever")
    scores = {
        "customer_isolation_forest": _naive(judged, features, seed),
        "return_rate": _aligned(judged, rates, "return_rate_ever"),
        "random": np.random.default_rng(seed).random(judged.frame.height),
    }
    return {name: _measures(judged, values, judged.top(values)) for name, values in scores.items()}


def evaluate(
    scores: pl.DataFrame, truth: pl.DataFrame, features: pl.DataFrame, capacity: int | None, seed: int
) -> dict[str, Any]:
    """Return what the scores are worth, in the keys of ``returnwatch evaluate``.

    ``scores`` is ``rma_scores``; ``truth`` has rma_id, is_fraud and where known archetype and lookalike.
    ``capacity`` is how many RMAs are looked at (None: as many as were flagged), by risk rank. A measure is
    None where it has no meaning (no fraud in the truth, nobody looked). ``recall_by_archetype`` is
    the share of an archetype's fraudulent RMAs within the capacity, ``flag_rate_by_lookalike`` the share of a
    look-alike's honest ones.
    """
    if scores.is_empty():
        raise ValueError("There are no scores to evaluate; run the pipeline on a landing folder first.")
    judged = _judged(scores, truth, features, capacity)
    chosen = pl.Series("chosen", judged.frame.get_column("risk_rank") <= judged.capacity)
    risk = judged.frame.get_column("risk_score").to_numpy()
    return {
        **_measures(judged, risk, chosen),
        "recall_by_archetype": _share_chosen(judged, chosen, "archetype", fraud=True),
        "flag_rate_by_lookalike": _share_chosen(judged, chosen, "lookalike", fraud=False),
        "baselines": _baselines(judged, features, seed),
    }
