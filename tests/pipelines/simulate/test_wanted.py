from __future__ import annotations

import numpy as np
import pytest

from pipelines.simulate.draw import Flags
from pipelines.simulate.habits import EXCUSES, HABITS
from pipelines.simulate.plan import (
    BRICKING,
    EMPTY_BOX,
    ITEM_NOT_RECEIVED,
    NOT_RECEIVED,
    OPEN_BOX_REBUY,
    OVERSTATED_QUANTITY,
    RECEIPT_SWITCHING,
    RETURN,
    SWITCH,
    TENDER_SWITCH,
    WARRANTY,
)
from pipelines.simulate.shop import Shop
from pipelines.simulate.vocabulary import ARCHETYPES, KINDS, REASONS
from pipelines.simulate.wanted import WORTH_IT, occasion, wanted_lines


def wanted(shop: Shop, archetype: int, kind: int = RETURN) -> Flags:
    """Return what abusers of one archetype would ask back if all shoppers were such."""
    n = len(shop.lines)
    return wanted_lines(np.random.default_rng(0), shop, np.full(n, archetype), np.full(n, kind))


@pytest.mark.parametrize("archetype", list(WORTH_IT))
def test_only_what_is_worth_it_is_wanted(opened: Shop, archetype: int) -> None:
    mine = wanted(opened, archetype)
    assert mine.any()
    assert opened.lines.unit_price[mine].min() >= WORTH_IT[archetype]


def test_switched_goods_have_a_serial_number(opened: Shop) -> None:
    assert (opened.lines.serial[wanted(opened, SWITCH)] >= 0).all()


def test_bricked_goods_have_a_warranty(opened: Shop) -> None:
    assert (opened.catalogue.warranty_days[opened.lines.sku[wanted(opened, BRICKING)]] > 0).all()


def test_a_quantity_is_overstated_where_there_are_several(opened: Shop) -> None:
    mine = wanted(opened, OVERSTATED_QUANTITY)
    units = np.add.reduceat(opened.lines.quantity, opened.lines.first)[opened.lines.order]
    assert units[mine].min() > 1


def test_receipts_are_switched_for_what_was_discounted(opened: Shop) -> None:
    mine = wanted(opened, RECEIPT_SWITCHING)
    assert (opened.lines.unit_price < opened.catalogue.list_price[opened.lines.sku])[mine].all()


def test_who_received_nothing_speaks_of_the_whole_order(opened: Shop) -> None:
    mine = wanted(opened, ITEM_NOT_RECEIVED, NOT_RECEIVED)
    assert (np.logical_and.reduceat(mine, opened.lines.first) == opened.orders_with(mine)).all()


def test_warranties_are_of_warranted_goods(opened: Shop) -> None:
    mine = wanted(opened, EMPTY_BOX, WARRANTY)
    assert (opened.catalogue.warranty_days[opened.lines.sku[mine]] > 0).all()


def test_an_occasion_suits(opened: Shop) -> None:
    n = len(opened.orders)
    assert (occasion(opened, np.full(n, TENDER_SWITCH))[opened.orders.payment < 0] == 0).all()
    assert (occasion(opened, np.full(n, OPEN_BOX_REBUY))[opened.orders.discount > 0] == 0).all()
    proven = occasion(opened, np.full(n, ITEM_NOT_RECEIVED))
    assert proven[opened.orders.proof == 3].min() > proven[opened.orders.proof == 0].max()


def test_every_archetype_has_a_habit() -> None:
    assert set(HABITS) == set(range(len(ARCHETYPES)))
    assert set(EXCUSES) <= set(REASONS)
    for habit in HABITS.values():
        assert len(habit.claims) == len(KINDS)
        assert sum(habit.claims) > 0
        assert 0 < habit.willing <= 1
