from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.simulate.params import SimulationParams, SimulationSummary, seconds_at


def test_defaults_are_those_of_the_command() -> None:
    params = SimulationParams()
    assert (params.orders, params.seed, params.abuse_rate) == (20_000, 7, 0.03)
    assert (params.start, params.months) == (date(2025, 1, 1), 14)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"orders": 0}, "orders"),
        ({"orders": -5}, "orders"),
        ({"orders": 5_000_001}, "orders"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"abuse_rate": -0.01}, "abuse_rate"),
        ({"abuse_rate": 0.51}, "abuse_rate"),
        ({"abuse_rate": float("nan")}, "abuse_rate"),
        ({"months": 0}, "months"),
        ({"months": 61}, "months"),
        ({"start": date(1989, 12, 31)}, "year of start"),
        ({"start": date(2101, 1, 1)}, "year of start"),
    ],
)
def test_what_cannot_be_simulated_is_refused_by_name(wrong: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be between .* and .*, not"):
        dataclasses.replace(SimulationParams(), **wrong)


@pytest.mark.parametrize(
    "edge",
    [
        {"orders": 1},
        {"orders": 5_000_000},
        {"seed": 0},
        {"abuse_rate": 0},
        {"abuse_rate": 0.5},
        {"months": 1},
        {"months": 60},
    ],
)
def test_the_edges_are_allowed(edge: dict[str, Any]) -> None:
    changed = dataclasses.replace(SimulationParams(), **edge)
    assert all(getattr(changed, name) == value for name, value in edge.items())


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 1, 1), 14, date(2026, 3, 1)),
        (date(2025, 1, 1), 12, date(2026, 1, 1)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 11, 15), 2, date(2026, 1, 15)),
    ],
)
def test_the_end_is_that_many_calendar_months_later(start: date, months: int, end: date) -> None:
    assert SimulationParams(start=start, months=months).end == end


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(1, 60))
def test_a_month_has_28_to_31_days_whatever_the_start(start: date, months: int) -> None:
    days = (SimulationParams(start=start, months=months).end - start).days
    assert 28 * months <= days <= 31 * months


def test_the_simulated_seconds_end_before_the_first_day_that_is_not_simulated() -> None:
    params = SimulationParams(start=date(1990, 1, 1), months=1)
    assert params.starts_at == seconds_at(date(1990, 1, 1))
    assert params.ends_at == params.starts_at + 31 * 86_400 - 1


def test_seconds_are_counted_from_1970_in_utc() -> None:
    assert seconds_at(date(1970, 1, 1)) == 0
    assert seconds_at(date(1970, 1, 2)) == 86_400
    assert seconds_at(date(2025, 1, 1)) == 1_735_689_600


def test_parameters_and_summary_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SimulationParams().orders = 3  # type: ignore[misc]
    summary = SimulationSummary(
        orders=1,
        order_lines=2,
        returns=3,
        products=4,
        customers=5,
        support_contacts=6,
        chargebacks=7,
        rmas=8,
        abuse_rmas=9,
        files=10,
    )
    assert list(dataclasses.asdict(summary).values()) == list(range(1, 11))
