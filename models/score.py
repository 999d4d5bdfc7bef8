"""The scores table: every RMA with its risk, rank, outcome and reasons, from features and a detector."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from features.contracts import AT, MONEY, Stage
from models.calibrate import rank_score
from models.decide import NO_VERDICTS, decide, queue
from models.detector import Detector
from models.explain import check_additivity
from models.matrix import FloatArray, latest_stage
from models.params import DecisionParams
from models.rate import Rating, probability, rated, rated_raw
from models.reasons import archetype_guess, in_points, reasons_for
from models.verdicts import is_drawn

REASONS = pl.List(
    pl.Struct(
        {
            "code": pl.String,
            "text": pl.String,
            "value": pl.Float64,
            "typical": pl.Float64,
            "contribution": pl.Float64,
            "customer_text": pl.String,
        }
    )
)

SCORES_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "rma_id": pl.String,
    "customer_id": pl.String,
    "requested_at": AT,
    "refund_amount": MONEY,
    "amount_at_stake": MONEY,
    "stage": pl.String,
    "risk_score": pl.Float64,
    "risk_score_at_request": pl.Float64,
    "risk_rank": pl.Int64,
    "is_flagged": pl.Boolean,
    "outcome": pl.String,
    "expected_loss": MONEY,
    "archetype": pl.String,
    "reasons": REASONS,
    "model_version": pl.String,
    "scored_at": AT,
    "stage_at": AT,
    "ring_id": pl.String,
    "is_audit": pl.Boolean,
}
"""The columns of ``rma_scores``, one row an RMA.

``refund_amount`` is null while nothing was refunded; ``amount_at_stake`` is then the value asked back.
``is_audit``: drawn by lot to be looked at though it is not flagged (``models.verdicts``)."""


@dataclass(frozen=True, slots=True)
class KnownBeside:
    """What is known of RMAs beside their features.

    ``amounts``: ``rma_id`` and ``refund_amount`` (null: nothing refunded yet), one row an RMA. ``verdicts``: what
    people decided by then (``models.decide.decide``).
    """

    amounts: pl.DataFrame
    verdicts: pl.DataFrame


def _with_amounts(latest: pl.DataFrame, amounts: pl.DataFrame) -> pl.DataFrame:
    """Return who, when and how much: ``refund_amount`` as refunded, ``amount`` as it stands at stake.

    At stake is the refund; before one is paid the value asked back; 0 where neither is known.
    """
    paid = amounts.select("rma_id", pl.col("refund_amount").cast(MONEY))
    asked = pl.col("rma_amount").cast(MONEY, strict=False)
    head = latest.select("rma_id", "customer_id", "requested_at", "stage", "stage_at", "ring_id", "rma_amount")
    joined = head.join(paid, on="rma_id", how="left", validate="1:1", maintain_order="left")
    return joined.with_columns(pl.coalesce("refund_amount", asked, pl.lit(0).cast(MONEY)).alias("amount"))


def hard_evidence(features: pl.DataFrame, detector: Detector, decision: DecisionParams, rating: Rating) -> pl.Series:
    """Return whether an RMA meets a hold rule with a fact that also raised its score (and so can be told)."""
    strength = np.array([feature.strength.value for feature in detector.columns])
    rarity, met = rating.evidence / strength, np.zeros(features.height, dtype=bool)
    for rule in decision.hold_rules:
        for index, feature in enumerate(detector.columns):
            if feature.reason_code == rule.reason_code:
                value = features.get_column(feature.name)
                large = (value >= rule.min_value).fill_null(value=False).to_numpy()
                met |= large & (rarity[:, index] >= rule.min_evidence) & (rating.of_features[:, index] > 0)
    return pl.Series("has_hard_evidence", met)


def _risk(raw: FloatArray, detector: Detector) -> pl.Series:
    """Return the 0-100 risk scores of raw ones."""
    return pl.Series("risk_score", rank_score(raw, detector.order))


def _at_request(features: pl.DataFrame, detector: Detector) -> pl.DataFrame:
    """Return each RMA's risk score with what was known when it was requested."""
    requested = features.filter(pl.col("stage") == Stage.REQUEST.value).unique("rma_id", maintain_order=True)
    raw = rated_raw(detector, requested, at_request=True)
    return requested.select("rma_id", _risk(raw, detector).alias("risk_score_at_request"))


def judge(features: pl.DataFrame, amounts: pl.DataFrame, detector: Detector, decision: DecisionParams) -> pl.DataFrame:
    """Return the rows for ``decide``, by RMAs' own features; they can be judged in any number of groups.

    They have ``risk_score_at_request`` as well, null without a row of that stage.
    """
    latest = latest_stage(features)
    rating = rated(detector, latest)
    check_additivity(rating.raw, rating.base, rating.parts)
    rows = _with_amounts(latest, amounts).with_columns(
        pl.Series("raw_score", rating.raw),
        pl.Series("fraud_probability", probability(detector, rating.raw)),
        pl.Series("has_evidence", rating.speaks_against > 0),
        hard_evidence(latest, detector, decision, rating),
        _risk(rating.raw, detector),
    )
    return _beside(rows, _at_request(features, detector))


def is_told(decision: DecisionParams) -> pl.Expr:
    """Return whether an RMA that was decided on gets reasons: a flagged one, and one with a high risk score."""
    return pl.col("is_flagged") | (pl.col("risk_score") >= decision.explain_from)


def explain_rmas(features: pl.DataFrame, detector: Detector, decision: DecisionParams) -> pl.DataFrame:
    """Return reasons and archetype of each RMA of a features frame; they can be explained in any number of groups."""
    latest = latest_stage(features)
    rating = rated(detector, latest)
    reasons = reasons_for(latest, rating.parts, detector, decision.max_reasons)
    guesses = [archetype_guess(found, detector.catalogue, decision.archetype_min) for found in reasons]
    scores = _risk(rating.raw, detector).to_list()
    told = [in_points(found, score) for found, score in zip(reasons, scores, strict=True)]
    return latest.select(
        "rma_id",
        pl.Series("reasons", [[dict(reason) for reason in found] for found in told], dtype=REASONS),
        pl.Series("archetype", guesses, dtype=pl.String),
    )


def score_rmas(
    features: pl.DataFrame, amounts: pl.DataFrame, detector: Detector, decision: DecisionParams, as_of: datetime
) -> pl.DataFrame:
    """Return ``rma_scores`` of one frame of features without verdicts, as ``score_pieces`` does."""
    return score_pieces(lambda: [features], KnownBeside(amounts, NO_VERDICTS), detector, decision, as_of)


def score_pieces(
    pieces: Callable[[], Iterable[pl.DataFrame]],
    known: KnownBeside,
    detector: Detector,
    decision: DecisionParams,
    as_of: datetime,
) -> pl.DataFrame:
    """Return ``rma_scores``, in the order of risk.

    ``pieces`` begins to tell the features (as of ``contracts.feature_schema()``) each time that it is called, an RMA's
    rows in one piece; an RMA with several stages is scored at its latest. Reasons are given for every flagged RMA and
    for every other with a risk score of at least ``explain_from``; the rest have an empty list and no archetype.
    ``risk_score_at_request`` is null without a row of that stage.
    """
    judged = pl.concat(judge(piece, known.amounts, detector, decision) for piece in pieces())
    decided = decide(judged, decision, known.verdicts)
    told = decided.filter(is_told(decision)).select("rma_id")
    explained = pl.concat(
        explain_rmas(piece.join(told, on="rma_id", how="semi", maintain_order="left"), detector, decision)
        for piece in pieces()
    )
    return scores_table(decided, explained, detector, decision, as_of)


def _beside(rmas: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Return RMAs, in their order, with what is told of some of them."""
    return rmas.join(told, on="rma_id", how="left", maintain_order="left")


def scores_table(
    decided: pl.DataFrame, explained: pl.DataFrame, detector: Detector, decision: DecisionParams, as_of: datetime
) -> pl.DataFrame:
    """Return ``rma_scores`` from all RMAs as decided on, and the reasons and archetypes of those that have any."""
    scores = _beside(decided, explained).with_columns(
        pl.col("reasons").fill_null(pl.lit([], dtype=REASONS)),
        pl.lit(detector.version).alias("model_version"),
        is_drawn(decided["rma_id"], decision.audit_share, detector.params.seed) & ~pl.col("is_flagged"),
        pl.lit(as_of, dtype=AT).alias("scored_at"),
    )
    scores = scores.rename({"amount": "amount_at_stake"})
    return scores.sort("risk_rank").select(pl.col(name).cast(dtype) for name, dtype in SCORES_SCHEMA.items())


def flagged_queue(scores: pl.DataFrame) -> pl.DataFrame:
    """Return the flagged RMAs of the whole ``rma_scores`` in the order in which they should be looked at."""
    return queue(scores).filter("is_flagged").sort("queue_rank")
