from __future__ import annotations

import pytest

from features.contracts import Stage
from features.shop import Shop
from tests.factories import Row, at
from tests.stage_facts import DONE, MATCHED, peers, shop_of, told

NOW: Row = dict(DONE) | dict(MATCHED)


def returned(rma: str, day: float) -> Row:
    """Return an RMA of goods of their own, bought for 10 each and asked back on that day."""
    row = {"rma_id": rma, "sku": rma, "order_id": f"o-{rma}", "customer_id": "c1", "requested_at": at(day)}
    return dict(NOW) | row | {"ordered_at": at(day - 9), "received_at": at(day + 2), "refunded_at": at(day + 4)}


def bought(rma: str, day: float, **facts: object) -> Row:
    return {"order_id": f"o-{rma}", "sku": rma, "ordered_at": at(day - 9)} | dict(facts)


def shopper(gap: float = 10, days: tuple[float, ...] = (10, 60, 110), facts: Row | None = None) -> Shop:
    """Return a shop whose c1 returns a thing on each of the days and buys each again ``gap`` days after asking."""
    names = [f"r{k}" for k in range(len(days))]
    changed: dict[str, object] = dict(facts or {})
    once = [bought(name, day) for name, day in zip(names, days, strict=True)]
    again = [
        dict(bought(name, 0, order_id=f"again-{name}", ordered_at=at(day + gap), unit_price="6.00")) | changed
        for name, day in zip(names, days, strict=True)
    ]
    rows = [returned(name, day) for name, day in zip(names, days, strict=True)]
    return shop_of([*peers(60, requested_at=at(-90), **MATCHED), *rows], [*once, *again])


def test_what_was_bought_cheaper_after_earlier_returns_is_known_of_the_next() -> None:
    third = told(shopper(), "r2", Stage.REQUEST)

    assert third["rebuy_before"] > 1
    assert third["rebuy_ledger"] == 0
    assert not told(shopper(), "r0", Stage.REQUEST)["rebuy_before"]


def test_this_return_repeats_it_once_the_cheaper_purchase_is_made() -> None:
    shop = shopper(gap=3)

    assert told(shop, "r2", Stage.REQUEST)["rebuy_ledger"] == 0
    settled = told(shop, "r2", Stage.SETTLED)
    assert settled["rebuy_ledger"] > 1
    assert settled["rebuy_before"] == 0


@pytest.mark.parametrize(
    "facts", [{"unit_price": "9.80"}, {"sku": "other"}, {"customer_id": "c9"}], ids=["price", "goods", "shopper"]
)
def test_another_price_goods_or_shopper_is_no_sign(facts: Row) -> None:
    assert not told(shopper(facts=facts), "r2", Stage.REQUEST)["rebuy_before"]


def test_more_than_thirty_days_apart_has_nothing_to_do_with_the_return() -> None:
    assert not told(shopper(gap=31, days=(10, 80, 150)), "r2", Stage.REQUEST)["rebuy_before"]


def test_nothing_is_known_before_it_happened() -> None:
    # The first return is bought again 20 days after it was asked; the second is asked before that.
    assert not told(shopper(gap=20, days=(10, 25)), "r1", Stage.REQUEST)["rebuy_before"]


def test_a_settled_return_is_told_anew_when_its_goods_are_bought_cheaper() -> None:
    shop = shopper(gap=9, days=(10,))
    late, never = told(shop, "r0"), told(shopper(gap=31, days=(10,)), "r0")

    # Refunded on the fourteenth day, and bought again on the nineteenth.
    assert (late["stage_at"], never["stage_at"]) == (at(19), at(14))
    assert (late["cheaper_rebuy_share"], never["cheaper_rebuy_share"]) == (pytest.approx(0.4), 0)
    assert told(shop, "r0", Stage.RECEIVED)["stage_at"] == at(12)


def test_a_return_that_is_not_settled_waits_for_it() -> None:
    open_still = {"refunded_at": None, "refund_amount": None, "status": "requested", "inspected_at": None}
    row = dict(returned("r0", 10)) | open_still
    shop = shop_of(
        [row], [bought("r0", 10), dict(bought("r0", 0, order_id="again", unit_price="6.00")) | {"ordered_at": at(19)}]
    )

    assert told(shop, "r0", Stage.RECEIVED)["stage_at"] == at(12)
