"""From scores to work: who is looked at, in which order, and what is held until somebody has looked.

No threshold on the score and no assumed share of outliers decides; the team's capacity does. Money is
in the reporting currency.
"""

from __future__ import annotations

import hashlib
import math
from enum import StrEnum

import polars as pl

from features.contracts import MONEY
from models.params import DecisionParams


class Outcome(StrEnum):
    """What happens to an RMA: nothing, somebody looks at it, or its refund waits until somebody has."""

    CLEAR = "CLEAR"
    REVIEW = "REVIEW"
    HOLD = "HOLD"


def capacity(n_scored: int, params: DecisionParams) -> int:
    """Return how many RMAs can be looked at: as set, else the share of those scored, rounded up."""
    if params.review_capacity is not None:
        return params.review_capacity
    return math.ceil(params.capacity_share * n_scored)


def expected_loss(params: DecisionParams) -> pl.Expr:
    """Return what a look at the RMA is worth: the likely loss less the cost of looking and of a wrong doubt.

    ``probability x amount - review_cost - (1 - probability) x insult_cost``, rounded to cents. It is an
    estimate like the probability in it, so it is computed in floating point and then stored as money.
    """
    probability, amount = pl.col("fraud_probability"), pl.col("amount").cast(pl.Float64)
    loss = probability * amount - params.review_cost - (1.0 - probability) * params.insult_cost
    return loss.round(2).cast(MONEY).alias("expected_loss")


def _ranked(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame in the order of risk, with ``risk_rank``; ties go by amount, then by rma_id."""
    ordered = frame.sort("raw_score", "amount", "rma_id", descending=[True, True, False])
    return ordered.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("risk_rank"))


def _flagged(places: int, params: DecisionParams) -> pl.Expr:
    """Return whether an RMA of a ranked frame gets one of the places.

    Somebody who can look at so many looks at none twice: an RMA with a verdict takes no place. It is flagged where it
    stands before the last place, so that the queue shows what was decided beside what is to do.

    One without evidence gets none, nor does one whose amount is known to be below the cost of a look: even a
    certain loss would not pay for it. Among the others the odds of abuse decide, times the amount to the power
    ``amount_power``: of two about as suspicious ones, the dearer is looked at. An expected loss below 0 does not
    cost an RMA its place: small amounts are how a scheme is tried out, and the probability is an assumption.
    """
    amount = pl.col("amount")
    is_worth_it = pl.col("has_evidence") & ((amount == 0) | (amount >= params.review_cost))
    probability = pl.col("fraud_probability").clip(_CERTAIN, 1 - _CERTAIN)
    weight = params.amount_power * amount.cast(pl.Float64).clip(lower_bound=1).log()
    worth = pl.when(is_worth_it).then((probability / (1 - probability)).log() + weight)
    # Ties go by risk, as the frame does.
    order = worth.rank("ordinal", descending=True)
    is_open = pl.col("fraud_share").is_null()
    ahead = is_open.cast(pl.Int64).sort_by(order, nulls_last=True).cum_sum().gather(order - 1)
    return pl.when(is_open).then(ahead <= places).otherwise(ahead < places).fill_null(value=False).alias("is_flagged")


_CERTAIN = 1e-9
"""No probability is nearer to 0 or 1 than this."""
_HALF = 0.5
"""Where fewer of its deciders say fraud, an RMA is legitimate."""
NO_VERDICTS = pl.DataFrame(schema={"rma_id": pl.String, "fraud_share": pl.Float64})
"""What people decided where they decided nothing."""


def _outcome() -> pl.Expr:
    """Return HOLD for flagged RMAs with hard evidence, REVIEW for other flagged ones, CLEAR for the rest.

    Whatever the evidence, what people have found legitimate is not held.
    """
    is_cleared = (pl.col("fraud_share") < _HALF).fill_null(value=False)
    held = pl.col("is_flagged") & pl.col("has_hard_evidence") & ~is_cleared
    word = pl.when(held).then(pl.lit(Outcome.HOLD.value)).when("is_flagged").then(pl.lit(Outcome.REVIEW.value))
    return word.otherwise(pl.lit(Outcome.CLEAR.value)).alias("outcome")


def case_name(rma_id: str) -> str:
    """Return the name of the case that begins with this RMA, the same in every run."""
    return f"C-{hashlib.sha256(rma_id.encode()).hexdigest()[:10]}"


def queue(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with ``queue_rank`` and ``case_id``, null for RMAs that are not flagged.

    The most expected loss is looked at first, ties in the order of risk. All flagged RMAs of a ring (``ring_id``,
    null or no such column: none) are one case, and else all of a shopper. A case is named after its first RMA of
    the frame, flagged or not, so that the name stays when other RMAs are flagged later. An anonymous RMA
    without a ring is a case of its own.
    """
    order = pl.struct(-pl.col("expected_loss"), pl.col("risk_rank")).rank("ordinal").over("is_flagged")
    placed = frame.with_columns(_group(frame), order.cast(pl.Int64).alias("_place"))
    placed = placed.with_columns(
        pl.col("rma_id").sort_by("requested_at", "rma_id").first().over("_group").alias("_leader")
    )
    names = [
        case_name(rma_id) if is_flagged else None
        for rma_id, is_flagged in placed.select("_leader", "is_flagged").iter_rows()
    ]
    return placed.with_columns(
        pl.when("is_flagged").then("_place").alias("queue_rank"),
        pl.Series("case_id", names, dtype=pl.String),
    ).drop("_group", "_leader", "_place")


def _group(frame: pl.DataFrame) -> pl.Expr:
    """Return what the RMAs of one case share, as ``_group``: the ring, else the shopper, else the RMA itself."""
    kinds = [name for name in ("ring_id", "customer_id", "rma_id") if name in frame.columns]
    return pl.coalesce(pl.format("{} {}", pl.lit(kind), pl.col(kind)) for kind in kinds).alias("_group")


def decide(frame: pl.DataFrame, params: DecisionParams, verdicts: pl.DataFrame = NO_VERDICTS) -> pl.DataFrame:
    """Return the frame in the order of risk with rank, flag, outcome, expected loss, queue rank and case.

    One row an RMA: ``rma_id``, ``customer_id`` (null: anonymous), ``requested_at``, ``amount`` (money at
    stake, 0 where it is not known), ``raw_score``, ``fraud_probability``, ``has_evidence``, ``has_hard_evidence``.
    ``verdicts`` as of ``models.verdicts.settled_verdicts``: ``rma_id`` and ``fraud_share`` of what people decided.
    """
    told = frame.join(verdicts.select("rma_id", "fraud_share"), on="rma_id", how="left", maintain_order="left")
    ranked = _ranked(told).with_columns(_flagged(capacity(frame.height, params), params), expected_loss(params))
    return queue(ranked.with_columns(_outcome()).drop("fraud_share"))
