from __future__ import annotations

import numpy as np
import pytest

from pipelines.simulate.catalogue import CATEGORIES
from pipelines.simulate.draw import NEVER, NONE
from pipelines.simulate.parcels import Parcels
from pipelines.simulate.plan import EMPTY_BOX, GIFT_SEASON, RETURN, WARDROBING, reason
from pipelines.simulate.requests import Requests
from pipelines.simulate.settlement import (
    EMPTY,
    EXCHANGE,
    GIFT_CARD,
    GRADE_A,
    GRADE_B,
    GRADE_C,
    GRADE_D,
    STORE_CREDIT,
    WRONG,
    Settlement,
)
from pipelines.simulate.shop import Shop
from pipelines.simulate.signs import Sign


def expected_weight(shop: Shop, rmas: Requests) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the grams of the goods of each RMA line."""
    return rmas.quantity * shop.catalogue.weight[shop.lines.sku[rmas.line]]


def test_the_refund_is_what_was_paid_less_the_fee(shop: Shop, rmas: Requests, settlement: Settlement) -> None:
    paid = rmas.quantity * shop.lines.unit_price[rmas.line]
    extra = settlement.refund_amount + settlement.restocking_fee - paid
    too_much = rmas.shows(Sign.OVER_REFUND)[rmas.rma]
    assert (extra[~too_much] == 0).all()
    assert (extra[too_much] > 0).all()
    assert settlement.refund_amount.min() >= 0
    assert settlement.restocking_fee.min() == 0


def test_a_fee_is_15_percent_of_opened_goods_that_should_not_be(
    shop: Shop, rmas: Requests, settlement: Settlement
) -> None:
    charged = settlement.restocking_fee > 0
    assert charged.any()
    sku = shop.lines.sku[rmas.line[charged]]
    electronics = [entry.name for entry in CATEGORIES].index("electronics")
    assert (shop.catalogue.unopened_only[sku] | (shop.catalogue.category[sku] == electronics)).all()
    assert settlement.is_opened[charged].all()
    paid = (rmas.quantity * shop.lines.unit_price[rmas.line])[charged]
    assert (settlement.restocking_fee[charged] == paid * 15 // 100).all()
    assert not (rmas.reason[charged] == reason("defective")).any()
    assert (rmas.kind[rmas.rma[charged]] == RETURN).all()


def test_honest_goods_come_back_as_new_mostly(rmas: Requests, settlement: Settlement) -> None:
    plain = (rmas.archetype[rmas.rma] == NONE) & (rmas.reason == reason("changed_mind"))
    assert (settlement.grade[plain] == GRADE_A).mean() > 0.7
    faulty = rmas.reason == reason("defective")
    assert (settlement.grade[faulty] >= GRADE_C).mean() > 0.08


def test_worn_goods_are_opened_and_used_more(rmas: Requests, settlement: Settlement) -> None:
    worn = rmas.archetype[rmas.rma] == WARDROBING
    used = (settlement.grade >= GRADE_B) & (settlement.grade <= GRADE_D)
    assert 0.35 < used[worn].mean() < 0.95
    assert settlement.is_opened[worn].mean() > 0.7
    assert settlement.is_opened[~worn].mean() < 0.55


def test_boxes_without_goods_are_found_out_half_the_time(rmas: Requests, settlement: Settlement) -> None:
    empty = rmas.archetype[rmas.rma] == EMPTY_BOX
    bad = settlement.grade >= WRONG
    assert 0.3 < bad[empty].mean() < 0.85
    assert 0 < bad[rmas.archetype[rmas.rma] == NONE].mean() < 0.05


def test_weights_are_near_what_they_should_be(shop: Shop, rmas: Requests, settlement: Settlement) -> None:
    honest = (rmas.archetype[rmas.rma] == NONE) & (settlement.scan_weight >= 0)
    ratio = settlement.scan_weight / (expected_weight(shop, rmas) + 90)
    assert np.median(ratio[honest]) == pytest.approx(1.0, abs=0.03)
    assert (np.abs(ratio[honest] - 1) > 0.3).mean() < 0.07


def test_light_parcels_weigh_little(shop: Shop, rmas: Requests, settlement: Settlement) -> None:
    scanned = settlement.scan_weight >= 0
    share = (settlement.scan_weight - 126) / expected_weight(shop, rmas)
    light = rmas.shows(Sign.LIGHT)[rmas.rma]
    assert share[scanned & light].max() < 0.66
    assert np.median(share[scanned & ~light]) > 0.8


def test_only_carriers_weigh(rmas: Requests, parcels: Parcels, settlement: Settlement) -> None:
    by_carrier = (parcels.carrier >= 0)[rmas.rma]
    assert (settlement.scan_weight[~by_carrier] == NONE).all()
    assert (settlement.scan_weight[by_carrier] >= 0).mean() == pytest.approx(0.88, abs=0.02)


def test_only_goods_that_can_be_sold_are_restocked(settlement: Settlement) -> None:
    rates = [settlement.restocked[settlement.grade == grade].mean() for grade in range(7)]
    assert rates[GRADE_A] > 0.9 > rates[GRADE_B] > rates[GRADE_C] > 0
    assert rates[GRADE_D:] == [0, 0, 0, 0]
    assert not (settlement.restocked & settlement.is_rejected).any()


def test_only_inspected_lines_are_rejected_and_seldom_without_a_cause(
    rmas: Requests, parcels: Parcels, settlement: Settlement
) -> None:
    inspected = (parcels.inspected < NEVER)[rmas.rma]
    assert not (settlement.is_rejected & ~inspected).any()
    assert settlement.is_rejected[inspected & (settlement.grade == GRADE_A)].sum() == 0
    assert settlement.is_rejected[inspected & (settlement.grade >= WRONG)].mean() > 0.3


def test_rejected_lines_are_not_paid_unless_paid_in_advance(
    rmas: Requests, parcels: Parcels, settlement: Settlement
) -> None:
    in_advance = (parcels.refund_due < parcels.inspected)[rmas.rma]
    rejected = settlement.is_rejected
    assert (settlement.refunded[rejected & ~in_advance] == NEVER).all()
    assert (settlement.refunded[~rejected] == parcels.refund_due[rmas.rma[~rejected]]).all()


def test_empty_boxes_have_no_units_and_no_serial(rmas: Requests, settlement: Settlement) -> None:
    gone = settlement.grade >= EMPTY
    assert (settlement.received_quantity[gone] == 0).all()
    assert (settlement.received_serial[gone] == NONE).all()
    assert (settlement.received_quantity <= rmas.quantity).all()


def test_serials_are_those_sold_but_for_a_few(shop: Shop, rmas: Requests, settlement: Settlement) -> None:
    read = settlement.received_serial >= 0
    sold = shop.lines.serial[rmas.line]
    assert (sold[read] >= 0).all()
    same = (settlement.received_serial == sold)[read]
    assert 0.9 < same.mean() < 1


def test_presents_are_paid_as_credit(rmas: Requests, settlement: Settlement) -> None:
    gift = rmas.lookalike[rmas.rma] == GIFT_SEASON
    as_credit = (settlement.refund_method == STORE_CREDIT) | (settlement.refund_method == GIFT_CARD)
    assert as_credit[gift].mean() > 0.75
    assert as_credit[~gift].mean() < 0.2


def test_the_lines_of_an_rma_are_paid_in_one_way(rmas: Requests, settlement: Settlement) -> None:
    assert (settlement.refund_method == settlement.refund_method[rmas.starts][rmas.rma]).all()
    assert 0 < (settlement.refund_method == EXCHANGE).mean() < 0.08


def test_a_line_is_closed_last(rmas: Requests, parcels: Parcels, settlement: Settlement) -> None:
    closed = settlement.closed < NEVER
    for moment in (settlement.refunded, parcels.inspected[rmas.rma], rmas.asked[rmas.rma]):
        known = closed & (moment < NEVER)
        assert (settlement.closed[known] > moment[known]).all()
    assert 0.7 < closed.mean() < 0.85


def test_one_label_is_paid_for_each_parcel(rmas: Requests, parcels: Parcels, settlement: Settlement) -> None:
    has_label = settlement.label_cost >= 0
    assert (has_label == ((parcels.carrier >= 0)[rmas.rma] & rmas.is_first_line)).all()
    assert settlement.label_cost[has_label].min() >= 340
