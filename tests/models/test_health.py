"""A shop that stays as it was raises no alert, and one that changes does."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from models.health import HEALTH_SCHEMA, HealthParams, health, population_stability
from models.verdicts import is_drawn

PARAMS = HealthParams()
START = datetime(2026, 1, 1)  # noqa: DTZ001 - core timestamps are UTC without a zone


def frames(n: int = 4000, recent: dict[str, pl.Expr] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return features and scores over 200 days; ``recent`` columns replace those of the last 28 days."""
    rng = np.random.default_rng(1)
    requested = [START + timedelta(days=200 * k / n) for k in range(n)]
    frame = pl.DataFrame(
        {
            "rma_id": [str(k) for k in range(n)],
            "stage": "request",
            "requested_at": requested,
            "pace": rng.normal(size=n),
            "risk_score_at_request": rng.random(n) * 100,
            "is_flagged": rng.random(n) < 0.02,
        }
    )
    is_recent = pl.col("requested_at") > pl.col("requested_at").max() - timedelta(days=28)
    changed = {
        name: pl.when(is_recent).then(value).otherwise(name).alias(name) for name, value in (recent or {}).items()
    }
    frame = frame.with_columns(**changed)
    return frame.select("rma_id", "stage", "requested_at", "pace"), frame.drop("pace", "stage")


def alerts(features: pl.DataFrame, scores: pl.DataFrame) -> set[str]:
    found = health(features.select, ["pace"], scores, NO_VERDICTS, PARAMS)
    assert dict(found.schema) == HEALTH_SCHEMA
    return set(found.filter("is_alert")["check"])


NO_VERDICTS = pl.DataFrame(schema={"rma_id": pl.String, "fraud_share": pl.Float64, "decided_at": pl.Datetime("us")})


def test_a_shop_that_stays_as_it_was_raises_no_alert() -> None:
    assert alerts(*frames()) == set()


@pytest.mark.parametrize(
    ("recent", "expected"),
    [
        ({"pace": pl.col("pace") + 2}, {"psi"}),
        ({"pace": pl.lit(None, pl.Float64)}, {"psi", "missing"}),
        ({"risk_score_at_request": pl.lit(99.0)}, {"score_psi"}),
        ({"is_flagged": pl.lit(value=True)}, {"flag_rate"}),
    ],
)
def test_each_change_is_told(recent: dict[str, pl.Expr], expected: set[str]) -> None:
    assert alerts(*frames(recent=recent)) == expected


def test_the_index_is_that_of_the_formula() -> None:
    before, recent = np.array([0.0] * 60 + [1.0] * 40), np.array([0.0] * 30 + [1.0] * 70)

    # Two bins (at and below 0, above) and an empty one of unknown values, half an RMA added to each.
    b, a = np.array([60.5, 40.5, 0.5]) / 101.5, np.array([30.5, 70.5, 0.5]) / 101.5
    assert population_stability(before, recent, 2) == pytest.approx(float(((a - b) * np.log(a / b)).sum()))
    assert population_stability(before, before, 10) == 0


def test_too_few_rmas_say_nothing() -> None:
    features, scores = frames(100)
    assert health(features.select, ["pace"], scores, NO_VERDICTS, PARAMS).is_empty()
    empty = pl.DataFrame(schema=frames()[1].schema)
    assert health(frames()[0].clear().select, ["pace"], empty, NO_VERDICTS, PARAMS).is_empty()


def test_weeks_of_decisions_are_told_with_what_they_found() -> None:
    features, scores = frames()
    verdicts = pl.DataFrame(
        {
            "rma_id": [str(k) for k in range(300)],
            "fraud_share": [1.0] * 3 + [0.0] * 297,
            "decided_at": [START + timedelta(days=4)] * 250 + [START + timedelta(days=11)] * 50,
        }
    )

    weeks = health(features.select, ["pace"], scores, verdicts, PARAMS).filter(pl.col("check") == "week_precision")

    assert weeks.select("n_recent", "value", "is_alert").rows() == [(250, 3 / 250, True), (50, 0.0, False)]


def test_flags_and_lot_give_the_figures_with_bounds() -> None:
    features, scores = frames()
    flagged = scores.filter("is_flagged")["rma_id"]
    drawn = scores.filter(~pl.col("is_flagged"), is_drawn(scores["rma_id"], 0.05, PARAMS.seed))["rma_id"]
    verdicts = pl.DataFrame(
        {
            "rma_id": [*flagged, *drawn],
            "fraud_share": [1.0] * 10 + [0.0] * (flagged.len() - 10 + drawn.len()),
            "decided_at": [START + timedelta(days=4)] * (flagged.len() + drawn.len()),
        }
    )

    found = health(features.select, ["pace"], scores, verdicts, HealthParams(audit_share=0.05))
    told = {row["check"]: row for row in found.filter(pl.col("subject") == "all").iter_rows(named=True)}

    assert told["precision"]["value"] == pytest.approx(10 / flagged.len(), abs=0.02)
    assert told["precision"]["low"] < 10 / flagged.len() < told["precision"]["high"]
    assert told["insult_rate"]["value"] == pytest.approx((flagged.len() - 10) / 4000, abs=0.003)
    assert {"recall", "fraud_share"} <= told.keys()
