from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def stage(shop: Shop, name: str, dimension: str = "all", value: str = "(all)") -> dict[str, Any]:
    (row,) = [
        row
        for row in build(shop, "report_stage_times")
        if (row["stage"], row["dimension"], row["value"]) == (name, dimension, value)
    ]
    return row


def inspect(shop: Shop, number: int, days: float | None, **values: object) -> None:
    """Add an RMA that was received on 10 January and, if ``days`` are given, inspected so many days later."""
    hours = None if days is None else f"2025-01-{10 + int(days):02} {round(days % 1 * 24):02}:00:00"
    status = "received" if days is None else "inspected"
    shop.rma(f"R{number}", received_at="2025-01-10", inspected_at=hours, **{"status": status, **values})


def test_what_is_through_has_a_mean_and_percentiles(shop: Shop) -> None:
    for number, days in enumerate([1, 2, 3, 4, 10.5]):
        inspect(shop, number, days)
    row = stage(shop, "received to inspected")
    assert (row["n_done"], row["n_waiting"], row["n_without"]) == (5, 0, 0)
    assert (row["mean_days"], row["p50_days"], row["p90_days"]) == (4.1, 3.0, 10.5)
    # Nothing waits, so that the estimates are what was seen.
    assert (row["p50_days_estimate"], row["p90_days_estimate"]) == (3.0, 10.5)
    assert row["is_small"]


def test_what_waits_makes_the_estimate_longer(shop: Shop) -> None:
    # Of six, three are through after 1, 2 and 3 days, three wait since 22 days: left over are 5/6, 4/6 and 3/6.
    for number, days in enumerate([1, 2, 3, None, None, None]):
        inspect(shop, number, days)
    row = stage(shop, "received to inspected")
    assert (row["n_done"], row["n_waiting"]) == (3, 3)
    assert (row["p50_days"], row["p90_days"]) == (2.0, 3.0)
    assert (row["p50_days_estimate"], row["p90_days_estimate"]) == (3.0, None)
    assert (row["p50_days_low"], row["p50_days_high"]) == (1.0, None)


def test_what_waits_shorter_than_others_took_counts_until_then(shop: Shop) -> None:
    # Received on 31 January, one waits since a day only: at risk after 1 day are 4, after 2 days 2.
    inspect(shop, 1, 1)
    inspect(shop, 2, 2)
    inspect(shop, 3, 4)
    shop.rma("R4", received_at="2025-01-30 12:00:00", status="received")
    row = stage(shop, "received to inspected")
    # Left over: 3/4 after 1 day, then 3/8 of it after 2 days (2 of them at risk), 0 after 4.
    assert (row["p50_days_estimate"], row["p90_days_estimate"]) == (2.0, 4.0)


def test_bounds_are_those_of_the_textbook_formula(shop: Shop) -> None:
    # 20 lines, one a day: S = 1 - t/20 is left after t days, and the variance of log S is (1 - S) / (20 S).
    for number in range(20):
        inspect(shop, number, number + 1)
    row = stage(shop, "received to inspected")
    # Bounds S ** exp(+-1.96 sd / |log S|): after 5 days 0.75 ** 2.410 = 0.4999, after 14 days 0.30 ** 0.573 = 0.501
    # and after 15 days 0.25 ** 0.578 = 0.449.
    assert (row["p50_days_low"], row["p50_days_estimate"], row["p50_days_high"]) == (5.0, 10.0, 15.0)


def test_what_ended_without_the_step_is_in_neither(shop: Shop) -> None:
    inspect(shop, 1, 2)
    shop.rma("R2", received_at="2025-01-10", status="closed")
    row = stage(shop, "received to inspected")
    assert (row["n_done"], row["n_waiting"], row["n_without"], row["p50_days_estimate"]) == (1, 0, 1, 2.0)


def test_a_span_that_ends_before_it_begins_is_in_none(shop: Shop) -> None:
    shop.rma("R1", received_at="2025-01-10", inspected_at="2025-01-09", status="inspected")
    row = stage(shop, "received to inspected")
    assert (row["n_done"], row["n_waiting"], row["n_without"], row["mean_days"]) == (0, 0, 0, None)


def test_every_stage_has_its_two_moments(shop: Shop) -> None:
    moments = {"authorized_at": "2025-01-11", "shipped_at": "2025-01-13", "received_at": "2025-01-16"}
    shop.rma("R1", **moments, inspected_at="2025-01-20", refunded_at="2025-01-25", refund_amount=1)
    found = {row["stage"]: row["p50_days"] for row in build(shop, "report_stage_times") if row["dimension"] == "all"}
    assert found == {
        "requested to authorized": 1.0,
        "authorized to shipped": 2.0,
        "shipped to received": 3.0,
        "received to inspected": 4.0,
        "inspected to refunded": 5.0,
        "received to refunded": 9.0,
        "requested to refunded": 15.0,
    }


@pytest.mark.parametrize(
    ("dimension", "value", "n_done"),
    [("month", "2025-01", 2), ("return_method", "mail", 1), ("carrier", "(not given)", 1), ("carrier", "dhl", 1)],
)
def test_stages_are_told_by_month_method_and_carrier(dimension: str, value: str, n_done: int, shop: Shop) -> None:
    inspect(shop, 1, 2, return_method="mail", carrier="dhl")
    inspect(shop, 2, 3, return_method="store")
    assert stage(shop, "received to inspected", dimension, value)["n_done"] == n_done


def test_an_empty_shop_has_no_stage(shop: Shop) -> None:
    assert build(shop, "report_stage_times") == []
