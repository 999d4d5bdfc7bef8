import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.matrix import FloatArray
from models.tail import EXACT_COUNTS, Tail, kept_ranks

NUMBERS = st.floats(-1e6, 1e6, width=32)
COLUMN = arrays(np.float64, st.integers(1, 60), elements=NUMBERS)


def tail(values: list[float]) -> Tail:
    return Tail(np.array(values), share=0.05, minimum=10, index_max=2.0)


def evidence(learned: Tail, *values: float) -> list[float]:
    return [round(float(value), 4) for value in learned.evidence(np.array(values))]


def test_evidence_is_the_smoothed_tail_above_the_median() -> None:
    # Of 5 values 2 reach 1 and 1 reaches 2: p = 3/7 and 2/7, evidence -log10(6/7) and -log10(4/7).
    learned = tail([0.0, 0.0, 0.0, 1.0, 2.0])
    assert evidence(learned, 1.0, 2.0) == [0.0669, 0.2430]


def test_a_value_between_two_training_values_counts_those_that_reach_it() -> None:
    assert evidence(tail([0.0, 0.0, 0.0, 1.0, 2.0]), 0.5, 1.5) == [0.0669, 0.2430]


def test_the_harmless_side_the_common_value_and_the_unknown_are_no_evidence() -> None:
    assert evidence(tail([0.0, 0.0, 0.0, 1.0, 2.0]), 0.0, -3.0, float("nan")) == [0.0, 0.0, 0.0]


def test_beyond_the_training_maximum_evidence_grows_with_the_logarithm_of_the_distance() -> None:
    # Too few values for a tail: ten times the maximum adds 1.
    assert evidence(tail([0.0, 0.0, 0.0, 1.0, 2.0]), 20.0, 200.0) == [1.2430, 2.2430]


def test_a_common_largest_value_is_hardly_evidence() -> None:
    # 4 of 10 have the largest value: p = 5/12, evidence -log10(10/12).
    assert evidence(tail([0.0] * 6 + [1.0] * 4), 1.0) == [0.0792]


def test_a_constant_column_gives_no_evidence_even_for_new_values() -> None:
    assert evidence(tail([3.0] * 20), 3.0, 100.0) == [0.0, 0.0]


def test_the_pareto_tail_tells_a_large_value_from_one_far_larger() -> None:
    # 20 of 398 lie above 0, ten at 1 and ten at e: the anchor is 1, evidence there -log10(42/400) = 0.9788.
    # The mean log excess is 1/2, so the index is 2: at e 0.9788 + 2 log10(e), which exceeds -log10(22/400).
    learned = tail([0.0] * 378 + [1.0] * 10 + [float(np.e)] * 10)
    assert learned.index == pytest.approx(2.0)
    assert evidence(learned, 1.0, float(np.e), 10 * float(np.e)) == [0.9788, 1.8474, 3.8474]


def test_the_tail_of_equal_values_falls_no_faster_than_allowed() -> None:
    assert evidence(tail([0.0] * 378 + [1.0] * 20), 1.0, 10.0) == [0.9788, 2.9788]


def test_ranks_are_exact_at_the_top_and_half_a_percent_apart_below() -> None:
    assert kept_ranks(3).tolist() == [1, 2, 3]
    ranks = kept_ranks(1_000_000)
    assert ranks[:EXACT_COUNTS].tolist() == list(range(1, EXACT_COUNTS + 1))
    assert ranks[-1] == 1_000_000
    assert ranks.size < 3_000
    assert (ranks[1:] / ranks[:-1])[EXACT_COUNTS:].max() < 1.006


def test_thinning_a_large_column_moves_evidence_by_less_than_a_hundredth() -> None:
    values = np.random.default_rng(1).normal(size=50_000)
    asked = np.quantile(values, [0.6, 0.9, 0.94])
    exact = -np.log10(2 * ((values[:, None] >= asked).sum(axis=0) + 1) / 50_002)
    np.testing.assert_allclose(tail(values.tolist()).evidence(asked), exact, atol=0.01)


@given(COLUMN, NUMBERS, NUMBERS)
@settings(max_examples=150, deadline=None)
def test_a_higher_value_never_has_less_evidence(known: FloatArray, one: float, other: float) -> None:
    low, high = Tail(known, 0.05, 10, 2.0).evidence(np.array([min(one, other), max(one, other)]))
    assert 0.0 <= low <= high


@given(COLUMN)
@settings(max_examples=100, deadline=None)
def test_every_value_far_beyond_the_maximum_has_more_evidence_than_it(known: FloatArray) -> None:
    learned = Tail(known, 0.05, 10, 2.0)
    top, beyond, further = learned.evidence(np.array([known.max(), known.max() + 1e7, known.max() + 1e9]))
    if learned.knots.size:
        assert top < beyond < further
    else:
        assert top == beyond == further == 0.0
