"""Baskets of a German fashion shop (bads): real items, sizes and prices, and which of them were really returned."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from random import Random

import polars as pl

from tests.injection.baskets import Base, Basket, Bought, Item

SHOPPING_HOURS = (8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 20, 20, 21, 21, 21, 22, 22, 23, 0)
LETTERED = ("Tops", "Knitwear", "Jackets", "Shirts")
NUMBERED = ("Dresses", "Trousers", "Skirts", "Blouses", "Coats")
UNSIZED = ("Bags", "Scarves", "Jewellery", "Watches")


def bads(data: Path) -> Base:
    """Read the baskets: what a shopper ordered on a day is one. The hour is not in the data; it is drawn."""
    dice = Random(20130331)  # noqa: S311 - the hour of a real order, the same for every shop
    table = pl.read_parquet(data / "bads" / "bads.parquet").sort("user_id", "order_date", "order_item_id")
    items = _items(table)
    shoppers: dict[str, list[Basket]] = defaultdict(list)
    registered: dict[str, datetime] = {}
    for (user, day), lines in groupby(table.iter_rows(named=True), lambda row: (row["user_id"], row["order_date"])):
        own = list(lines)
        who = str(user)
        at = _moment(day, dice)
        arrived = [row["delivery_date"] for row in own if row["delivery_date"] and row["delivery_date"] > day]
        delivered = datetime.combine(min(arrived), time(dice.randint(8, 19), dice.randint(0, 59))) if arrived else None
        basket = Basket(who, at, delivered, "DE", own[0]["user_state"])
        for row in own:
            line = Bought(items[_sku(row)], 1, round(row["item_price"] * 100))
            if row["return"] and delivered:
                line.returned = 1
            _put(basket, line)
        shoppers[who].append(basket)
        registered[who] = min(datetime.combine(own[0]["user_reg_date"], time(dice.randint(0, 23))), at)
    return Base("bads", "EUR", "DE", 30, 0.0, dict(shoppers), registered)


def _put(basket: Basket, line: Bought) -> None:
    """Put a line into a basket; the same thing at the same price is one line of several pieces."""
    for other in basket.lines:
        if other.item.sku == line.item.sku and other.paid == line.paid:
            other.quantity, other.returned = other.quantity + 1, other.returned + line.returned
            return
    basket.lines.append(line)


def _moment(day: date, dice: Random) -> datetime:
    """Return a moment of a day at which people shop."""
    return datetime.combine(day, time(dice.choice(SHOPPING_HOURS), dice.randint(0, 59))) + timedelta(
        seconds=dice.randint(0, 59)
    )


def _sku(row: dict[str, object]) -> str:
    """Return the stock code of an item in a size and a colour."""
    return f"{row['item_id']}-{str(row['item_color'])[:5]}-{str(row['item_size']).upper()}"


def _items(table: pl.DataFrame) -> dict[str, Item]:
    """Return the assortment; an item's category is read off the sizes in which it is sold."""
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    prices: dict[int, list[float]] = defaultdict(list)
    for item, size, price in table.select("item_id", "item_size", "item_price").iter_rows():
        sizes[item][size.upper()] += 1
        prices[item].append(price)
    kinds = {item: _category(item, found.most_common(1)[0][0], max(prices[item])) for item, found in sizes.items()}
    made: dict[str, Item] = {}
    for row in table.iter_rows(named=True):
        number, sku = row["item_id"], _sku(row)
        if sku not in made:
            top = sorted(prices[number])[int(len(prices[number]) * 0.9)]
            name = f"{kinds[number][:-1]} {number}".replace("Jeweller ", "Jewellery ")
            made[sku] = Item(
                sku, name, kinds[number], f"ST{number}", row["item_size"].upper(), row["item_color"],
                max(100, round(top * 100)), f"B{row['brand_id']:03d}",
            )  # fmt: skip
    return made


def _category(item: int, size: str, price: float) -> str:
    """Return a category that is sold in such sizes."""
    if size == "UNSIZED":
        return "Watches" if price > 90 else UNSIZED[item % 3]
    if re.fullmatch(r"\d\+?|1[0-3]\+?", size):
        return "Shoes"
    if re.fullmatch(r"[X]*[SML]|\d?X+L", size):
        return LETTERED[item % len(LETTERED)]
    return NUMBERED[item % len(NUMBERED)]
