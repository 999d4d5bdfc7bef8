"""Baskets of a British wholesaler of gifts (Online Retail): real customers, times, prices, and what they cancelled."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from itertools import groupby
from pathlib import Path

import polars as pl

from tests.injection.baskets import Base, Basket, Bought, Item

WORDS = {
    "Clocks": "CLOCK",
    "Lighting": "LIGHT|LAMP|CANDLE|LANTERN|CHANDELIER",
    "Bags": "BAG|PURSE|SHOPPER",
    "Kitchen": "MUG|CUP|PLATE|BOWL|TEA|CAKE|BAKING|JAR|SPOON|TIN|LUNCH|BOTTLE|GLASS",
    "Jewellery": "NECKLACE|BRACELET|RING|EARRING|CHARM",
    "Seasonal": "CHRISTMAS|EASTER|VALENTINE|ADVENT",
    "Toys": "TOY|GAME|DOLL|PUZZLE|SPACEBOY|DINOSAUR|BABUSHKA|CIRCUS",
    "Stationery": "CARD|WRAP|PAPER|NOTEBOOK|PENCIL|PEN |RIBBON|STICKER",
    "Textiles": "CUSHION|APRON|TOWEL|BLANKET|BUNTING|HOT WATER",
    "Furniture": "CABINET|TABLE|CHAIR|MIRROR|DRAWER|SHELF|STOOL|FRAME",
}
COLOURS = "RED|BLUE|PINK|WHITE|GREEN|BLACK|IVORY|CREAM|GOLD|SILVER|YELLOW|PURPLE"
COUNTRIES = {
    "United Kingdom": "GB",
    "EIRE": "IE",
    "Germany": "DE",
    "France": "FR",
    "Netherlands": "NL",
    "Belgium": "BE",
}


def online_retail(data: Path, up_to: int = 10**6) -> Base:
    """Read the baskets; only goods count, and only of known customers, whose numbers go up to one."""
    table = pl.read_parquet(data / "online_retail" / "online_retail.parquet")
    goods = table.unique(maintain_order=True).filter(
        pl.col("StockCode").str.contains(r"^\d{5}") & (pl.col("UnitPrice") > 0) & (pl.col("CustomerID") <= up_to)
    )
    items = _items(goods)
    sold = goods.filter((pl.col("Quantity") > 0) & ~pl.col("InvoiceNo").str.starts_with("C"))
    shoppers: dict[str, list[Basket]] = defaultdict(list)
    lines: dict[tuple[str, str], list[tuple[datetime, Bought]]] = defaultdict(list)
    merged = sold.group_by("InvoiceNo", "StockCode", maintain_order=True).agg(
        pl.col("Quantity").sum(), pl.col("UnitPrice").mean(), pl.col("InvoiceDate", "CustomerID", "Country").first()
    )
    rows = merged.sort("InvoiceDate", "InvoiceNo").iter_rows(named=True)
    for _, one in groupby(rows, lambda row: row["InvoiceNo"]):
        own = list(one)
        first = own[0]
        who = str(first["CustomerID"])
        basket = Basket(who, first["InvoiceDate"], None, COUNTRIES.get(first["Country"], "ES"), first["Country"])
        for row in own:
            line = Bought(items[row["StockCode"]], row["Quantity"], max(1, round(row["UnitPrice"] * 100)))
            basket.lines.append(line)
            lines[who, row["StockCode"]].append((basket.at, line))
        shoppers[who].append(basket)
    _take_back(goods, lines)
    return Base("online_retail", "GBP", "GB", 30, 0.14, dict(shoppers), {})


def _items(goods: pl.DataFrame) -> dict[str, Item]:
    """Return the assortment by stock code; the list price is what is seldom exceeded."""
    made = {}
    prices = goods.group_by("StockCode").agg(
        pl.col("UnitPrice").quantile(0.9).alias("price"), pl.col("Description").drop_nulls().mode().sort().first()
    )
    for sku, price, name in prices.sort("StockCode").iter_rows():
        text = name or sku
        category = next((each for each, words in WORDS.items() if re.search(words, text)), "Homeware")
        colour = re.search(COLOURS, text)
        place = int(sku[:5]) % 40
        made[sku] = Item(
            sku, text.strip().title(), category, sku[:5], None, colour[0].lower() if colour else None,
            max(1, round(price * 100)), f"S{place:02d}",
        )  # fmt: skip
    return made


def _take_back(goods: pl.DataFrame, lines: dict[tuple[str, str], list[tuple[datetime, Bought]]]) -> None:
    """Lay each cancelled quantity on the newest earlier purchase of the same thing by the same customer."""
    gone = goods.filter(pl.col("InvoiceNo").str.starts_with("C")).sort("InvoiceDate", "InvoiceNo", "StockCode")
    for who, sku, quantity, at in gone.select("CustomerID", "StockCode", "Quantity", "InvoiceDate").iter_rows():
        for bought_at, line in reversed(lines[str(who), sku]):
            if bought_at < at and line.quantity - line.returned >= -quantity:
                line.returned += -quantity
                line.lag_days = (at - bought_at).total_seconds() / 86_400
                break
