from __future__ import annotations

from math import log10

import pytest

from features.params import FeatureParams
from tests.factories import Row, at, frame
from tests.stage_facts import DONE, MATCHED, peers, shop_of, told

NOW: Row = {"rma_id": "now"} | dict(DONE) | dict(MATCHED)


def paid(order: str, shopper: str, day: float = 0, **facts: object) -> Row:
    return {"order_id": order, "customer_id": shopper, "ordered_at": at(day), **facts}


def test_a_refund_method_is_rare_among_those_of_its_payment_method() -> None:
    names = {"o0": "c1"} | {f"p{k}": f"peer{k}" for k in range(40)}
    orders = frame("orders", *(paid(order, shopper, payment_method="card") for order, shopper in names.items()))
    rows = [row | {"order_id": f"p{k}", "refund_method": "original"} for k, row in enumerate(peers(40))]
    bought = [paid(order, shopper) for order, shopper in names.items()]
    shop = shop_of([*rows, dict(NOW) | {"refund_method": "cash"}], bought, orders=orders)

    usual = 1 / 47
    assert told(shop, "now")["refund_method_surprise"] == pytest.approx(-log10(20 * usual / 60), rel=1e-6)
    assert told(shop, "p39", params=FeatureParams())["refund_method_surprise"] == 0


def test_without_a_refund_method_nothing_is_known() -> None:
    assert told(shop_of([NOW]), "now")["refund_method_surprise"] is None


@pytest.mark.parametrize(
    ("facts", "gap"),
    [
        ({}, 0.4),
        ({"ordered_at": at(13)}, 0.4),
        ({"ordered_at": at(16)}, 0.4),
        ({"ordered_at": at(41)}, 0),
        ({"ordered_at": at(-30)}, 0),
        ({"unit_price": "9.80"}, 0),
        ({"unit_price": "19.00"}, 0),
        ({"sku": "B"}, 0),
        ({"customer_id": "c2"}, 0),
        ({"order_id": "o0", "line_id": "2"}, 0),
    ],
)
def test_the_same_thing_bought_cheaper(facts: Row, gap: float) -> None:
    again = {"order_id": "o1", "ordered_at": at(8), "unit_price": "6.00"} | dict(facts)

    assert told(shop_of([NOW], [{}, again]), "now")["cheaper_rebuy_share"] == pytest.approx(gap)


@pytest.mark.parametrize(("orders", "share"), [(0, 0), (1, 0), (2, 0.5), (4, 0.75)])
def test_what_the_shopper_buys_all_the_time(orders: int, share: float) -> None:
    again = [{"order_id": f"o{k}", "ordered_at": at(k - 90)} for k in range(1, orders + 1)]
    later = {"order_id": "o9", "ordered_at": at(30)}

    assert told(shop_of([NOW], [{}, *again, later]), "now")["buys_again_share"] == share
