from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from models.measures import Judged, Ranking, intervals, measures


def judged(fraud: Sequence[bool], shoppers: Sequence[str | None], capacity: int = 2) -> Judged:
    n = len(fraud)
    frame = pl.DataFrame(
        {
            "rma_id": [f"r{number:04d}" for number in range(n)],
            "customer_id": shoppers,
            "is_fraud": fraud,
            "amount": [float(number + 1) for number in range(n)],
        },
        schema_overrides={"customer_id": pl.String},
    )
    return Judged(frame, capacity)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=1, max_size=40).filter(
        lambda rows: any(fraud and times for _, fraud, times in rows)
    )
)
@settings(max_examples=150, deadline=None)
def test_average_precision_is_scikit_learns_with_ties_and_weights(rows: list[tuple[int, bool, int]]) -> None:
    scores, fraud, times = (np.array(column) for column in zip(*rows, strict=True))
    ours = Ranking.of(scores.astype(float)).average_precision(fraud, times.astype(float))
    repeated = np.repeat(np.arange(len(rows)), times)
    assert ours == pytest.approx(average_precision_score(fraud[repeated], scores[repeated]))


def test_without_fraud_there_is_no_average_precision() -> None:
    assert Ranking.of(np.array([1.0, 2.0])).average_precision(np.array([False, False]), np.ones(2)) is None


def test_ties_at_the_capacity_go_by_name() -> None:
    assert judged([True] * 4, ["a"] * 4).top(np.array([1.0, 2.0, 1.0, 1.0])).tolist() == [True, True, False, False]


def test_each_anonymous_rma_is_a_shopper_of_its_own() -> None:
    shoppers = judged([True] * 5, ["a", None, "a", None, "b"]).shoppers()
    assert shoppers[0] == shoppers[2]
    assert len(set(shoppers.tolist())) == 4
    assert (shoppers.min(), shoppers.max()) == (0, 3)


def test_an_interval_holds_the_measure_and_narrows_with_more_shoppers() -> None:
    rng = np.random.default_rng(2)
    widths = []
    for n in (100, 2_500):
        case = judged((rng.random(n) < 0.3).tolist(), [f"c{number}" for number in range(n)], n // 10)
        scores = case.is_fraud + rng.normal(size=n)
        ranking, chosen = Ranking.of(scores), case.top(scores)
        found, around = measures(case, ranking, chosen), intervals(case, ranking, chosen, 1)
        for name, value in found.items():
            low, high = around[name] or (1.0, 0.0)
            assert low <= (value or 0.0) <= high
        low, high = around["average_precision"] or (0.0, 0.0)
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_rmas_of_few_shoppers_make_a_wider_interval_than_as_many_of_many() -> None:
    rng = np.random.default_rng(3)
    fraud = np.repeat(rng.random(40) < 0.4, 25)
    scores = np.repeat(rng.normal(size=40), 25) + fraud
    widths = []
    for shoppers in ([f"c{number // 25}" for number in range(1_000)], [f"c{number}" for number in range(1_000)]):
        case = judged(fraud.tolist(), shoppers)
        low, high = intervals(case, Ranking.of(scores), case.top(scores), 1)["average_precision"] or (0.0, 0.0)
        widths.append(high - low)
    assert widths[0] > 2 * widths[1]


def test_nothing_to_find_has_no_interval() -> None:
    case = judged([False, False], ["a", "b"])
    assert intervals(case, Ranking.of(np.ones(2)), case.top(np.ones(2)), 1)["average_precision"] is None
