from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.windows import chance_units, in_currency, money_units, ranks, timeline, view
from tests.factories import at

EVENTS = pl.DataFrame(
    {
        "who": ["a", "a", "a", "b", None, "a"],
        "at": [at(0), at(10), at(10), at(5), at(5), None],
        "units": [1, 2, 4, 8, 16, 32],
    }
)


def seen(who: str | None, day: float, window: str = "ever") -> int | None:
    queries = pl.DataFrame({"who": [who], "at": [at(day)]}, schema_overrides={"who": pl.String})
    looked = view(timeline(EVENTS, ["who"], "at", ["units"]), queries, "at", {"5d": 5, "10d": 10})
    total = looked.total("units", window).item()
    assert total is None or isinstance(total, int)
    return total


def test_events_of_the_same_moment_are_not_yet_past() -> None:
    assert seen("a", 10) == 1
    assert seen("a", 10.1) == 7
    assert seen("a", 0) == 0


def test_a_window_holds_the_event_that_lies_exactly_its_days_before() -> None:
    assert seen("a", 10, "10d") == 1
    assert seen("a", 10.1, "10d") == 6
    assert seen("a", 15, "5d") == 6
    assert seen("a", 15.1, "5d") == 0


def test_an_owner_without_events_has_none_and_an_unknown_owner_has_no_answer() -> None:
    assert seen("z", 99) == 0
    assert seen("b", 5) == 0
    assert seen(None, 99) is None


def test_first_and_last_are_the_owners_own_and_lie_before_the_query() -> None:
    queries = pl.DataFrame({"who": ["a", "a", "b", "z", None], "at": [at(10), at(11), at(5), at(99), at(99)]})

    looked = view(timeline(EVENTS, ["who"], "at", ["units"]), queries, "at")

    assert looked.first().to_list() == [at(0), at(0), None, None, None]
    assert looked.last().to_list() == [at(0), at(10), None, None, None]


def test_owners_may_have_several_keys() -> None:
    events = pl.DataFrame({"who": ["a", "a", "b"], "why": ["x", "y", "x"], "at": [at(0)] * 3, "units": [1, 2, 4]})
    queries = pl.DataFrame({"who": ["a", "b", "b", "a"], "why": ["y", "x", "y", None], "at": [at(1)] * 4})

    looked = view(timeline(events, ["who", "why"], "at", ["units"]), queries, "at")

    assert looked.total("units").to_list() == [2, 4, 0, None]


def test_days_are_moments_too() -> None:
    events = pl.DataFrame({"who": ["a", "a"], "day": [at(0).date(), at(1).date()], "units": [1, 2]})
    queries = pl.DataFrame({"who": ["a", "a"], "day": [at(1).date(), at(2).date()]})

    assert view(timeline(events, ["who"], "day", ["units"]), queries, "day").total("units").to_list() == [1, 3]


def test_nothing_happened_and_nobody_asks() -> None:
    queries = pl.DataFrame({"who": ["a"], "at": [at(1)]})
    none = timeline(EVENTS.clear(), ["who"], "at", ["units"])

    assert view(none, queries, "at").total("units").to_list() == [0]
    assert view(none, queries, "at").last().to_list() == [None]
    assert view(timeline(EVENTS, ["who"], "at", ["units"]), queries.clear(), "at").total("units").to_list() == []


def test_money_and_chances_become_whole_numbers() -> None:
    frame = pl.DataFrame({"paid": ["12.3456", "0.10", None], "chance": [0.25, 1 / 3, None]})

    units = frame.select(money_units("paid"), chance_units(pl.col("chance")))

    assert units["paid"].to_list() == [123456, 1000, None]
    assert units["chance"].to_list() == [250_000_000, 333_333_333, None]


@given(st.lists(st.integers(-(10**14), 10**14), max_size=5))
def test_money_comes_back_to_the_last_digit(units: list[int]) -> None:
    assert in_currency(pl.Series(units, dtype=pl.Int64)).to_list() == [unit / 10_000 for unit in units]


EVENT = st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 20), st.integers(-5, 5))
QUERY = st.tuples(st.sampled_from(["a", "b", "z"]), st.integers(0, 25))


@given(st.lists(EVENT, max_size=30), st.lists(QUERY, max_size=10), st.integers(0, 8))
def test_totals_are_those_of_a_plain_sum(
    events: list[tuple[str | None, int, int]], queries: list[tuple[str, int]], back: int
) -> None:
    happened = pl.DataFrame(
        {"who": [who for who, _, _ in events], "at": [at(day) for _, day, _ in events], "n": [n for _, _, n in events]},
        schema={"who": pl.String, "at": pl.Datetime("us"), "n": pl.Int64},
    )
    asked = pl.DataFrame(
        {"who": [who for who, _ in queries], "at": [at(day) for _, day in queries]},
        schema={"who": pl.String, "at": pl.Datetime("us")},
    )

    looked = view(timeline(happened, ["who"], "at", ["n"]), asked, "at", {"back": back})

    assert looked.total("n", "back").to_list() == [
        sum(n for who, day, n in events if who == asker and now - back <= day < now) for asker, now in queries
    ]
    assert looked.total("n").to_list() == [
        sum(n for who, day, n in events if who == asker and day < now) for asker, now in queries
    ]


def test_moments_may_differ_by_a_microsecond() -> None:
    tick = timedelta(microseconds=1)
    events = pl.DataFrame({"who": ["a", "a"], "at": [at(0), at(0) + tick], "units": [1, 2]})
    queries = pl.DataFrame({"who": ["a", "a"], "at": [at(0) + tick, at(0) + 2 * tick]})

    assert view(timeline(events, ["who"], "at", ["units"]), queries, "at").total("units").to_list() == [1, 3]


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 2, 0, 1, 3], [2, 4, 1, 3, 0]])
def test_places_are_the_same_in_whatever_order_they_are_asked_for(order: list[int]) -> None:
    placed, asked = np.array([10, 20, 20, 30]), np.array([30, 5, 20, 99, 21])
    assert ranks(placed, asked, np.array(order)).tolist() == [3, 0, 1, 4, 3]


def test_nothing_asked_has_no_places() -> None:
    none = np.array([], dtype=np.int64)
    assert ranks(np.array([1, 2]), none, none).tolist() == []


def test_without_a_moment_nothing_is_past() -> None:
    queries = pl.DataFrame({"who": ["a", "z"], "at": [None, None]}, schema_overrides={"at": EVENTS["at"].dtype})
    looked = view(timeline(EVENTS, ["who"], "at", ["units"]), queries, "at", {"5d": 5})
    assert looked.total("units").to_list() == [0, 0]
    assert looked.total("units", "5d").to_list() == [0, 0]
    assert looked.last().to_list() == [None, None]


def test_days_have_windows_of_days() -> None:
    events = EVENTS.with_columns(pl.col("at").dt.date())
    queries = pl.DataFrame({"who": ["a", "a"], "at": [at(11).date(), at(16).date()]})
    looked = view(timeline(events, ["who"], "at", ["units"]), queries, "at", {"5d": 5})
    assert looked.total("units", "5d").to_list() == [6, 0]
