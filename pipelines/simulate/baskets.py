"""What lies in each order: styles, sizes, quantities and prices; one entry an order line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulate.catalogue import CATEGORIES, SIZED, Catalogue, size_and_colour
from pipelines.simulate.draw import NONE, Flags, Ints, chance, pick, unique_numbers
from pipelines.simulate.orders import Orders
from pipelines.simulate.shoppers import Shoppers
from pipelines.simulate.texts import money, numbered, only
from pipelines.simulate.vocabulary import DISCOUNTS

LINE_WEIGHTS = (46, 27, 14, 7, 3, 2, 1)
"""Of 100 orders, how many have one line, two lines, and so on."""
OF_OWN_TASTE = 0.45
BRACKETED = 0.4
"""Share of the sized lines of a bracketing shopper that are ordered in more than one size."""
COST_UNKNOWN = 0.02


@dataclass(frozen=True, slots=True)
class Lines:
    """Order lines by position, those of an order together. Prices in cents, what was paid for one unit.

    ``bracket`` numbers the lines that are one article in several sizes; NONE on all others. ``first`` and
    ``count`` are by order: the position of its first line, and how many it has (at least one).
    """

    order: Ints
    sku: Ints
    quantity: Ints
    unit_price: Ints
    bracket: Ints
    serial: Ints
    is_cost_known: Flags
    first: Ints
    count: Ints

    def __len__(self) -> int:
        """Return the number of order lines."""
        return len(self.order)

    @property
    def amount(self) -> Ints:
        """What was paid for each line, in cents."""
        return self.quantity * self.unit_price


def make_lines(rng: np.random.Generator, catalogue: Catalogue, shoppers: Shoppers, orders: Orders) -> Lines:
    """Fill the baskets."""
    order = np.repeat(np.arange(len(orders)), pick(rng, LINE_WEIGHTS, len(orders)) + 1)
    order, sku, bracket = _choose(rng, catalogue, shoppers, order, orders.shopper[order])
    n = len(order)
    is_single = SIZED[catalogue.category[sku]] | catalogue.is_serialised[sku]
    percent = np.array(DISCOUNTS)[orders.discount[order]]
    count = np.bincount(order, minlength=len(orders))
    return Lines(
        order=order,
        sku=sku,
        quantity=np.where(is_single, 1, 1 + pick(rng, (80, 13, 5, 2), n)),
        unit_price=(catalogue.list_price[sku] * (100 - percent) + 50) // 100,
        bracket=bracket,
        serial=np.where(catalogue.is_serialised[sku], unique_numbers(rng, n), NONE),
        is_cost_known=~chance(rng, COST_UNKNOWN, n),
        first=np.cumsum(count) - count,
        count=count,
    )


def _choose(
    rng: np.random.Generator, catalogue: Catalogue, shoppers: Shoppers, order: Ints, shopper: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return order, SKU and bracket of each line; a bracketed line becomes two or three, one a size."""
    n = len(order)
    style = _style(rng, catalogue, shoppers.taste[shopper])
    category = catalogue.style_category[style]
    n_sizes = np.array([len(entry.sizes) for entry in CATEGORIES])[category]
    colour = (rng.random(n) * catalogue.colours[style]).astype(np.int64)
    own = np.clip(shoppers.fit[shopper] + rng.normal(0, 0.07, n), 0, 0.999)
    size = (own * n_sizes).astype(np.int64)
    wants_more = shoppers.is_bracketing[shopper] & SIZED[category] & chance(rng, BRACKETED, n)
    copies = np.where(wants_more, 2 + chance(rng, 0.3, n), 1)
    direction = np.where(chance(rng, 0.5, n), 1, -1)
    base = np.repeat(np.arange(n), copies)
    nth = np.arange(len(base)) - (np.cumsum(copies) - copies)[base]
    other = size[base] + np.array((0, 1, -1))[nth] * direction[base]
    exists = (other >= 0) & (other < n_sizes[base])
    base, other = base[exists], other[exists]
    together = np.bincount(base, minlength=n)[base] > 1
    sku = catalogue.first[style[base]] + colour[base] * n_sizes[base] + other
    return order[base], sku, np.where(together, base, NONE)


def _style(rng: np.random.Generator, catalogue: Catalogue, taste: Ints) -> Ints:
    """Draw a style for each line: often of the favourite category, and the popular ones more."""
    n = len(taste)
    category = np.where(chance(rng, OF_OWN_TASTE, n), taste, pick(rng, [entry.demand for entry in CATEGORIES], n))
    style = np.zeros(n, dtype=np.int64)
    for code in range(len(CATEGORIES)):
        of_it = np.flatnonzero(category == code)
        choices = np.flatnonzero(catalogue.style_category == code)
        style[of_it] = choices[pick(rng, catalogue.style_demand[choices], len(of_it))]
    return style


def lines_table(lines: Lines, catalogue: Catalogue, orders: Orders) -> pl.DataFrame:
    """Return the order lines as they are exported, one row a line, orders together."""
    product = catalogue.table[lines.sku]
    size, colour = size_and_colour(catalogue, lines.sku)
    is_shipped = ~orders.is_cancelled[lines.order]
    return pl.DataFrame(
        {
            "order_id": numbered("O", orders.number[lines.order]),
            "line_id": line_numbers(lines).astype(str),
            "sku": product["sku"],
            "quantity": lines.quantity,
            "unit_price": money(lines.unit_price),
            "list_price": product["list_price"],
            "unit_cost": only(product["unit_cost"], lines.is_cost_known),
            "product_name": product["product_name"],
            "category": product["category"],
            "style_id": product["style_id"],
            "size": size,
            "color": colour,
            "serial_number": only(numbered("SN", lines.serial), (lines.serial >= 0) & is_shipped),
        }
    )


def line_numbers(lines: Lines) -> Ints:
    """Return the number of each line within its order, from 1."""
    return np.arange(len(lines)) - lines.first[lines.order] + 1
