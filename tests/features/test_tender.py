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


def test_other_shoppers_who_used_the_card_before() -> None:
    orders = frame(
        "orders",
        *(paid(f"o{k}", shopper, payment_fingerprint_hash="f1") for k, shopper in enumerate(("c1", "c2", "c2", "c3"))),
        paid("o9", "c4", 16, payment_fingerprint_hash="f1"),
    )
    refunded = dict(DONE) | {"rma_id": "r", "customer_id": "c5", "refunded_at": at(14)}
    rows = [row | {"refund_payment_fingerprint_hash": "f1"} for row in (dict(refunded), dict(NOW))]

    assert told(shop_of(rows, orders=orders), "now")["refund_card_users"] == 3
    assert told(shop_of([NOW], orders=orders), "now")["refund_card_users"] is None


@pytest.mark.parametrize(
    ("facts", "gap"),
    [
        ({}, 0.4),
        ({"ordered_at": at(13)}, 0.4),
        ({"ordered_at": at(16)}, 0),
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
