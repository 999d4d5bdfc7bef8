"""Scores on a small cluster against those of one process."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engines.base import FEATURES, LABELS, RMAS
from engines.local import LocalEngine
from engines.spark.engine import SparkEngine
from features.assemble import build_features
from models.detector import fit_detector
from models.params import DecisionParams, DetectorParams
from tests.engines.frame_tables import FrameTables
from tests.factories import at
from tests.random_shop import SENSITIVE, random_shop

pytestmark = pytest.mark.slow
NEAR = 1e-9


@pytest.fixture(scope="module")
def tables() -> FrameTables:
    """Return the features of a random shop, what was refunded on some of its RMAs, and verdicts on some."""
    features = build_features(random_shop(4, 400, 300), SENSITIVE)
    ids = features["rma_id"].unique().sort()
    refunds = [None if number % 3 else Decimal(number) for number in range(len(ids))]
    amounts = pl.DataFrame(
        {"rma_id": ids, "refund_amount": refunds}, schema_overrides={"refund_amount": pl.Decimal(18, 4)}
    )
    few = ids.gather_every(9)
    labels = pl.DataFrame({"rma_id": few, "verdict": "fraud", "decided_at": at(100), "decided_by": "ada"})
    return FrameTables({FEATURES: features, RMAS: amounts, LABELS: labels})


@pytest.mark.parametrize("decision", [DecisionParams(), DecisionParams(review_capacity=40, explain_from=50.0)])
def test_scores_ranks_and_reasons_are_those_of_one_process(
    cluster: SparkEngine, tables: FrameTables, decision: DecisionParams
) -> None:
    detector = fit_detector(tables.frame(FEATURES), DetectorParams(n_trees=30, seed=5))
    expected = LocalEngine().scores(tables, detector, decision, at(200))
    found = cluster.scores(tables, detector, decision, at(200))
    assert expected["is_flagged"].sum() > 3
    assert expected["reasons"].list.len().sum() > 10
    assert_frame_equal(found, expected, abs_tol=NEAR, rel_tol=0)
