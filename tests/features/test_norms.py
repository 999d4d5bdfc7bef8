from __future__ import annotations

from math import sqrt

import polars as pl
import pytest

from features.norms import beyond, learn_norms, with_standing
from tests.factories import at


def events(*rows: tuple[str, float, float | None]) -> pl.DataFrame:
    """Return events of a group, day and figure."""
    named = [{"band": band, "known_at": at(day), "x": x} for band, day, x in rows]
    return pl.DataFrame(named, schema={"band": pl.String, "known_at": pl.Datetime("us"), "x": pl.Float64})


def asked(band: str | None, day: float, x: float | None) -> pl.DataFrame:
    schema = {"band": pl.String, "day": pl.Date, "x": pl.Float64}
    return pl.DataFrame([{"band": band, "day": at(day).date(), "x": x}], schema=schema)


def z(known: pl.DataFrame, row: pl.DataFrame, bound: float = 5.0, least: float = 1.0) -> float | None:
    value: float | None = with_standing(row, learn_norms(known, ["band"], bound, least))["z"].item()
    return value


def test_a_group_leans_on_the_shop() -> None:
    known = events(*[("a", 1, x) for x in (1.0, 3.0)] * 10, *[("b", 1, x) for x in (0.0, 2.0)] * 10)

    # Group a: mean 2, square 5 of 20; shop: mean 1.5, square 3.5, weighing 20 as well.
    mean, square = (2 + 1.5) / 2, (5 + 3.5) / 2
    assert z(known, asked("a", 2, 4.0)) == pytest.approx((4 - mean) / sqrt(square - mean**2))
    assert z(known, asked(None, 2, 4.0)) == pytest.approx((4 - 1.5) / sqrt(3.5 - 1.5**2))


def test_only_what_was_known_the_day_before_is_usual() -> None:
    known = events(("a", 1, 1.0), ("a", 2, 9.0), ("a", 2, None))

    assert z(known, asked("a", 1, 1.0)) is None
    # One event: no spread but the least, of 0.02.
    assert z(known, asked("a", 2, 1.1)) == pytest.approx(5)
    assert z(known, asked("a", 2, 1.1), least=2) is None
    assert z(known, asked("a", 2, None)) is None


def test_an_absurd_figure_teaches_no_more_than_the_bound() -> None:
    absurd, bound = (events(("a", 1, 0.0), ("a", 1, x)) for x in (1e9, 5.0))

    assert z(absurd, asked("a", 2, 3.0)) == z(bound, asked("a", 2, 3.0))


def test_beyond_what_is_nothing_unusual() -> None:
    values = pl.DataFrame({"x": [None, -3.0, 2.0, 2.5]}).select(beyond(pl.col("x"), 2.0)).to_series()

    assert values.to_list() == [None, 0, 0, 2.5]
