"""Scores of all RMAs: judged a bucket at a time on the cluster, decided on together.

Ranks and places are those of the whole shop, so the decision is one step, on a few columns of each RMA. Reasons are
then given on the cluster again, to those that get any.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from engines.base import FEATURES, LABELS, RMAS, Tables
from engines.spark.tasks import JUDGED, explaining, judging
from engines.spark.work import Work, read
from features.contracts import feature_schema
from models.decide import decide
from models.params import DecisionParams

if TYPE_CHECKING:
    from models.detector import Detector


def score(work: Work, tables: Tables, detector: Detector, decision: DecisionParams, as_of: datetime) -> pl.DataFrame:
    """Return the scores of every RMA, in the order of risk."""
    from models.score import REASONS, is_told, scores_table  # noqa: PLC0415 - scikit-learn takes seconds to import
    from models.verdicts import settled_verdicts  # noqa: PLC0415 - as above

    work.load(tables, FEATURES, list(feature_schema()))
    work.load(tables, RMAS, ["rma_id", "refund_amount"])
    work.make_buckets(work.spark.table("rmas").count())
    known = work.spark.sparkContext.broadcast(detector)
    rows = {name: work.statement(f"select_{name}_by_rma") for name in ("features", "amounts")}
    judged = read(work.keep("judged", work.by_bucket(rows, judging(known, decision), JUDGED)), JUDGED)
    decided = decide(judged.sort("rma_id"), decision, settled_verdicts(tables.frame(LABELS), as_of))
    work.put("told", decided.filter(is_told(decision)).select("rma_id"))
    reason: dict[str, pl.DataType | type[pl.DataType]] = {
        "rma_id": pl.String, "reasons": REASONS, "archetype": pl.String,
    }  # fmt: skip
    rows = {"features": work.statement("select_told_features_by_rma")}
    explained = work.keep("explained", work.by_bucket(rows, explaining(known, decision, reason), reason))
    known.destroy()
    return scores_table(decided, read(explained, reason), detector, decision, as_of)
