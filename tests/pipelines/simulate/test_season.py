from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.simulate.draw import DAY
from pipelines.simulate.params import SimulationParams, seconds_at
from pipelines.simulate.season import (
    GROWTH,
    black_friday,
    day_weight,
    days_into,
    in_discount_days,
    in_gift_weeks,
    order_moments,
)


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2023, date(2023, 11, 24)),
        (2024, date(2024, 11, 29)),
        (2025, date(2025, 11, 28)),
        (2026, date(2026, 11, 27)),
        (2028, date(2028, 11, 24)),
    ],
)
def test_black_friday(year: int, day: date) -> None:
    assert black_friday(year) == day


@given(st.integers(1990, 2100))
def test_black_friday_is_a_friday_between_the_23rd_and_the_29th(year: int) -> None:
    day = black_friday(year)
    assert day.weekday() == 4
    assert day.month == 11
    assert 23 <= day.day <= 29


def test_the_sale_lasts_from_friday_to_monday() -> None:
    ordinary = {day.weekday(): day_weight(day) for day in (date(2025, 11, 3) + timedelta(k) for k in range(7))}
    days = [date(2025, 11, 27) + timedelta(k) for k in range(4)]
    assert [day_weight(day) / ordinary[day.weekday()] for day in days] == pytest.approx([1, 2.4, 2.4, 2.4])
    # The Monday and the Tuesday after it are in December, a month with a weight of its own.
    assert day_weight(date(2025, 12, 1)) / day_weight(date(2025, 12, 8)) == pytest.approx(2.4)
    assert day_weight(date(2025, 12, 2)) == day_weight(date(2025, 12, 9))


def test_sundays_are_busier_than_saturdays_and_holidays_are_quiet() -> None:
    assert day_weight(date(2025, 5, 11)) > day_weight(date(2025, 5, 10))
    assert day_weight(date(2025, 12, 25)) < day_weight(date(2025, 12, 18)) / 2
    assert day_weight(date(2025, 12, 9)) > day_weight(date(2025, 2, 11))


def test_orders_are_placed_within_the_time_and_stand_in_its_order() -> None:
    params = SimulationParams(orders=5_000, months=3)
    moments = order_moments(np.random.default_rng(0), params)
    assert len(moments) == 5_000
    assert (np.diff(moments) >= 0).all()
    assert params.starts_at <= moments[0]
    assert moments[-1] <= params.ends_at


def test_each_day_gets_its_share() -> None:
    params = SimulationParams(orders=200_000, months=12)
    moments = order_moments(np.random.default_rng(0), params)
    drawn = np.bincount((moments - params.starts_at) // DAY, minlength=365)
    days = [params.start + timedelta(k) for k in range(365)]
    weights = np.array([day_weight(day) * (1 + GROWTH * k / 365) for k, day in enumerate(days)])
    expected = 200_000 * weights / weights.sum()
    deviation = (drawn - expected) / np.sqrt(expected)
    assert np.abs(deviation).max() < 5
    assert days[int(drawn.argmax())] in {black_friday(2025), black_friday(2025) + timedelta(2)}


def test_evenings_are_busier_than_nights() -> None:
    moments = order_moments(np.random.default_rng(0), SimulationParams(orders=10_000))
    hours = np.bincount(moments % DAY // 3_600, minlength=24)
    assert hours[19:22].sum() > 8 * hours[1:4].sum()


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)), st.integers(1, 12), st.integers(1, 28))  # noqa: DTZ001
def test_days_into_the_year_are_those_of_the_calendar(moment: datetime, month: int, day: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    expected = (moment - datetime(moment.year, month, day, tzinfo=UTC)) / timedelta(days=1)
    found = days_into(np.array([int(moment.timestamp())]), month, day)
    assert found[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 11, 14), False),
        (date(2025, 11, 15), True),
        (date(2028, 12, 22), True),
        (date(2025, 12, 23), False),
        (date(2025, 1, 5), False),
    ],
)
def test_presents_are_bought_in_the_weeks_before_christmas(day: date, expected: bool) -> None:
    assert in_gift_weeks(np.array([seconds_at(day)])).tolist() == [expected]


def test_discounts_are_deep_in_the_last_nine_days_of_november() -> None:
    days = [seconds_at(date(2025, 11, 21) + timedelta(k)) for k in range(11)]
    assert in_discount_days(np.array(days)).tolist() == [False, *[True] * 9, False]
