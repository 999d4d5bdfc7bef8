"""What a shop knows of its assortment beyond the base: weights, costs, terms."""

from __future__ import annotations

import math
from random import Random

from tests.injection.baskets import Base, Item
from tests.injection.shop import Good

GRAMS = {
    "Clocks": 900, "Lighting": 450, "Bags": 250, "Kitchen": 380, "Jewellery": 60, "Seasonal": 180, "Toys": 300,
    "Stationery": 90, "Textiles": 420, "Furniture": 3200, "Homeware": 320, "Tops": 220, "Knitwear": 430,
    "Jackets": 900, "Shirts": 280, "Dresses": 380, "Trousers": 560, "Skirts": 330, "Blouses": 230, "Coats": 1400,
    "Shoes": 1050, "Scarves": 150, "Watches": 260,
}  # fmt: skip
NUMBERED = {"Clocks", "Watches", "Lighting", "Furniture", "Coats", "Jackets", "Bags"}
"""Pieces with a number of their own: appliances, and dear clothes with a sewn-in tag."""


def goods_of(base: Base, dice: Random) -> dict[str, Good]:
    """Return what the shop knows of each item; what belongs to a style is the same for all its sizes and colours."""
    styles: dict[str, tuple[float, float, int, bool]] = {}
    for item in base.items:
        if item.style not in styles:
            styles[item.style] = _style(item, base, dice)
    returned = {line.item.style for own in base.shoppers.values() for one in own for line in one.lines if line.returned}
    dear = sorted(item.price for item in base.items)[len(base.items) * 2 // 3]
    goods = {item.sku: _good(item, styles[item.style], item.price >= dear) for item in base.items}
    for good in goods.values():
        good.final_sale = good.final_sale and good.item.style not in returned
    return goods


def _style(item: Item, base: Base, dice: Random) -> tuple[float, float, int, bool]:
    """Return grams, the share of the price that it costs, the window in days, whether pieces are numbered."""
    grams = (
        GRAMS[item.category] * math.exp(dice.gauss(0, 0.3)) * min(2.5, max(0.4, (item.price / _typical(base)) ** 0.3))
    )
    window = dice.choices((base.window_days, 14, 60), (0.8, 0.1, 0.1))[0]
    dear = item.price >= _typical(base) * 1.2
    return grams, dice.uniform(0.35, 0.62), window, item.category in NUMBERED and dear and dice.random() < 0.8


def _typical(base: Base) -> int:
    """Return what a thing costs in such a shop, in cents."""
    return 6000 if base.name == "bads" else 300


def _good(item: Item, style: tuple[float, float, int, bool], is_dear: bool) -> Good:
    """Return a good with the terms of its style."""
    grams, share, window, numbered = style
    mark = sum(map(ord, item.style))
    return Good(
        item,
        max(8, round(grams)),
        max(1, round(item.price * share)),
        window,
        730 if numbered else 180,
        numbered,
        unopened_only=item.category in {"Jewellery", "Watches"} and mark % 3 == 0,
        final_sale=mark % 17 == 0,
        is_dear=is_dear,
    )
