"""Reasons of a whole shop, run by the program: true to the scores, and adding up to them."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from models.artifact import load
from models.faithful import faithfulness
from models.matrix import latest_stage
from tests.program import RunShop


@pytest.fixture(scope="module")
def scores(shop: RunShop) -> pl.DataFrame:
    """Return the published scores that have reasons."""
    published = pl.read_parquet(shop.home / "published/current/rma_scores.parquet")
    return published.filter(pl.col("reasons").list.len() > 0).sort("rma_id")


def test_the_score_falls_without_what_a_reason_tells(shop: RunShop, scores: pl.DataFrame) -> None:
    current = shop.home / "published/current"
    version = json.loads((current / "manifest.json").read_text(encoding="utf-8"))["model_version"]
    features = latest_stage(pl.read_parquet(current / "rma_features.parquet"))
    told = scores.select("rma_id").join(features, on="rma_id", how="left", maintain_order="left")
    found = faithfulness(load(shop.home / f"models/{version}.skops"), told, scores["reasons"].to_list())
    # The riskiest tenth has reasons.
    assert found.n_rmas >= 0.09 * features.height
    assert found.n_rmas_true >= 0.99 * found.n_rmas
    # One reason alone may leave an RMA on its family's step: in a shop of this size these are coarse.
    assert found.n_reasons_true >= 0.98 * found.n_reasons


def test_contributions_add_up_to_the_risk_score(scores: pl.DataFrame) -> None:
    points = scores["reasons"].list.eval(pl.element().struct.field("contribution"))
    np.testing.assert_allclose(points.list.sum(), scores["risk_score"], rtol=1e-9)
    assert (points.list.eval(pl.element().diff().max() <= 0).list.first().fill_null(value=True)).all()
    assert points.list.len().max() == 5
