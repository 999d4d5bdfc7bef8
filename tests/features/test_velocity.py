from __future__ import annotations

import pytest

from tests.factories import at, features_by_rma, order_lines, rma_lines


def test_rmas_of_the_last_days() -> None:
    days = (360, 371, 392.9, 393, 399, 400)
    returned = rma_lines(
        *[{"rma_id": f"r{day}", "requested_at": at(day)} for day in days],
        {"rma_id": "r399", "rma_line_id": "2", "requested_at": at(399)},
        {"rma_id": "tie", "requested_at": at(400)},
        {"rma_id": "other", "customer_id": "c2", "requested_at": at(399)},
    )

    found = features_by_rma(order_lines({}), returned)["r400"]

    assert (found["rmas_7d"], found["rmas_30d"], found["days_since_last_rma"]) == (2, 4, 1)


def test_the_pace_against_the_shoppers_own_year() -> None:
    early = [{"rma_id": f"e{day}", "requested_at": at(day)} for day in (34.9, 35, 100, 369)]
    returned = rma_lines(*early, *[{"rma_id": f"n{day}", "requested_at": at(day)} for day in (370, 399, 400)])

    found = features_by_rma(order_lines({}), returned)["n400"]

    # Two recent ones and this; three (day 35 to 369) in 335 days.
    assert found["rma_acceleration"] == pytest.approx(3.5 / (3 / 335 * 30 + 0.5))


def test_a_newer_shopper_has_a_shorter_year_and_at_first_none() -> None:
    bought = order_lines({"ordered_at": at(0)})
    returned = rma_lines(*[{"rma_id": f"r{day}", "requested_at": at(day)} for day in (10, 30.5, 35, 90, 100)])

    found = features_by_rma(bought, returned)

    # Day 90 is not yet beyond 90 days; on day 100 the one of day 90 is recent, three in 70 days came before.
    assert [found[f"r{day}"]["rma_acceleration"] for day in (10, 30.5, 35, 90)] == [None] * 4
    assert found["r100"]["rma_acceleration"] == pytest.approx(2.5 / (3 / 70 * 30 + 0.5))


def test_without_a_past_there_is_no_pace() -> None:
    returned = rma_lines(
        {"rma_id": "new", "requested_at": at(30)},
        {"rma_id": "anonymous", "customer_id": None, "requested_at": at(90)},
        {"rma_id": "stranger", "customer_id": "c2", "requested_at": at(90)},
    )

    found = features_by_rma(order_lines({}), returned)

    assert [found[rma]["rma_acceleration"] for rma in ("new", "anonymous", "stranger")] == [None] * 3
    assert [found[rma]["rmas_30d"] for rma in ("new", "anonymous", "stranger")] == [0, None, 0]
    assert [found[rma]["days_since_last_rma"] for rma in ("new", "anonymous", "stranger")] == [None] * 3
