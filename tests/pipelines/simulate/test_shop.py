from __future__ import annotations

import numpy as np

from pipelines.simulate.params import SimulationParams
from pipelines.simulate.shop import Shop, open_shop


def test_every_line_has_the_category_of_its_product(shop: Shop) -> None:
    names = shop.catalogue.table["category"].gather(shop.lines.sku[:200]).to_list()
    codes = shop.category[:200].tolist()
    assert len(set(zip(codes, names, strict=True))) == len(set(codes)) == len(set(names))


def test_the_window_of_an_order_is_its_shortest(shop: Shop) -> None:
    for order in range(50):
        mine = shop.lines.order == order
        assert shop.window[order] == shop.catalogue.window_days[shop.lines.sku[mine]].min()


def test_arrived_means_before_the_end(shop: Shop) -> None:
    assert (shop.arrived == (shop.orders.delivered <= shop.params.ends_at)).all()
    assert 0.9 < shop.arrived.mean() < 1


def test_orders_with_a_flagged_line(shop: Shop) -> None:
    flags = np.zeros(len(shop.lines), dtype=bool)
    flags[[0, len(flags) - 1]] = True
    assert np.flatnonzero(shop.orders_with(flags)).tolist() == [0, len(shop.orders) - 1]


def test_the_line_shopper_placed_the_order(shop: Shop) -> None:
    assert (shop.line_shopper[shop.lines.first] == shop.orders.shopper).all()


def test_the_rate_of_abuse_changes_nothing_that_was_sold() -> None:
    few, many = (open_shop(SimulationParams(orders=500, abuse_rate=rate)) for rate in (0.0, 0.4))
    assert few.catalogue.table.equals(many.catalogue.table)
    assert (few.orders.ordered == many.orders.ordered).all()
    assert (few.lines.sku == many.lines.sku).all()


def test_another_seed_is_another_shop() -> None:
    one, other = (open_shop(SimulationParams(orders=500, seed=seed)) for seed in (1, 2))
    assert not np.array_equal(one.orders.number, other.orders.number)
    assert not np.array_equal(one.orders.ordered, other.orders.ordered)
