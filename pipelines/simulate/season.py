"""When people order: the year, the week, the day, and the shop's growth. Only calendars and clocks."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from pipelines.simulate.draw import DAY, Flags, Floats, Ints, pick
from pipelines.simulate.params import SimulationParams

MONTH_WEIGHTS = (0.92, 0.84, 0.95, 0.97, 1.0, 0.96, 0.9, 0.88, 1.0, 1.05, 1.3, 1.35)
WEEKDAY_WEIGHTS = (1.08, 1.0, 0.97, 0.98, 0.93, 0.9, 1.16)
"""Monday first."""
HOUR_WEIGHTS = (2, 1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 8, 7, 6, 6, 6, 7, 8, 10, 12, 12, 9, 5)
GROWTH = 0.15
"""How much more is ordered at the end of a year than at its beginning."""
SALE_FACTOR = 2.4
SALE_DAYS = 4
"""From Black Friday to the Monday after it."""
HOLIDAY_FACTOR = 0.45
HOLIDAYS = frozenset({(12, 24), (12, 25), (12, 26), (1, 1)})
GIFT_DAYS = 38
"""From 15 November to 22 December presents are bought."""
DISCOUNT_DAYS = 9
"""From 22 to 30 November discounts are deep."""


def black_friday(year: int) -> date:
    """Return the day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def day_weight(day: date) -> float:
    """Return how much is ordered on that day, relative to an ordinary one, growth left out."""
    weight = MONTH_WEIGHTS[day.month - 1] * WEEKDAY_WEIGHTS[day.weekday()]
    if 0 <= (day - black_friday(day.year)).days < SALE_DAYS:
        return weight * SALE_FACTOR
    if (day.month, day.day) in HOLIDAYS:
        return weight * HOLIDAY_FACTOR
    return weight


def order_moments(rng: np.random.Generator, params: SimulationParams) -> Ints:
    """Draw when the orders are placed, earliest first, all within the simulated time."""
    days = [params.start + timedelta(days=k) for k in range((params.end - params.start).days)]
    weights = [day_weight(day) * (1 + GROWTH * k / 365) for k, day in enumerate(days)]
    drawn = pick(rng, weights, params.orders)
    hour = pick(rng, HOUR_WEIGHTS, params.orders)
    return np.sort(params.starts_at + drawn * DAY + hour * 3_600 + rng.integers(0, 3_600, params.orders))


def days_into(moment: Ints, month: int, day: int) -> Floats:
    """Return the days since that day of each moment's own calendar year, negative before it."""
    month_start = moment.astype("datetime64[s]").astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    start = month_start.astype("datetime64[D]") + (day - 1)
    days: Floats = (moment - start.astype("datetime64[s]").astype(np.int64)) / DAY
    return days


def in_gift_weeks(moment: Ints) -> Flags:
    """Return which moments are in the weeks before Christmas in which presents are bought."""
    day = days_into(moment, 11, 15)
    within: Flags = (day >= 0) & (day < GIFT_DAYS)
    return within


def in_discount_days(moment: Ints) -> Flags:
    """Return which moments are in the days of deep discounts around Black Friday."""
    day = days_into(moment, 11, 22)
    within: Flags = (day >= 0) & (day < DISCOUNT_DAYS)
    return within
