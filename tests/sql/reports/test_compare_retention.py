from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop

JANUARY = datetime(2024, 1, 1)  # noqa: DTZ001


def retention(shop: Shop) -> dict[tuple[str, str], Row]:
    shop.build("report_retention")
    return {(row["outcome"], row["days_to_end"]): row for row in shop.table("report_retention")}


def buy(shop: Shop, shopper: str, *days: int) -> None:
    for number, day in enumerate(days):
        at = JANUARY + timedelta(days=day)
        shop.sell(f"{shopper}-{number}", "A", 1, "10", customer_id=shopper, ordered_at=at)


def back(shop: Shop, shopper: str, asked: int, refunded: int | None, **values: object) -> None:
    given = {"requested_at": JANUARY + timedelta(days=asked), "requested_amount": 10, "customer_id": shopper}
    if refunded is not None:
        given |= {"refunded_at": JANUARY + timedelta(days=refunded), "refund_amount": 10}
    shop.rma(f"R-{shopper}-{asked}", **{**given, **values})


def test_who_orders_again_within_90_days_of_the_refund_is_back(shop: Shop) -> None:
    buy(shop, "soon", 0, 100)
    buy(shop, "late", 0, 101)
    buy(shop, "before", 0, 9)
    for shopper in ("soon", "late", "before"):
        back(shop, shopper, 5, 10)
    found = retention(shop)
    row = found["refunded", "4 to 7"]
    assert (row["n_shoppers"], row["n_followed"], row["n_back"], row["is_small"]) == (3, 3, 1, True)
    low, high = binomtest(1, 3).proportion_ci(method="wilson")
    assert (row["rate"], row["rate_low"], row["rate_high"]) == pytest.approx((1 / 3, low, high), abs=1e-6)
    assert row == found["refunded", "all"] | {"days_to_end": "4 to 7"}
    assert row == found["all", "all"] | {"outcome": "refunded", "days_to_end": "4 to 7"}


def test_shoppers_are_held_against_others_of_as_many_orders(shop: Shop) -> None:
    buy(shop, "C1", 0, 50)
    back(shop, "C1", 5, 10)
    # A return takes 10 days from the order in the middle, so the others are followed from their tenth day on.
    buy(shop, "other1", 3, 60)
    buy(shop, "other2", 4, 8)
    buy(shop, "other3", 5, 104)
    buy(shop, "other4", 6)
    # The first and the third come back in time; the second order of the second one was too early, as C1's own return.
    row = retention(shop)["all", "all"]
    assert (row["n_compared"], row["rate"]) == (1, 1)
    assert row["matched_rate"] == pytest.approx(2 / 4)
    assert row["difference"] == pytest.approx(1 - row["matched_rate"])
    assert row["shrunken_rate"] == pytest.approx((1 + 20 * row["matched_rate"]) / 21)


@pytest.mark.parametrize(
    ("values", "refunded", "outcome", "days"),
    [
        ({}, 8, "refunded", "0 to 3"),
        ({}, 13, "refunded", "8 to 14"),
        ({}, 25, "refunded", "15 to 30"),
        ({}, 60, "refunded", "over 30"),
        ({"refund_amount": 9}, 8, "refunded_in_part", "0 to 3"),
        ({"refund_method": "store_credit"}, 8, "credited", "0 to 3"),
        ({"status": "exchanged", "refund_method": "exchange"}, 8, "exchanged", "0 to 3"),
        ({"status": "denied", "closed_at": "2024-01-12"}, None, "refused", "4 to 7"),
        ({"status": "received"}, None, "waiting", "over 30"),
    ],
)
def test_what_became_of_the_return(
    shop: Shop, values: dict[str, object], refunded: int | None, outcome: str, days: str
) -> None:
    buy(shop, "C1", 0)
    back(shop, "C1", 5, refunded, **values)
    assert set(retention(shop)) == {(outcome, days), (outcome, "all"), ("all", "all")}


def test_the_first_return_that_was_not_cancelled_counts(shop: Shop) -> None:
    buy(shop, "C1", 0)
    back(shop, "C1", 4, None, status="cancelled")
    back(shop, "C1", 5, 6)
    back(shop, "C1", 20, 50)
    shop.rma("R9", requested_at=JANUARY, refund_amount=10, refunded_at=JANUARY)
    assert set(retention(shop)) == {("refunded", "0 to 3"), ("refunded", "all"), ("all", "all")}


def test_who_cannot_be_followed_is_in_no_rate(shop: Shop) -> None:
    buy(shop, "C1", 300, 310)
    back(shop, "C1", 305, 307)
    buy(shop, "C2", 380, 395)
    back(shop, "C2", 385, 390)
    row = retention(shop)["all", "all"]
    # The shop is known until 1 February 2025, day 397.
    assert (row["n_shoppers"], row["n_too_recent"], row["n_followed"], row["n_back"]) == (2, 1, 1, 1)
    assert retention(shop)["refunded", "4 to 7"]["rate"] is None


def test_returns_without_an_effect_show_none(shop: Shop) -> None:
    draw = np.random.default_rng(5)
    people = np.repeat(np.arange(3000), 6)
    gaps = draw.exponential(70, people.size) * np.repeat(draw.gamma(2, 0.5, 3000), 6)
    days = draw.uniform(0, 200, 3000)[people] + gaps.reshape(3000, 6).cumsum(axis=1).ravel()
    lines = pl.DataFrame({"person": people, "day": days}).filter(pl.col("day") < 396).with_row_index("n")
    orders = lines.select(
        order_id=pl.format("O{}", "n"),
        line_id=pl.lit("1"),
        sku=pl.lit("A"),
        quantity=pl.lit(1),
        customer_id=pl.format("C{}", "person"),
        ordered_at=pl.lit(JANUARY) + pl.duration(seconds=(pl.col("day") * 86400).cast(pl.Int64)),
    )
    returned = orders.filter(pl.Series(draw.random(orders.height) < 0.15)).with_columns(
        rma_id=pl.format("R{}", "order_id"),
        rma_line_id=pl.lit("1"),
        requested_at=pl.col("ordered_at") + pl.duration(days=6),
        refunded_at=pl.col("ordered_at") + pl.duration(days=12),
        status=pl.lit("refunded"),
        refund_amount=pl.lit(10).cast(pl.Decimal(18, 4)),
        match_method=pl.lit("keys"),
    )
    for table, frame in (("order_lines", orders), ("rma_lines", returned)):
        shop.connection.register("frame", frame)
        shop.connection.execute(f"insert into core.{table} by name select * from frame")  # noqa: S608
    row = retention(shop)["all", "all"]
    assert row["n_compared"] > 800
    assert abs(row["difference"]) < row["rate_high"] - row["rate"]


def test_an_empty_shop_has_no_retention(shop: Shop) -> None:
    assert retention(shop) == {}
