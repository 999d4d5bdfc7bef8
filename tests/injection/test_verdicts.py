from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.injection.verdicts import following, halves, judged, precision, verdicts_on

DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - core timestamps are UTC without a zone


def scored(*ranks: int) -> pl.DataFrame:
    """Return RMAs of one day after the other with these ranks."""
    return pl.DataFrame(
        {
            "rma_id": [f"R{number}" for number in range(len(ranks))],
            "requested_at": [DAY + timedelta(days=number) for number in range(len(ranks))],
            "risk_rank": list(ranks),
            "scored_at": [DAY] * len(ranks),
        }
    )


def test_the_second_half_is_not_told_in_the_first() -> None:
    first, second = halves(scored(3, 1, 4, 2))

    assert (first["rma_id"].to_list(), second["rma_id"].to_list()) == (["R1", "R0"], ["R3", "R2"])


def test_what_was_decided_is_not_what_comes_next() -> None:
    queue = scored(1, 2, 3, 4).rename({"risk_rank": "queue_rank"}).reverse()

    assert following(queue, queue.filter(pl.col("rma_id") == "R0"), 2)["rma_id"].to_list() == ["R1", "R2"]


def test_the_truth_knows_of_some_and_all_others_are_honest() -> None:
    truth = pl.DataFrame({"rma_id": ["R2", "R0"], "is_fraud": [True, False], "archetype": ["switch", None]})

    found = judged(scored(1, 2, 3), truth)

    assert found["is_fraud"].to_list() == [False, False, True]
    # The one of abuse is last of three.
    assert precision(found) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("wrong", "said"), [(0.0, ["fraud", "legitimate"]), (1.0, ["legitimate", "fraud"])])
def test_verdicts_say_the_truth_but_for_those_that_are_turned(wrong: float, said: list[str]) -> None:
    labels = verdicts_on(scored(1, 2).with_columns(is_fraud=pl.Series([True, False])), wrong, seed=1)

    assert labels.columns == ["rma_id", "decided_at", "verdict"]
    assert labels["verdict"].to_list() == said
