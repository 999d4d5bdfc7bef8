from __future__ import annotations

from datetime import timedelta
from math import log, log10
from typing import Any

import polars as pl
import pytest

from features.assemble import build_features
from features.pace import SHRINK
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, frame, products, rma_lines


def told(*returned: Row, orders: tuple[Row, ...] = (), goods: tuple[Row, ...] = ()) -> dict[str, dict[str, Any]]:
    shop = Shop.of(
        {"rma_lines": rma_lines(*returned), "orders": frame("orders", *orders), "products": products(*goods)}
    )
    built = build_features(shop, FeatureParams()).filter(pl.col("stage") == "request")
    return {row["rma_id"]: row for row in built.iter_rows(named=True)}


def asked(day: float, customer: str | None = "c1", seconds: int = 0, **more: object) -> Row:
    head = {"rma_id": f"{customer}@{day}", "customer_id": customer}
    return head | {"requested_at": at(day) + timedelta(seconds=seconds)} | more


def came(day: float, days: float, customer: str = "c1", **more: object) -> Row:
    """Return a return asked on a day of what came some days before."""
    known: dict[str, Any] = {"matched_quantity": 1, "ordered_at": at(day - days - 1), "delivered_at": at(day - days)}
    return asked(day, customer, **known | more)


def test_a_burst_is_more_than_an_evening() -> None:
    found = told(*(asked(day) for day in (1, 8.9, 9, 9.5, 9.6, 9.7, 10)), asked(10, None))

    # In the day up to day 10: 9, 9.5, 9.6 and 9.7, two of which an evening may bring.
    assert [found[f"c1@{day}"]["burst_rmas_1d"] for day in (1, 9.6, 10)] == [0, 1, 2]
    assert found["None@10"]["burst_rmas_1d"] is None


def test_visits_like_clockwork() -> None:
    even = [asked(day, "even", 5) for day in (1, 3, 5, 7)]
    odd = [asked(day, "odd", 5) for day in (1, 3, 8, 9)]
    two_at_once = [asked(3, "odd", 5, rma_id="second")]

    found = told(*even, *odd, *two_at_once, *(asked(day, "midnight") for day in (1, 3, 5, 7)))

    assert found["even@7"]["regular_spacing"] == pytest.approx(2)
    # Spans of 2, 5 and 1 days: the mean 8/3 over the range 4 and a hundredth of the mean.
    assert found["odd@9"]["regular_spacing"] == pytest.approx(log10((8 / 3) / (4 + 8 / 300)))
    assert [found[rma]["regular_spacing"] for rma in ("even@5", "midnight@7")] == [None, None]


def test_visits_at_the_same_second() -> None:
    same = [asked(1, seconds=61), asked(2.25, seconds=61), asked(3, seconds=62), asked(5 + 1 / 24, seconds=61)]

    found = told(*same, asked(5.125, seconds=61), asked(6, seconds=60))

    # An hour later of one day may be a part of the same request.
    assert found[f"c1@{5 + 1 / 24}"]["same_clock_visits"] == 2
    assert found["c1@5.125"]["same_clock_visits"] == 2
    assert found["c1@6"]["same_clock_visits"] is None


def test_later_than_the_peers_of_the_days_before() -> None:
    usual = [came(20, 3 if number % 2 else 9, f"u{number}", category="top") for number in range(SHRINK + 2)]
    short, long = log(3.5), log(9.5)
    mean, sd = (short + long) / 2, (long - short) / 2

    found = told(*usual, came(21, 19, "late", category="top"), came(21, 1, "soon", category="top"))

    assert found["late@21"]["late_against_peers"] == pytest.approx((log(19.5) - mean) / sd, abs=0.01)
    assert found["soon@21"]["late_against_peers"] == pytest.approx((log(1.5) - mean) / sd, abs=0.01)
    assert found["u0@20"]["late_against_peers"] is None


def test_a_claim_is_compared_with_such_claims() -> None:
    usual = [came(20, 3 if number % 2 else 9, f"u{number}", category="top") for number in range(40)]
    repairs = [came(20, 90, f"w{number}", category="top", claim_type="warranty") for number in range(400)]

    found = told(*usual, *repairs, came(21, 90, "w", claim_type="warranty"), came(21, 90, "r", category="top"))

    assert found["w@21"]["late_against_peers"] < 0.1
    assert found["r@21"]["late_against_peers"] > 1


def test_a_gift_is_told_by_its_order_or_reason() -> None:
    orders = tuple(
        {"order_id": order, "ordered_at": at(1), "is_gift": is_gift} for order, is_gift in (("g", True), ("n", False))
    )
    found = told(
        asked(5, "a", order_id="g"),
        asked(5, "b", order_id="n"),
        asked(5, "c", order_id="n", reason_code="Gift_unwanted"),
        asked(1, "d", order_id="g"),
        orders=orders,
    )

    assert [found[f"{who}@5"]["late_explained"] for who in "abc"] == [1, 0, 1]
    # At the moment of the order nothing was known of it yet.
    assert found["d@1"]["late_explained"] is None


def test_a_defect_within_its_warranty_explains_that_it_shows_late() -> None:
    defect: dict[str, Any] = {"reason_code": "Defective"}
    found = told(
        came(50, 30, "within", **defect),
        came(50, 31, "beyond", **defect),
        came(50, 30, "claim", claim_type="warranty"),
        came(50, 30, "choice", reason_code="size"),
        asked(50, "unmatched", **defect),
        goods=({"sku": "A", "warranty_days": 30},),
    )

    explained = {rma.removesuffix("@50"): row["late_explained"] for rma, row in found.items()}
    assert explained == {"within": 1, "beyond": 0, "claim": 1, "choice": 0, "unmatched": 0}


def test_weekends_again_and_again() -> None:
    # Day 0 is a Monday. Others come on a Monday and go back on a Thursday; the last one too comes for a weekend.
    others = [came(3, 3, f"u{number}") for number in range(8)]
    mine = [came(week * 7, 3, "me") for week in (1, 2, 3)]
    another = came(24, 3, "me", rma_id="plain")

    found = told(*others, *mine, another)

    # At the first nobody's share is above 0: one is expected of none, and one alone proves nothing.
    assert found["me@7"]["weekend_excess"] == 0
    # Two of ten were around a weekend before the third: 3 - 3 * 0.2 over at least 1, less 1.
    assert found["me@21"]["weekend_excess"] == pytest.approx(3 - 3 * 0.2 - 1)
    assert found["plain"]["weekend_excess"] == 0
    assert found["u0@3"]["weekend_excess"] is None
