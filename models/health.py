"""Whether the model still sees what it was fitted to: shifts of features and scores, and what people found, by week.

Belongs here: the checks of ``report_model_health`` and their thresholds. Does not: what is done about an alert.

* ``psi``: population stability index of a feature between the RMAs requested in the last ``recent_days`` and those
  before: ``sum (a - b) ln(a / b)`` over ten bins of equal share of the earlier RMAs and one of unknown values, half
  an RMA added to each. Below 0.1 nothing moved, above 0.25 it is another shop (Siddiqi 2006, Credit Risk Scorecards).
* ``missing``: by how much the share of unknown values of a feature rose or fell.
* ``score_psi``: the same index of the risk score.
* ``flag_rate``: the share of recent RMAs that are flagged, over that of the earlier ones.
* ``week_precision``: the share of fraud among the RMAs that were decided in a week.
* ``learning_without``, ``learning_with``, ``learning_sureness``: average precision among the RMAs with verdicts by the
  score without and with what verdicts taught, measured on shoppers that it was not taught by, and how sure it is that
  learning is not worse (``models.feedback``). Their subject says whether the lessons are used.
* ``precision``, ``recall``, ``fraud_share``, ``insult_rate``: of ``models.verdicts.quality``, with their bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from features.contracts import Stage
from models.detector import Detector, raw_score
from models.matrix import FloatArray
from models.verdicts import Counts, is_drawn, quality

HEALTH_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "check": pl.String,
    "subject": pl.String,
    "stage": pl.String,
    "since": pl.Date,
    "n_before": pl.Int64,
    "n_recent": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "threshold": pl.Float64,
    "is_alert": pl.Boolean,
}
"""One row a check and what it is about: a feature (at a stage), the score, or a week."""


Columns = Callable[[list[str]], pl.DataFrame]
"""Returns the columns of these names."""
HEALTH_READS = ("rma_id", "requested_at", "risk_score_at_request", "is_flagged")
"""What health reads of ``rma_scores``."""
COLUMNS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class HealthParams:
    """When a shift is worth an alert: ``least`` RMAs on either side, else nothing is said.

    ``precision``: a week's flags of which fewer were fraud are an alert: about as many as chance would find.
    ``audit_share`` and ``seed``: the lot (``models.verdicts``); ``draws`` for the bounds of figures.
    """

    recent_days: int = 28
    least: int = 200
    bins: int = 10
    psi: float = 0.25
    missing: float = 0.2
    flag_rate: float = 3.0
    precision: float = 0.02
    audit_share: float = 0.01
    draws: int = 4000
    seed: int = 20261123


def population_stability(before: FloatArray, recent: FloatArray, bins: int) -> float:
    """Return the population stability index of recent values against earlier ones; NaN is a bin of its own."""
    known = before[~np.isnan(before)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1])) if known.size else np.empty(0)

    def shares(values: FloatArray) -> FloatArray:
        told = values[~np.isnan(values)]
        counts = np.bincount(np.searchsorted(edges, told, side="left"), minlength=edges.size + 1)
        smoothed = np.append(counts, values.size - told.size) + 0.5
        return np.asarray(smoothed / smoothed.sum(), dtype=np.float64)

    a, b = shares(recent), shares(before)
    return float(np.sum((a - b) * np.log(a / b)))


def health(
    features: Columns, names: list[str], scores: pl.DataFrame, verdicts: pl.DataFrame, params: HealthParams
) -> pl.DataFrame:
    """Return the checks: of the ``names`` of the features at every stage, of the scores, and of the verdicts.

    ``features`` returns columns of the features; they are asked for some at a time. ``scores`` has the columns
    ``HEALTH_READS``, ``verdicts`` are those of ``verdicts.settled_verdicts``. The last request is the end.
    """
    end = scores["requested_at"].max()
    if not isinstance(end, datetime):
        return pl.DataFrame(schema=HEALTH_SCHEMA)
    since = end - timedelta(days=params.recent_days)
    rows = list(_score_rows(scores, since, params))
    for first in range(0, len(names), COLUMNS_AT_ONCE):
        some = names[first : first + COLUMNS_AT_ONCE]
        rows += _feature_rows(features(["stage", "requested_at", *some]), some, since, params)
    rows += [*_week_rows(scores, verdicts, params), *_quality_rows(scores, verdicts, params)]
    return pl.DataFrame(rows, schema=HEALTH_SCHEMA, orient="row").sort("check", "subject", "stage", "since")


def is_steady(detector: Detector, pieces: Iterable[pl.DataFrame], params: HealthParams) -> bool:
    """Return whether the untaught scores at the request are still those of the RMAs before: else nothing new is used.

    ``pieces`` are the features of all RMAs, some at a time. With too few RMAs to say so they are steady.
    """
    requested = (piece.filter(pl.col("stage") == Stage.REQUEST) for piece in pieces)
    scored = [(rows["requested_at"], raw_score(detector, rows)) for rows in requested]
    at, raw = pl.concat([at for at, _ in scored]), np.concatenate([raw for _, raw in scored])
    end = at.max()
    if not isinstance(end, datetime):
        return True
    is_recent = (at > end - timedelta(days=params.recent_days)).to_numpy()
    if min(int(is_recent.sum()), int((~is_recent).sum())) < params.least:
        return True
    return population_stability(raw[~is_recent], raw[is_recent], params.bins) <= params.psi


def learning_rows(learned: Mapping[str, Any]) -> pl.DataFrame:
    """Return what learning from verdicts was found worth: a row of ``score.detector`` as checks."""
    counts = (learned["n_rmas"], learned["n_verdicts"])
    names = {
        "learning_without": "precision_without",
        "learning_with": "precision_with",
        "learning_sureness": "sureness",
    }
    state = "used" if learned["is_taught"] else "not used"
    rows = [
        (f"learning_{check}", state, None, None, *counts, learned[name], None, None, None, False)
        for check, name in names.items()
        if learned[name] is not None
    ]
    return pl.DataFrame(rows, schema=HEALTH_SCHEMA, orient="row")


_Row = tuple[str, str, str | None, object, int, int, float | None, float | None, float | None, float | None, bool]


def _feature_rows(
    features: pl.DataFrame, names: Sequence[str], since: datetime, params: HealthParams
) -> Iterator[_Row]:
    """Return the two checks of each feature at each stage."""
    for (stage,), rows in features.group_by("stage"):
        is_recent = (rows["requested_at"] > since).to_numpy()
        n_recent = int(is_recent.sum())
        n_before = rows.height - n_recent
        if min(n_recent, n_before) < params.least:
            continue
        for name in names:
            values = rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
            before, recent = values[~is_recent], values[is_recent]
            if np.isnan(before).all() and np.isnan(recent).all():
                continue
            head = (name, str(stage), since.date(), n_before, n_recent)
            shift = population_stability(before, recent, params.bins)
            yield ("psi", *head, shift, None, None, params.psi, shift > params.psi)
            missing = float(np.isnan(recent).mean() - np.isnan(before).mean())
            yield ("missing", *head, missing, None, None, params.missing, abs(missing) > params.missing)


def _score_rows(scores: pl.DataFrame, since: datetime, params: HealthParams) -> Iterator[_Row]:
    """Return the checks of the scores at the request, where all RMAs are as far as each other, and of the flags."""
    is_recent = (scores["requested_at"] > since).to_numpy()
    n_recent = int(is_recent.sum())
    n_before = scores.height - n_recent
    if min(n_recent, n_before) < params.least:
        return
    risk = scores["risk_score_at_request"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    head = ("all", None, since.date(), n_before, n_recent)
    shift = population_stability(risk[~is_recent], risk[is_recent], params.bins)
    yield ("score_psi", *head, shift, None, None, params.psi, shift > params.psi)
    flagged = scores["is_flagged"].to_numpy()
    ratio = float((flagged[is_recent].mean() * n_before + 0.5) / (flagged[~is_recent].sum() + 0.5))
    is_alert = not 1 / params.flag_rate <= ratio <= params.flag_rate
    yield ("flag_rate", *head, ratio, None, None, params.flag_rate, is_alert)


def _week_rows(scores: pl.DataFrame, verdicts: pl.DataFrame, params: HealthParams) -> list[_Row]:
    """Return for each week of decisions what share of its decided RMAs was fraud."""
    decided = scores.join(verdicts, on="rma_id").with_columns(pl.col("decided_at").dt.truncate("1w").dt.date())
    weeks = decided.group_by("decided_at").agg(pl.len().alias("n"), pl.col("fraud_share").mean()).sort("decided_at")
    return [
        (
            *("week_precision", "week", None, week, 0, n),
            *(share, None, None, params.precision, n >= params.least and share < params.precision),
        )
        for week, n, share in weeks.iter_rows()
    ]


def _quality_rows(scores: pl.DataFrame, verdicts: pl.DataFrame, params: HealthParams) -> list[_Row]:
    """Return what the flags are worth by the verdicts on flagged RMAs and on those drawn from the others."""
    drawn = is_drawn(scores["rma_id"], params.audit_share, params.seed)
    known = scores.select("rma_id", "is_flagged").with_columns(drawn).join(verdicts, on="rma_id", how="left")
    flagged, others = (known.filter(pl.col("is_flagged") == is_flagged) for is_flagged in (True, False))
    told = quality(
        _counts(flagged, flagged), _counts(others, others.filter("is_audit")), draws=params.draws, seed=params.seed
    )
    counts = (known.height, int(known["fraud_share"].count()))
    return [
        (name, "all", None, None, *counts, figure.value, figure.low, figure.high, None, False)
        for name, figure in told.items()
        if figure.value is not None
    ]


def _counts(group: pl.DataFrame, shown: pl.DataFrame) -> Counts:
    """Return how many RMAs a group has, and what people said of those of it that they were shown."""
    decided = shown["fraud_share"].drop_nulls()
    return Counts(group.height, decided.len(), float(decided.sum()))
