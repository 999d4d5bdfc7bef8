"""What published scores are worth against a truth file, beside baselines that anybody could have.

Truth is used here (and in ``models.taught``, the reference) and nowhere else. Measures are those of a team with a
fixed capacity: what they find among the RMAs that they can look at, in number and in value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from features.contracts import MONEY
from models.baselines import ecod, naive_forest, return_rate, simple_rules
from models.matrix import FloatArray, latest_stage
from models.measures import BoolArray, Judged, Ranking, intervals, measures
from models.taught import raw_matrix, taught_scores


def _judged(scores: pl.DataFrame, truth: pl.DataFrame, features: pl.DataFrame, capacity: int | None) -> Judged:
    """Join scores and truth; an RMA that the truth does not name is honest, one it names twice is fraud if either is.

    The amount is the refund, or where none was paid the value asked back. The shopper is the features'.
    """
    wanted = {"archetype": pl.String, "lookalike": pl.String}
    known = truth.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in wanted.items() if name not in truth)
    known = known.select(pl.col("rma_id").cast(pl.String), pl.col("is_fraud").cast(pl.Boolean), *wanted)
    known = known.sort("is_fraud", descending=True, maintain_order=True).unique("rma_id", maintain_order=True)
    asked = features.select("rma_id", "customer_id", pl.col("rma_amount").cast(MONEY, strict=False))
    kept = scores.select("rma_id", "refund_amount", "risk_score", "risk_rank", "is_flagged")
    frame = kept.join(known, on="rma_id", how="left").join(asked, on="rma_id", how="left")
    frame = frame.with_columns(
        pl.col("is_fraud").fill_null(value=False),
        pl.coalesce("refund_amount", "rma_amount", pl.lit(0).cast(MONEY)).alias("amount"),
    ).sort("rma_id")
    return Judged(frame, int(scores["is_flagged"].sum()) if capacity is None else capacity)


def _share_chosen(judged: Judged, chosen: BoolArray, of: str, *, fraud: bool) -> dict[str, float]:
    """Return the share chosen among the fraudulent (or honest) RMAs, for each word of the column ``of``."""
    rows = judged.frame.with_columns(pl.Series("chosen", chosen))
    rows = rows.filter((pl.col("is_fraud") == fraud) & pl.col(of).is_not_null() & (pl.col(of) != ""))
    shares = rows.group_by(of).agg(pl.col("chosen").mean()).sort(of)
    return dict(shares.iter_rows())


def _aligned(judged: Judged, rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row of ``rows`` for each judged RMA, in their order; one without a row is not known."""
    return judged.frame.select("rma_id").join(rows, on="rma_id", how="left", maintain_order="left")


def _baseline_scores(
    judged: Judged, features: pl.DataFrame, raw: pl.DataFrame | None, seed: int
) -> dict[str, FloatArray]:
    """Return the scores of each baseline; those on delivered columns only where these are given."""
    rows = _aligned(judged, features)
    scores = {
        "customer_isolation_forest": naive_forest(rows, seed),
        "return_rate": return_rate(rows),
        "simple_rules": simple_rules(rows),
        "random": np.random.default_rng(seed).random(judged.frame.height),
    }
    if raw is not None:
        delivered = _aligned(judged, raw)
        asked = delivered.select(name for name in delivered.columns if name.startswith("num_ask_"))
        scores["ecod"] = ecod(raw_matrix(asked)[0])
        scores["taught"] = taught_scores(delivered, judged.is_fraud, judged.shoppers(), seed)
    return scores


def _baseline(judged: Judged, scores: FloatArray, seed: int) -> dict[str, Any]:
    """Return the measures of a baseline and their intervals."""
    ranking, chosen = Ranking.of(scores), judged.top(scores)
    return {**measures(judged, ranking, chosen), "intervals": intervals(judged, ranking, chosen, seed)}


def evaluate(  # noqa: PLR0913, PLR0917 -- three tables, and how to judge them
    scores: pl.DataFrame,
    truth: pl.DataFrame,
    features: pl.DataFrame,
    capacity: int | None,
    seed: int,
    raw: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """Return what the scores are worth, in the keys of ``returnwatch evaluate``.

    ``scores`` is ``rma_scores``; ``truth`` has rma_id, is_fraud and where known archetype and lookalike.
    ``capacity`` is how many RMAs are looked at, by risk rank (None: those that were flagged). ``raw`` is what
    was delivered of each RMA (``sql/evaluation/select_raw_rmas.sql``); without it there is no ``ecod`` and no
    ``taught``. A measure is None where it has no meaning (no fraud in the truth, nobody looked).
    ``recall_by_archetype`` is the share of an archetype's fraudulent RMAs within the capacity,
    ``flag_rate_by_lookalike`` the share of a look-alike's honest ones, ``flag_rate_of_honest`` that of all honest
    ones. ``intervals`` are 95 % bootstrap intervals over shoppers.
    """
    if scores.is_empty():
        raise ValueError("There are no scores to evaluate; run the pipeline on a landing folder first.")
    latest = latest_stage(features)
    judged = _judged(scores, truth, latest, capacity)
    by_rank = pl.col("risk_rank") <= judged.capacity
    chosen = judged.frame.select(pl.col("is_flagged") if capacity is None else by_rank).to_series().to_numpy()
    ranking = Ranking.of(judged.frame.get_column("risk_score").to_numpy())
    honest = ~judged.is_fraud
    baselines = _baseline_scores(judged, latest, raw, seed)
    return {
        **measures(judged, ranking, chosen),
        "intervals": intervals(judged, ranking, chosen, seed),
        "recall_by_archetype": _share_chosen(judged, chosen, "archetype", fraud=True),
        "flag_rate_by_lookalike": _share_chosen(judged, chosen, "lookalike", fraud=False),
        "flag_rate_of_honest": float(chosen[honest].mean()) if honest.any() else None,
        "n_rmas": judged.frame.height,
        "n_fraud": int(judged.is_fraud.sum()),
        "capacity": judged.capacity,
        "baselines": {name: _baseline(judged, values, seed) for name, values in baselines.items()},
    }
