from __future__ import annotations

import polars as pl

from features.assemble import prepare
from features.exceptions import PAID_OUT, gather_customs, learn_customs, with_exceptions
from features.learning import Part
from features.shop import Shop
from tests.factories import Row, at, frame, order_lines, products, rma_lines

MATCHED: Row = {"matched_quantity": 1, "ordered_at": at(0), "delivered_at": at(1), "requested_at": at(10)}
PAID: Row = dict(MATCHED) | {"refund_amount": "10.00", "refunded_at": at(20), "received_at": at(15)}
GOODS = products({"sku": "A", "return_window_days": 14, "final_sale": False}, {"sku": "F", "final_sale": True})


def flags(*rows: Row, goods: pl.DataFrame = GOODS) -> pl.DataFrame:
    shop = prepare(Shop.of({"order_lines": order_lines({}), "rma_lines": rma_lines(*rows), "products": goods}))
    return with_exceptions(shop.rma_lines, shop.products, learn_customs(gather_customs(Part.whole(shop))))


def breaches(*rows: Row) -> list[int]:
    return flags(*(dict(MATCHED) | dict(row) for row in rows))["breach"].to_list()


def payouts(**changed: object) -> list[str]:
    row = flags(dict(PAID) | changed, PAID).row(0, named=True)
    return [sort for sort in PAID_OUT if row[sort]]


def test_a_late_request_breaks_the_rules_after_a_grace() -> None:
    assert breaches({"requested_at": at(17)}, {"requested_at": at(17.5)}) == [0, 1]
    # A window runs from the order where no delivery was known.
    assert breaches({"requested_at": at(16.5), "delivered_at": None}) == [1]
    assert breaches({"requested_at": at(40), "claim_type": "warranty"}) == [0]
    assert breaches({"requested_at": at(40), "sku": "unknown"}) == [0]


def test_final_sales_and_missing_purchases_break_the_rules() -> None:
    assert breaches({"sku": "F"}, {"sku": "F", "claim_type": "item_not_received"}) == [1, 0]
    assert breaches({"matched_quantity": 0}) == [1]


def test_before_any_order_was_told_no_purchase_is_missed() -> None:
    shop = Shop.of({"order_lines": frame("order_lines"), "rma_lines": rma_lines({}), "products": products()})
    lines = with_exceptions(prepare(shop).rma_lines, shop.products, learn_customs(gather_customs(Part.whole(shop))))

    assert lines["breach"].to_list() == [0]


def test_an_ordinary_refund_is_no_exception() -> None:
    assert payouts() == []
    assert payouts(refund_method="store_credit") == []
    assert flags(PAID, MATCHED)["is_paid"].to_list() == [1, 0]


def test_refunds_before_the_goods_came() -> None:
    assert payouts(received_at=None) == ["unreceived"]
    assert payouts(received_at=at(21)) == ["unreceived"]
    assert payouts(received_at=None, claim_type="item_not_received") == []
    assert payouts(received_at=None, refund_amount="0.00") == []


def test_refunds_of_goods_that_need_not_be_sent_back() -> None:
    assert payouts(received_at=None, return_method="keep_it") == ["kept"]
    assert payouts(received_at=None, return_method="keep_it", claim_type="damaged_in_transit") == []
    assert payouts(return_method="keep_it", refund_amount="0.00") == []


def test_where_no_receipt_was_told_by_then_none_is_missed() -> None:
    alone = dict(PAID) | {"received_at": None}
    told_later = dict(PAID) | {"received_at": at(30), "refunded_at": at(31)}

    assert flags(alone)["unreceived"].to_list() == [0]
    assert flags(alone, told_later)["unreceived"].to_list() == [0, 0]


def test_refunds_that_leave_the_card_or_exceed_the_price() -> None:
    for method in ("cash", "gift_card", "other_card"):
        assert payouts(refund_method=method) == ["untraced"]
    assert payouts(paid_amount="9.00") == ["overpaid"]
    assert payouts(paid_amount="9.60") == []
    # Of two units one was found: what was paid for the other is not known.
    assert payouts(paid_amount="5.00", quantity=2) == []
