"""The made-up shop before anything comes back: what it sells, to whom, and what was ordered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.baskets import Lines, make_lines
from pipelines.simulate.catalogue import Catalogue, make_catalogue, style_count
from pipelines.simulate.draw import Flags, Floats, Ints, Step, generator
from pipelines.simulate.orders import Orders, make_orders
from pipelines.simulate.params import SimulationParams
from pipelines.simulate.shoppers import Shoppers, make_shoppers


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that was sold in the simulated time, with what several steps ask of it."""

    params: SimulationParams
    catalogue: Catalogue
    shoppers: Shoppers
    orders: Orders
    lines: Lines

    @property
    def category(self) -> Ints:
        """The category code of each order line."""
        return self.catalogue.category[self.lines.sku]

    @property
    def line_shopper(self) -> Ints:
        """The shopper of each order line."""
        return self.orders.shopper[self.lines.order]

    @property
    def arrived(self) -> Flags:
        """Whether each order was delivered within the simulated time."""
        return self.orders.delivered <= self.params.ends_at

    @property
    def window(self) -> Floats:
        """The shortest return window among the lines of each order, in days."""
        days = self.catalogue.window_days[self.lines.sku]
        return np.minimum.reduceat(days, self.lines.first).astype(np.float64)

    def orders_with(self, lines: Flags) -> Flags:
        """Return which orders have at least one of the flagged lines."""
        return np.logical_or.reduceat(lines, self.lines.first)


def open_shop(params: SimulationParams) -> Shop:
    """Draw a shop and its sales."""
    catalogue = make_catalogue(generator(params.seed, Step.CATALOGUE), style_count(params.orders))
    shoppers = make_shoppers(generator(params.seed, Step.SHOPPERS), params)
    orders = make_orders(generator(params.seed, Step.ORDERS), params, shoppers)
    lines = make_lines(generator(params.seed, Step.BASKETS), catalogue, shoppers, orders)
    return Shop(params, catalogue, shoppers, orders, lines)
