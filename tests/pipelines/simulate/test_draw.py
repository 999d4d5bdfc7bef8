from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.simulate.draw import (
    HOUR,
    NEVER,
    Step,
    chance,
    generator,
    later,
    pick,
    pick_by_row,
    unique_numbers,
    unless,
    wait,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_a_step_of_a_seed_always_draws_the_same() -> None:
    first, again = generator(3, Step.ORDERS).random(4), generator(3, Step.ORDERS).random(4)
    assert first.tolist() == again.tolist()


def test_steps_and_seeds_draw_independently() -> None:
    drawn = {(seed, step): float(generator(seed, step).random()) for seed in (1, 2) for step in Step}
    assert len(set(drawn.values())) == 2 * len(Step)


def test_chance_is_never_at_zero_and_always_at_one() -> None:
    assert not chance(rng(), 0.0, 1_000).any()
    assert chance(rng(), 1.0, 1_000).all()


def test_chance_takes_a_probability_for_each_entry() -> None:
    probability = np.repeat([0.0, 1.0, 0.25], 4_000)
    drawn = chance(rng(), probability, len(probability)).reshape(3, 4_000).mean(axis=1)
    assert drawn[:2].tolist() == [0.0, 1.0]
    assert drawn[2] == pytest.approx(0.25, abs=0.03)


def test_pick_follows_the_weights() -> None:
    drawn = pick(rng(), (6, 0, 3, 1), 20_000)
    shares = np.bincount(drawn, minlength=4) / 20_000
    assert shares[1] == 0
    assert shares.tolist() == pytest.approx([0.6, 0, 0.3, 0.1], abs=0.02)


def test_pick_of_nothing_is_empty() -> None:
    assert pick(rng(), (1, 2), 0).tolist() == []


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6).filter(lambda weights: sum(weights) > 1e-3))
def test_pick_never_takes_what_has_no_weight(weights: list[float]) -> None:
    drawn = pick(rng(), weights, 200)
    assert all(weights[position] > 0 for position in drawn.tolist())


def test_pick_by_row_takes_the_weights_of_its_row() -> None:
    rows = np.repeat([0, 1, 2], 6_000)
    drawn = pick_by_row(rng(), ((1, 0, 0), (0, 0, 5), (1, 2, 1)), rows).reshape(3, 6_000)
    assert set(drawn[0].tolist()) == {0}
    assert set(drawn[1].tolist()) == {2}
    assert (np.bincount(drawn[2]) / 6_000).tolist() == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_wait_has_a_least_and_a_mean_beyond_it() -> None:
    waited = wait(rng(), 20_000, least_hours=2, mean_hours=10)
    assert waited.min() >= 2 * HOUR
    assert waited.mean() / HOUR == pytest.approx(12, abs=0.4)


@given(st.integers(0, 300), st.integers(4, 12))
def test_unique_numbers_are_different_and_of_one_length(n: int, digits: int) -> None:
    numbers = unique_numbers(rng(), n, digits).tolist()
    assert len(set(numbers)) == n
    assert {len(str(number)) for number in numbers} <= {digits}


def test_unique_numbers_tell_nothing_of_their_row() -> None:
    numbers = unique_numbers(rng(), 20_000)
    correlation = np.corrcoef(numbers, np.arange(20_000))[0, 1]
    assert abs(correlation) < 0.03


def test_what_never_happens_does_not_happen_later_either() -> None:
    assert later(np.array([10, NEVER]), np.array([5, 5])).tolist() == [15, NEVER]


def test_unless_takes_moments_away() -> None:
    assert unless(np.array([True, False]), np.array([1, 2])).tolist() == [NEVER, 2]
