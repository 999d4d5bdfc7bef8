from __future__ import annotations

from math import log10

import pytest

from features.contracts import FEATURES, Stage
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, frame, products
from tests.stage_facts import DONE, MATCHED, peers, shop_of, told

NOW: Row = {"rma_id": "now"} | dict(DONE)


def seldom(signs: int, n: int, group_signs: int | None = None, group_n: int | None = None) -> float:
    """Return the surprise of a sign that the shop showed so often, by hand."""
    shop = (signs + 1) / (n + 50)
    if group_n is None or group_signs is None:
        return -log10(shop)
    return -log10((group_signs + 20 * shop) / (group_n + 20))


def test_worn_goods_are_seldom_where_peers_come_back_sound() -> None:
    sound = peers(60, category="coat", condition_grade="A", reason_code="style")
    worn = {"category": "coat", "condition_grade": "D", "reason_code": "style"}

    value = told(shop_of([*sound, dict(NOW) | worn]), "now")["poor_grade_surprise"]

    assert value == pytest.approx(seldom(0, 60, 0, 60), rel=1e-6)


def test_worn_shoes_among_worn_shoes_say_nothing() -> None:
    worn = {"category": "shoe", "condition_grade": "C", "reason_code": "style"}
    shop = shop_of([*peers(60, **worn), dict(NOW) | worn])

    assert told(shop, "now", params=FeatureParams())["poor_grade_surprise"] == 0


def test_a_sound_thing_has_no_surprise_and_an_ungraded_one_is_not_known() -> None:
    sound, ungraded = ({"condition_grade": grade, "rma_id": name} for grade, name in (("A", "a"), (None, "b")))
    shop = shop_of([dict(NOW) | sound, dict(NOW) | ungraded])

    assert told(shop, "a")["poor_grade_surprise"] == 0
    assert told(shop, "b")["poor_grade_surprise"] is None


def test_nothing_is_told_before_its_stage() -> None:
    shop = shop_of([dict(NOW) | {"condition_grade": "empty_box", "dock_received": False}])

    request, received, settled = (told(shop, "now", stage) for stage in Stage)
    assert request["no_dock_receipt_surprise"] is None
    assert received["no_dock_receipt_surprise"] == pytest.approx(seldom(0, 0, 0, 0), rel=1e-6)
    assert received["wrong_content_surprise"] is None
    assert settled["wrong_content_surprise"] == pytest.approx(seldom(0, 0, 0, 0), rel=1e-6)


def test_a_serial_is_compared_without_its_writing_where_one_unit_was_bought() -> None:
    bought: list[Row] = [{"serial_number": "AB-12"}, {"serial_number": "AB-12", "quantity": 2}]
    rows = [
        ("same", "o0", "ab 12"),
        ("other", "o0", "ab13"),
        ("two", "o1", "ab13"),
    ]
    shop = shop_of(
        [dict(NOW) | dict(MATCHED) | {"rma_id": r, "order_id": o, "received_serial": s} for r, o, s in rows], bought
    )

    found = {rma: told(shop, rma)["serial_mismatch_surprise"] for rma, _, _ in rows}
    assert found["same"] == 0
    assert found["other"] == pytest.approx(seldom(0, 0), rel=1e-6)
    assert found["two"] is None


def test_a_card_of_ones_own_is_no_other_card() -> None:
    paid = [
        {"order_id": "o0", "customer_id": "c1", "ordered_at": at(0), "payment_fingerprint_hash": "f1"},
        {"order_id": "o9", "customer_id": "c1", "ordered_at": at(3), "payment_fingerprint_hash": "f2"},
        {"order_id": "o8", "customer_id": "c1", "ordered_at": at(12), "payment_fingerprint_hash": "f3"},
    ]
    rows = [
        dict(NOW) | dict(MATCHED) | {"rma_id": card, "refund_payment_fingerprint_hash": card}
        for card in ("f1", "f2", "f3", "f4")
    ]
    shop = shop_of(rows, orders=frame("orders", *paid))

    found = [told(shop, card)["other_card_surprise"] for card in ("f1", "f2", "f3", "f4")]
    # f3 was first used after the request.
    assert found[:2] == [0, 0]
    assert min(found[2:]) > 1


@pytest.mark.parametrize(
    ("facts", "shows"),
    [
        ({}, False),
        ({"received_at": None}, True),
        ({"received_at": at(16)}, True),
        ({"return_method": "keep_it", "received_at": None}, None),
        ({"claim_type": "item_not_received", "received_at": None}, None),
        ({"refund_amount": None}, None),
    ],
)
def test_a_refund_before_the_parcel(facts: Row, shows: bool | None) -> None:
    value = told(shop_of([dict(NOW) | dict(facts)]), "now")["refund_before_receipt_surprise"]

    assert value == (None if shows is None else 0 if not shows else pytest.approx(seldom(0, 0, 0, 0), rel=1e-6))


def test_a_loss_is_claimed_against_the_proof_of_delivery() -> None:
    proofs = {"o0": "signature", "o1": "none"}
    delivered: list[Row] = [
        {"order_id": o, "customer_id": "c1", "ordered_at": at(0), "delivered_at": at(2), "delivery_proof": proof}
        for o, proof in proofs.items()
    ]
    late: Row = {"order_id": "o2", "customer_id": "c1", "ordered_at": at(0), "delivered_at": at(20)}
    claims = [
        dict(MATCHED) | {"rma_id": o, "claim_type": "item_not_received", "order_id": o} for o in ("o0", "o1", "o2")
    ]
    shop = shop_of(claims, [{}, {}, {}], orders=frame("orders", *delivered, late))

    found = {o: told(shop, o, Stage.REQUEST)["loss_claim_surprise"] for o in ("o0", "o1", "o2")}
    assert found["o0"] == found["o1"] == pytest.approx(seldom(0, 0, 0, 0), rel=1e-6)
    assert found["o2"] is None


def test_late_requests_repeat() -> None:
    goods = products({"sku": "A", "return_window_days": 14, "warranty_days": 90})
    late = [
        {"rma_id": f"l{k}", "requested_at": at(20 + k), "ordered_at": at(0), "claim_type": "return"} for k in range(3)
    ]
    in_time = [
        {"rma_id": f"t{k}", "requested_at": at(13 + k), "ordered_at": at(0), "claim_type": claim, "customer_id": "c2"}
        for k, claim in ((0, "return"), (3, "warranty"), (9, "warranty"))
    ]
    shop = shop_of([*late, *in_time], products=goods)

    first, _, third = (told(shop, f"l{k}", Stage.REQUEST)["late_request_ledger"] for k in range(3))
    assert first == 0
    assert third > 2
    assert told(shop, "t9", Stage.REQUEST)["late_request_ledger"] == 0


def test_credit_for_gifts_is_usual_and_credit_for_purchases_repeats() -> None:
    order = {"customer_id": "c1", "ordered_at": at(0), "payment_method": "card"}
    orders = frame(
        "orders",
        *(order | {"order_id": f"p{k}", "customer_id": f"peer{k}", "is_gift": k < 30} for k in range(60)),
        *(order | {"order_id": f"o{k}", "customer_id": f"c{k // 3}", "is_gift": k < 3} for k in range(6)),
    )
    usual = [row | {"refund_method": "store_credit" if k < 30 else "original"} for k, row in enumerate(peers(60))]
    credit = [
        dict(NOW)
        | dict(MATCHED)
        | {"rma_id": f"r{k}", "order_id": f"o{k}", "customer_id": f"c{k // 3}", "refund_method": "store_credit"}
        | {"refunded_at": at(15 + k % 3)}
        for k in range(6)
    ]
    lines = [*(row | {"order_id": f"p{k}", "ordered_at": at(0)} for k, row in enumerate(usual)), *credit]
    named = orders.select("order_id", "customer_id").rows()
    sold = [{"order_id": order_id, "customer_id": who} for order_id, who in named]
    shop = shop_of(lines, sold, orders=orders)

    assert told(shop, "r2")["credit_refund_ledger"] < 0.1
    assert told(shop, "r5")["credit_refund_ledger"] > 0.5


def test_used_goods_are_those_that_are_graded_as_used() -> None:
    goods = products({"sku": "A", "return_window_days": 14})
    late = {"requested_at": at(13), "ordered_at": at(0), "delivered_at": at(1)}

    def used(day: float = 13, **facts: object) -> float | None:
        row = dict(NOW) | late | {"requested_at": at(day)} | facts
        value: float | None = told(shop_of([row], products=goods), "now")["used_late_surprise"]
        return value

    shown = pytest.approx(seldom(0, 0, 0, 0), rel=1e-6)
    assert used(condition_grade="B") == shown
    # Clothes are tried on: opened says nothing where somebody graded them.
    assert used(condition_grade="A", is_opened=True) == 0
    assert used(is_opened=True) == shown
    assert used(4, condition_grade="B") == 0
    assert used() is None


def test_goods_that_broke_have_been_used_and_goods_that_did_not_please_have_not() -> None:
    goods = products({"sku": "A", "return_window_days": 14})
    used: Row = {"condition_grade": "C", "category": "coat", "ordered_at": at(-20), "delivered_at": at(-19)}
    half = [peers(60, **used, reason_code="defective"), peers(60, category="coat", condition_grade="A")]
    usual = [*half[0], *(row | {"rma_id": f"s{k}", "reason_code": "style"} for k, row in enumerate(half[1]))]

    def seen(reason: str) -> float:
        row = dict(NOW) | dict(used) | {"reason_code": reason}
        value: float = told(shop_of([*usual, row], products=goods), "now")["used_late_surprise"]
        return value

    assert seen("style") > seen("defective")


def repeated(ledger: str, facts: Row, paid: Row | None = None) -> tuple[float, float]:
    """Return the ledger of a shopper's first and of their third RMA with these facts (0: none, or nothing told yet)."""
    cards = {"ordered_at": at(0), "customer_id": "c1", "payment_fingerprint_hash": "usual", "is_gift": False}
    ordered = [cards | {"order_id": "first", "ordered_at": at(-9)}]
    ordered += [cards | {"order_id": f"o{k}", "payment_fingerprint_hash": f"f{k}"} | dict(paid or {}) for k in range(3)]
    rows = [
        dict(NOW) | dict(MATCHED) | {"rma_id": f"r{k}", "order_id": f"o{k}", "refunded_at": at(15 + k)} | dict(facts)
        for k in range(3)
    ]
    bought: list[Row] = [{"order_id": f"o{k}"} for k in range(3)]
    shop = shop_of([*peers(60, refund_method="original", **MATCHED), *rows], bought, orders=frame("orders", *ordered))
    first, third = (told(shop, name)[ledger] or 0.0 for name in ("r0", "r2"))
    return first, third


def test_credit_for_purchases_by_ever_new_cards_repeats() -> None:
    credit = {"refund_method": "gift_card"}

    first, third = repeated("new_card_credit_ledger", credit)
    assert first == 0
    assert third > 1
    assert repeated("new_card_credit_ledger", {"refund_method": "original"}) == (0, 0)
    assert repeated("new_card_credit_ledger", credit, {"payment_fingerprint_hash": "usual"}) == (0, 0)


def test_refunds_above_the_price_repeat() -> None:
    first, third = repeated("above_paid_ledger", {"refund_amount": "11.00"})

    assert first == 0
    assert third > 2
    assert repeated("above_paid_ledger", {"refund_amount": "10.40"}) == (0, 0)


def test_earlier_signs_are_told_apart_where_this_rma_shows_none() -> None:
    shown, clean = {"refund_amount": "11.00"}, {"refund_amount": "9.00"}
    rows = [
        dict(NOW) | dict(MATCHED) | {"rma_id": f"r{k}", "refunded_at": at(15 + k)} | facts
        for k, facts in enumerate((shown, shown, shown, clean))
    ]
    shop = shop_of([*peers(60, **MATCHED), *rows])

    again, later = told(shop, "r2"), told(shop, "r3")
    assert again["above_paid_ledger"] > 2
    assert again["above_paid_before"] == 0
    assert later["above_paid_ledger"] == 0
    assert later["above_paid_before"] > 2


def test_goods_that_need_not_be_sent_back_are_rare_and_repeat() -> None:
    def of(shop: Shop, rma: str) -> tuple[float | None, float | None]:
        row = told(shop, rma, Stage.REQUEST)
        return row["kept_goods_surprise"], row["kept_goods_ledger"]

    kept = [
        dict(NOW) | dict(MATCHED) | {"rma_id": f"r{k}", "requested_at": at(10 + k), "return_method": "keep_it"}
        for k in range(3)
    ]
    claim = dict(kept[2]) | {"rma_id": "claim", "claim_type": "damaged_in_transit"}
    shop = shop_of([*peers(60, return_method="mail", **MATCHED), *kept, claim])

    weight, first = of(shop, "r0")
    assert weight is not None
    assert weight > 1.5
    assert first == 0
    assert (of(shop, "r2")[1] or 0) > 2
    assert of(shop, "claim") == (None, 0)
    usual = shop_of([*peers(60, return_method="keep_it", **MATCHED), kept[0]])
    assert (of(usual, "r0")[0] or 0) < 0.5


def test_returns_without_a_purchase_repeat() -> None:
    unmatched = {"order_id": None, "line_id": None, "matched_quantity": 0, "ordered_at": None, "paid_amount": None}
    days = [dict(NOW) | unmatched | {"rma_id": f"r{k}", "requested_at": at(10 + k)} for k in range(3)]
    shop = shop_of([*peers(60, **MATCHED), *days])

    first, third = (told(shop, name, Stage.REQUEST)["no_purchase_ledger"] for name in ("r0", "r2"))
    assert first == 0
    assert third > 2
    assert not told(shop, "p0", Stage.REQUEST)["no_purchase_ledger"]


@pytest.mark.parametrize(
    ("worn", "sound", "share"), [(1, 0, 1), (1, 3, 4), (2, 2, 2), (4, 0, 1)], ids=["one", "of four", "two", "all"]
)
def test_many_lines_have_many_chances(worn: int, sound: int, share: float) -> None:
    peer = peers(60, category="coat", condition_grade="A", reason_code="style")
    coat = {"category": "coat", "reason_code": "style"}
    lines = [
        dict(NOW) | coat | {"rma_line_id": str(n), "condition_grade": "D" if n < worn else "A"}
        for n in range(worn + sound)
    ]

    value = told(shop_of([*peer, *lines]), "now")["poor_grade_surprise"]

    assert value == pytest.approx(seldom(0, 60, 0, 60) - log10(share), rel=1e-6)


def test_lines_that_would_have_surprised_less_lend_no_chances() -> None:
    worn_shoes = peers(60, category="shoe", condition_grade="D", reason_code="style")
    sound = [row | {"rma_id": f"s{k}", "customer_id": f"s{k}"} for k, row in enumerate(peers(60, category="coat"))]
    coats = [row | {"condition_grade": "A", "reason_code": "style"} for row in sound]
    shoe, coat = (
        dict(NOW) | {"rma_line_id": kind, "category": kind, "reason_code": "style", "condition_grade": grade}
        for kind, grade in (("shoe", "A"), ("coat", "D"))
    )

    both, alone = (told(shop_of([*worn_shoes, *coats, *lines]), "now") for lines in ((shoe, coat), (coat,)))

    assert both["poor_grade_surprise"] == pytest.approx(alone["poor_grade_surprise"], rel=1e-6)


@pytest.mark.parametrize(("came", "repeats"), [(19, False), (18, True)])
def test_of_twenty_units_one_is_a_miscount(came: int, repeats: bool) -> None:
    short = [
        dict(NOW) | {"rma_id": f"s{k}", "received_at": at(13 + k), "quantity": 20, "received_quantity": came}
        for k in range(3)
    ]
    counted = peers(60, received_quantity=1)

    assert (told(shop_of([*counted, *short]), "s2", Stage.RECEIVED)["short_parcel_ledger"] > 1) is repeats


def test_a_gift_that_comes_late_was_not_worn_for_an_occasion() -> None:
    by_name = {feature.name: feature for feature in FEATURES}

    assert by_name["used_late_surprise"].cleared_by == by_name["used_late_ledger"].cleared_by == ("late_explained",)
