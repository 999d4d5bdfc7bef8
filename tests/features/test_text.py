from __future__ import annotations

import math
from typing import Any

import pytest

from features.assemble import build_features
from features.ledger import HABIT
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, frame, rma_lines


def told(*returned: Row, orders: tuple[Row, ...] = (), stage: str = "request") -> dict[str, dict[str, Any]]:
    shop = Shop.of({"rma_lines": rma_lines(*returned), "orders": frame("orders", *orders)})
    built = build_features(shop, FeatureParams()).filter(stage=stage)
    return {row["rma_id"]: row for row in built.iter_rows(named=True)}


def said(comment: str | None, customer: str | None, day: float, **more: object) -> Row:
    head = {"rma_id": f"{customer}{day}", "customer_id": customer, "requested_at": at(day)}
    return head | {"customer_comment": comment} | more


STOCK = "too small"
TEMPLATE = "The parcel never came although it says delivered"


def test_a_wording_that_many_use_of_late_stands_out_and_a_stock_phrase_does_not() -> None:
    before = [said(STOCK, f"s{number}", 0) for number in range(40)]
    stock = [said(STOCK, f"t{number}", 40) for number in range(10)]
    copies = [said(TEMPLATE + "!" * number, f"x{number}", 40) for number in range(10)]

    found = told(*before, *stock, *copies, said(TEMPLATE.upper(), "y", 41), said(STOCK, "z", 41))

    assert found["y41"]["comment_shoppers"] == 10
    # Nobody wrote it before the last 30 days; one of 41 would predict it of 20 wordings of late.
    assert found["y41"]["comment_burst"] == pytest.approx(10 - 20 / 41 - 3)
    # Every earlier wording was the stock phrase, which so predicts all twenty of late.
    assert (found["z41"]["comment_shoppers"], found["z41"]["comment_burst"]) == (50, 0)
    assert found["s00"]["comment_burst"] is None


def test_many_who_write_alike_of_one_item_are_explained_by_it() -> None:
    before = said(STOCK, "b", 0)
    copies = [said(TEMPLATE, f"x{number}", 40, sku="A" if number else "B") for number in range(4)]

    found = told(before, *copies, said(TEMPLATE, "y", 41, sku="A"), said("never seen before", "z", 41))

    assert found["y41"]["comment_same_item"] == 3 / 4
    assert found["z41"]["comment_same_item"] == 0


def test_the_shoppers_own_comment_again() -> None:
    returned = [said(TEMPLATE, "a", day) for day in (1, 2, 3)] + [said(STOCK, f"s{number}", 2) for number in range(4)]
    now = said(TEMPLATE, "a", 9, refunded_at=at(12), refund_amount="1.00")

    # Three of three own comments; one in five wordings is this one.
    expected = 3 - 3 / 5
    for stage in ("request", "settled"):
        assert told(*returned, now, stage=stage)["a9"]["own_comment_again"] == pytest.approx(expected)
    assert told(*returned, said(STOCK, "a", 9))["a9"]["own_comment_again"] == pytest.approx((0 - 3 * 0.8) / 2.4**0.5)


def test_two_lines_of_one_rma_repeat_nothing() -> None:
    both = [said(TEMPLATE, "a", 5, rma_line_id=line, refunded_at=at(9)) for line in ("1", "2")]

    found = told(said(STOCK, "b", 0), *both, stage="settled")["a5"]

    assert (found["comment_shoppers"], found["own_comment_again"]) == (0, 0)


def linked(*accounts: str) -> tuple[Row, ...]:
    return tuple(
        {"order_id": one, "customer_id": one, "ordered_at": at(0), "payment_fingerprint_hash": "f"} for one in accounts
    )


def bound(count: int, expected: float) -> float:
    """Return Chernoff's bound for shoppers who differ, as ``ledger.surprise`` describes it."""
    spread = (count + HABIT) * math.log((count + HABIT) / (expected + HABIT))
    return (count * math.log(count / expected) - spread) / math.log(10)


def test_linked_accounts_with_the_same_comment() -> None:
    others = [said(STOCK, f"s{number}", 1) for number in range(98)]
    ring = [said(TEMPLATE, "b", 1), said(STOCK, "b", 2)]

    found = told(*others, *ring, said(TEMPLATE, "a", 9), said(TEMPLATE, "c", 9), orders=linked("a", "b"))

    # None of 98 others wrote it, one more is counted; b wrote two wordings.
    assert found["a9"]["ring_same_comment"] == pytest.approx(bound(1, 2 / 99))
    assert found["c9"]["ring_same_comment"] == 0


def test_what_many_write_is_no_wonder_in_one_household() -> None:
    others = [said(STOCK, f"s{number}", 1) for number in range(8)] + [
        said(f"word {'x' * n}", f"u{n}", 1) for n in range(30)
    ]

    pair = told(*others, said(STOCK, "b", 2), said(STOCK, "a", 9), orders=linked("a", "b"))
    many = told(*others, *(said(TEMPLATE, one, 2) for one in "bcd"), said(TEMPLATE, "a", 9), orders=linked(*"abcd"))

    # Of nine accounts that wrote the one, two are one household's; three hit on words that nobody else has.
    assert pair["a9"]["ring_same_comment"] == 0
    assert many["a9"]["ring_same_comment"] == pytest.approx(bound(3, 3 / 39))


def test_a_comment_is_asked_for_and_an_unknown_shopper_repeats_nothing() -> None:
    found = told(said(TEMPLATE, "b", 0), said(None, "a", 5), said(TEMPLATE, None, 50))

    names = ("comment_shoppers", "comment_burst", "comment_same_item", "ring_same_comment", "own_comment_again")
    assert [found["a5"][name] for name in names] == [None] * 5
    assert [found["None50"][name] for name in names] == [1, 0, 0, 0, None]
