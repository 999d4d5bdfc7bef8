from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from dashboards.filters import Filters
from dashboards.navigation import with_controls


@pytest.mark.parametrize(
    "search",
    ["", "?from=2026-01-01&to=2026-02-01", "?channel=web&channel=store&category=shoes", "?by=sku&q=a+b%26c"],
)
def test_an_address_is_read_and_written_alike(search: str) -> None:
    assert Filters.parse(search).search() == search


@pytest.mark.parametrize("search", ["?from=yesterday", "?from=", "?to=2026-13-01", "nonsense", "?=&&", None])
def test_what_makes_no_sense_leaves_everything_in(search: str | None) -> None:
    assert Filters.parse(search).is_narrow is False


def test_lines_are_those_of_the_days_and_values_asked_for() -> None:
    moments = [datetime.fromisoformat(f"2026-01-0{day}T23:59:59") for day in (1, 2, 3)]
    frame = pl.LazyFrame({"requested_at": moments, "channel": ["web", "store", None], "category": ["a", "a", "b"]})

    def left(search: str) -> int:
        return Filters.parse(search).lines(frame).collect().height

    assert left("") == 3
    assert left("?from=2026-01-02&to=2026-01-02") == 1
    assert left("?channel=web&channel=store") == 2
    assert left("?category=b&channel=web") == 0


def test_other_pages_get_the_shared_filters_alone() -> None:
    filters = Filters.parse("?from=2026-01-01&category=shoes&by=sku")
    assert filters.shared() == "?from=2026-01-01&category=shoes"
    assert filters.having(by="", q="x").search() == "?from=2026-01-01&category=shoes&q=x"


def test_controls_replace_what_they_hold_and_leave_the_rest() -> None:
    filters = Filters.parse("?from=2026-01-01&category=shoes&by=sku")
    told = with_controls(filters, {"from": "2026-03-01", "to": None, "channel": ["web"], "by": "reason"})
    assert told == Filters(date(2026, 3, 1), None, ("web",), ("shoes",), {"by": "reason"})
    assert with_controls(filters, {"from": "2026-0", "category": []}).search() == "?by=sku"
