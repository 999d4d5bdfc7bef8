from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from features.assemble import build_features
from features.contracts import Stage
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, frame, order_lines, rma_lines

BOUGHT: Row = {"order_id": "o0", "ordered_at": at(0), "matched_quantity": 1}


def told(lines: pl.DataFrame, stage: Stage = Stage.REQUEST, **frames: pl.DataFrame) -> dict[str, Any]:
    """Return the features of the RMA ``now`` at a stage."""
    built = build_features(Shop.of({"rma_lines": lines} | frames), FeatureParams())
    return built.filter(rma_id="now", stage=stage).row(0, named=True)


def now(**said: object) -> Row:
    return {"rma_id": "now", "requested_at": at(10)} | said


def gift(asked: str, bought: str, stage: Stage = Stage.REQUEST, **said: object) -> float:
    """Return ``gift_like`` of an RMA asked and bought on days."""
    days = {"requested_at": datetime.fromisoformat(asked), "ordered_at": datetime.fromisoformat(bought)}
    value: float = told(rma_lines(now(**dict(BOUGHT) | days | said)), stage)["gift_like"]
    return value


@pytest.mark.parametrize(
    ("asked", "bought", "value"),
    [
        ("2024-01-10", "2023-12-10", 0.5),
        ("2023-12-26", "2023-11-15", 0.5),
        ("2024-01-31", "2023-11-15", 0.5),
        ("2024-02-01", "2023-12-20", 0.0),
        ("2023-12-25", "2023-12-10", 0.0),
        ("2024-01-10", "2023-11-14", 0.0),
        ("2024-01-10", "2022-12-10", 0.0),
    ],
)
def test_gifts_come_back_after_christmas(asked: str, bought: str, value: float) -> None:
    assert gift(asked, bought) == value


def test_recipients_ask_for_credit_or_say_that_it_was_a_gift() -> None:
    paid = {"refund_method": "store_credit", "refund_amount": "9.00", "refunded_at": datetime(2024, 1, 20)}  # noqa: DTZ001

    assert gift("2024-01-10", "2023-12-10", reason_code="Unwanted GIFT") == 1
    assert gift("2024-01-10", "2023-12-10", Stage.SETTLED, **paid) == 1
    assert gift("2024-01-10", "2023-12-10", Stage.REQUEST, **paid) == 0.5
    assert gift("2024-06-10", "2024-06-01", reason_code="gift") == 0


def test_an_order_that_was_marked_as_a_gift() -> None:
    orders = frame("orders", {"order_id": "o0", "is_gift": True}, {"order_id": "o1", "is_gift": False})

    assert told(rma_lines(now(**BOUGHT)), orders=orders)["gift_like"] == 1
    assert told(rma_lines(now(**dict(BOUGHT) | {"order_id": "o1"})), orders=orders)["gift_like"] == 0
    # The order is named, and yet no purchase was found by the request.
    assert told(rma_lines(now(**dict(BOUGHT) | {"ordered_at": at(20)})), orders=orders)["gift_like"] == 0


def bracket(*skus: str, sizes: tuple[str, ...] = (), back: int = 1, style: str | None = "s") -> float | None:
    """Return ``bracket_share`` of an RMA over the first lines of an order."""
    named = sizes or (None,) * len(skus)
    goods = [{"order_id": "o0", "line_id": str(n), "sku": sku, "style_id": style} for n, sku in enumerate(skus)]
    bought = order_lines(*(row | {"size": size} for row, size in zip(goods, named, strict=True)))
    lines = [now(**dict(BOUGHT) | {"rma_line_id": str(n), "sku": sku}) for n, sku in enumerate(skus[:back])]
    value: float | None = told(rma_lines(*lines), order_lines=bought)["bracket_share"]
    return value


def test_a_bracket_keeps_one_of_its_sizes() -> None:
    assert bracket("A", "B", "C", back=2) == 1
    assert bracket("A", "B", "C", back=3) == 0
    assert bracket("A") == 0
    assert bracket("A", "A", sizes=("S", "M")) == 1
    assert bracket("A", "A", sizes=("S", "S")) == 0
    assert bracket("A", "B", style=None) is None


def profit(*returned: str, orders: int = 5, cost: str | None = "6.00") -> float | None:
    """Return ``profitable_share`` after orders of 10.00 each, earlier RMAs of these amounts, and now."""
    bought = order_lines(*({"order_id": f"o{n}", "unit_cost": cost} for n in range(orders)))
    past = [{"requested_amount": amount, "requested_at": at(5)} for amount in returned]
    value: float | None = told(rma_lines(*past, now()), order_lines=bought)["profitable_share"]
    return value


def test_what_a_shopper_leaves_after_returns() -> None:
    # Five orders prove a half; the margin is 40 %, and a return costs a tenth of its price.
    assert profit() == pytest.approx(0.5)
    assert profit("10.00", "10.00") == pytest.approx((20 - 20 * (0.4 + 0.1)) / 20 / 2)
    assert profit("10.00", "10.00", "20.00") == 0
    assert profit("10.00", cost=None) == pytest.approx((25 - 10 * (0.5 + 0.1)) / 25 / 2)
    assert profit(orders=15) == pytest.approx(15 / 20)
    assert profit(cost="11.00") == 0


def test_who_has_bought_nothing_left_nothing_and_nobody_left_no_profit() -> None:
    assert profit(orders=0) is None
    assert told(rma_lines(now(customer_id=None)), order_lines=order_lines({}))["profitable_share"] is None


def usual(*units: int, back: int = 10, named: str | None = None) -> float | None:
    """Return ``usual_units`` of an RMA of so many units after orders of these, of which it may return from one."""
    bought = order_lines(
        *({"order_id": f"o{n}", "quantity": count, "ordered_at": at(n)} for n, count in enumerate(units))
    )
    facts: Row = BOUGHT if named else {}
    value: float | None = told(
        rma_lines(now(**dict(facts) | {"order_id": named, "quantity": back})), order_lines=bought
    )["usual_units"]
    return value


def test_who_buys_by_the_hundred_returns_by_the_hundred() -> None:
    assert usual(200, 400, back=150) == pytest.approx(2 / 3)
    assert usual(10, 20, back=60) == pytest.approx(15 / 60 * 2 / 3)
    # The order that comes back says nothing of what is usual.
    assert usual(60, 2, 4, back=60, named="o0") == pytest.approx(3 / 60 * 2 / 3)
    assert usual(60, back=60, named="o0") == 0


def test_nothing_is_usual_of_who_never_bought_and_of_nobody() -> None:
    assert usual(back=5) == 0
    assert told(rma_lines(now(customer_id=None)), order_lines=order_lines({}))["usual_units"] is None
