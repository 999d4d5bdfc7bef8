"""Verdicts counted once, a lot that nobody can foresee, and figures with honest bounds."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from models.verdicts import Counts, Estimate, is_drawn, quality, settled_verdicts


def labels(*rows: tuple[str, str, int, str | None]) -> pl.DataFrame:
    schema = {"rma_id": pl.String(), "verdict": pl.String(), "decided_at": pl.Datetime("us"), "decided_by": pl.String()}
    return pl.DataFrame([(rma, said, day(at), by) for rma, said, at, by in rows], schema=schema, orient="row")


def day(number: int) -> datetime:
    return datetime(2026, 5, number)  # noqa: DTZ001 - core timestamps are UTC without a zone


def told(estimate: Estimate) -> tuple[float, float, float]:
    assert estimate.low is not None
    assert estimate.value is not None
    assert estimate.high is not None
    return estimate.low, estimate.value, estimate.high


def test_each_deciders_last_word_by_the_moment_counts() -> None:
    given = labels(
        ("a", "fraud", 1, "kim"),
        ("a", "legitimate", 3, "kim"),
        ("a", "fraud", 2, "lou"),
        ("b", "fraud", 4, None),
        ("c", "legitimate", 9, "kim"),
    )

    assert settled_verdicts(given, day(5)).rows() == [("a", 0.5, day(3)), ("b", 1.0, day(4))]
    assert settled_verdicts(given, day(2)).rows() == [("a", 1.0, day(2))]


def test_the_lot_draws_its_share_the_same_ones_every_time_and_others_with_another_seed() -> None:
    names = pl.Series([f"R{number}" for number in range(50_000)])
    drawn = is_drawn(names, 0.01, 7)

    assert drawn.sum() == pytest.approx(500, abs=70)
    assert is_drawn(names.reverse(), 0.01, 7).reverse().to_list() == drawn.to_list()
    assert (is_drawn(names, 0.01, 8) & drawn).sum() < 30
    # A larger share holds the smaller one: who was drawn stays drawn.
    assert (is_drawn(names, 0.05, 7) | ~drawn).all()
    assert not is_drawn(names, 0.0, 7).any()


def test_the_figures_are_those_of_both_groups() -> None:
    found = quality(Counts(200, 200, 50), Counts(9800, 980, 9.8), draws=4000, seed=1)

    # 50 found, about 98 missed of 9,800.
    assert found["precision"].value == pytest.approx(0.25, abs=0.01)
    assert found["recall"].value == pytest.approx(50 / 148, abs=0.03)
    assert found["fraud_share"].value == pytest.approx(0.0148, abs=0.001)
    assert found["insult_rate"].value == pytest.approx(150 / 9852, abs=0.001)
    for estimate in found.values():
        low, value, high = told(estimate)
        assert low < value < high


def test_bounds_hold_the_truth_nine_times_in_ten() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        flagged, drawn = rng.binomial(100, 0.2), rng.binomial(500, 0.01)
        recall = quality(Counts(100, 100, flagged), Counts(5000, 500, drawn), 800, 1)["recall"]
        low, _, high = told(recall)
        held += low <= 20 / 70 <= high

    assert held >= 160


def test_what_nobody_looked_at_is_not_known() -> None:
    nobody = quality(Counts(100, 0, 0), Counts(900, 9, 0), 100, 1)
    queue_alone = quality(Counts(100, 50, 10), Counts(900, 0, 0), 100, 1)

    assert {name for name, told in nobody.items() if told.value is not None} == set()
    assert {name for name, told in queue_alone.items() if told.value is not None} == {"precision"}
