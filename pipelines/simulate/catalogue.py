"""What the made-up shop sells: categories, styles with sizes and colours, prices. No demand of shoppers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulate.draw import NONE, Flags, Floats, Ints, chance, pick, unique_numbers
from pipelines.simulate.texts import money, numbered, words
from pipelines.simulate.vocabulary import COLOUR_CODES, COLOURS, STYLE_NAMES

ONE_SIZE = ("one size",)
LETTERS = ("XS", "S", "M", "L", "XL")
WAISTS = ("28", "30", "32", "34", "36", "38")
FEET = ("36", "37", "38", "39", "40", "41", "42", "43", "44", "45")


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of goods: its share of demand, typical price (EUR), weight (g), and how much comes back."""

    name: str
    nouns: tuple[str, ...]
    demand: float
    price: float
    cost_share: float
    weight: int
    return_rate: float
    window_days: int
    warranty_days: int = 0
    sizes: tuple[str, ...] = ONE_SIZE
    colours: int = 2
    serialised_share: float = 0.0
    unopened_share: float = 0.0


CATEGORIES = (
    Category("dresses", ("dress", "gown"), 0.12, 69, 0.42, 420, 0.36, 30, sizes=LETTERS, colours=3),
    Category("jeans", ("jeans", "trousers"), 0.09, 75, 0.40, 650, 0.31, 30, sizes=WAISTS),
    Category("tops", ("shirt", "blouse", "jumper"), 0.13, 32, 0.38, 220, 0.22, 60, sizes=LETTERS, colours=3),
    Category("shoes", ("sneaker", "boot", "loafer"), 0.12, 89, 0.45, 980, 0.31, 60, sizes=FEET),
    Category(
        "electronics",
        ("headphones", "tablet", "camera", "speaker"),
        demand=0.12,
        price=149,
        cost_share=0.70,
        weight=900,
        return_rate=0.09,
        window_days=30,
        warranty_days=730,
        serialised_share=0.7,
        unopened_share=0.15,
    ),
    Category("home", ("lamp", "blanket", "mirror"), 0.13, 38, 0.50, 1_500, 0.08, 90),
    Category("kitchen", ("kettle", "pan", "mixer"), 0.08, 49, 0.52, 1_900, 0.07, 90, warranty_days=365),
    Category("beauty", ("serum", "perfume", "cream"), 0.09, 22, 0.35, 180, 0.03, 30, colours=1, unopened_share=0.8),
    Category("toys", ("puzzle", "building set", "doll"), 0.07, 27, 0.50, 600, 0.06, 60, colours=1),
    Category("sports", ("mat", "racket", "backpack"), 0.05, 58, 0.50, 1_100, 0.12, 60, warranty_days=365),
)
SIZED = np.array([len(category.sizes) > 1 for category in CATEGORIES])
WARRANTED = np.array([category.warranty_days > 0 for category in CATEGORIES])
SIZES = tuple(size for category in CATEGORIES for size in category.sizes)
"""Every size of every category, one after the other; ``Catalogue.size`` points into it."""

PRICE_ENDINGS = (99, 95, 90, 0)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Styles (``style_*`` and ``first``: the position of a style's first SKU) and SKUs, by position. Money in cents."""

    style_category: Ints
    style_demand: Floats
    style_return: Floats
    first: Ints
    colours: Ints
    style: Ints
    category: Ints
    size: Ints
    colour: Ints
    list_price: Ints
    unit_cost: Ints
    weight: Ints
    window_days: Ints
    warranty_days: Ints
    unopened_only: Flags
    final_sale: Flags
    is_serialised: Flags
    table: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Styles:
    """Drawn properties of styles, before their sizes and colours are spread out."""

    number: Ints
    name: Ints
    noun: Ints
    category: Ints
    list_price: Ints
    unit_cost: Ints
    weight: Ints
    supplier: Ints
    unopened_only: Flags
    final_sale: Flags
    is_serialised: Flags


def style_count(orders: int) -> int:
    """Return how many styles a shop with that many orders sells: more with size, but not in proportion."""
    return int(np.clip(6 * orders**0.42, 40, 4_000))


def make_catalogue(rng: np.random.Generator, n_styles: int) -> Catalogue:
    """Draw a catalogue; every category has at least one style when there are as many styles as categories."""
    styles = _draw_styles(rng, n_styles)
    n_sizes = _by_category("sizes")[styles.category]
    colours = np.array([category.colours for category in CATEGORIES])[styles.category]
    variants = n_sizes * colours
    first = np.cumsum(variants) - variants
    style = np.repeat(np.arange(n_styles), variants)
    variant = np.arange(len(style)) - first[style]
    size = (np.cumsum(_by_category("sizes")) - _by_category("sizes"))[styles.category[style]] + variant % n_sizes[style]
    colour = variant // n_sizes[style]
    category = styles.category[style]
    return Catalogue(
        style_category=styles.category,
        style_demand=rng.pareto(1.6, n_styles) + 0.15,
        style_return=rng.lognormal(-0.06, 0.35, n_styles),
        first=first,
        colours=colours,
        style=style,
        category=category,
        size=size,
        colour=colour,
        list_price=styles.list_price[style],
        unit_cost=styles.unit_cost[style],
        weight=styles.weight[style],
        window_days=np.array([entry.window_days for entry in CATEGORIES])[category],
        warranty_days=np.array([entry.warranty_days for entry in CATEGORIES])[category],
        unopened_only=styles.unopened_only[style],
        final_sale=styles.final_sale[style],
        is_serialised=styles.is_serialised[style],
        table=_table(styles, style, size, colour),
    )


def typical_price(category: Ints) -> Floats:
    """Return the typical price of each category code, in cents."""
    return np.array([entry.price * 100 for entry in CATEGORIES])[category]


def _by_category(what: str) -> Ints:
    """Return how many entries each category's ``what`` has."""
    return np.array([len(getattr(category, what)) for category in CATEGORIES])


def _draw_styles(rng: np.random.Generator, n: int) -> _Styles:
    """Draw the styles: categories in turn first, so that none is empty, then by demand."""
    category = pick(rng, [entry.demand for entry in CATEGORIES], n)
    in_turn = min(n, len(CATEGORIES))
    category[:in_turn] = np.arange(in_turn)
    list_price = psychological(typical_price(category) * rng.lognormal(0, 0.45, n), pick(rng, (6, 3, 2, 1), n))
    cost_share = np.array([entry.cost_share for entry in CATEGORIES])[category] * rng.uniform(0.85, 1.1, n)
    weight = np.array([entry.weight for entry in CATEGORIES])[category] * rng.lognormal(0, 0.3, n)
    return _Styles(
        number=unique_numbers(rng, n, digits=5),
        name=rng.integers(0, len(STYLE_NAMES), n),
        noun=(rng.random(n) * _by_category("nouns")[category]).astype(np.int64),
        category=category,
        list_price=list_price,
        unit_cost=np.maximum(1, (list_price * cost_share).astype(np.int64)),
        weight=np.maximum(20, weight.astype(np.int64)),
        supplier=rng.integers(0, 40, n),
        unopened_only=chance(rng, np.array([entry.unopened_share for entry in CATEGORIES])[category], n),
        final_sale=chance(rng, 0.04, n),
        is_serialised=chance(rng, np.array([entry.serialised_share for entry in CATEGORIES])[category], n),
    )


def psychological(cents: Floats, ending: Ints) -> Ints:
    """Return prices of at least 4 whole units that end as shops like them: .99, .95, .90 or .00."""
    whole = np.maximum(4, (cents / 100).astype(np.int64))
    prices: Ints = whole * 100 + np.array(PRICE_ENDINGS)[ending]
    return prices


def _table(styles: _Styles, style: Ints, size: Ints, colour: Ints) -> pl.DataFrame:
    """Return the products as they are exported, one row a SKU."""
    category = styles.category[style]
    nouns = [noun for entry in CATEGORIES for noun in entry.nouns]
    noun = (np.cumsum(_by_category("nouns")) - _by_category("nouns"))[category] + styles.noun[style]
    names = pl.DataFrame(
        {
            "style_id": numbered("ST", styles.number[style]),
            "colour": words(colour, COLOUR_CODES),
            "size": words(size, SIZES).replace(ONE_SIZE[0], "OS"),
            "name": words(styles.name[style], STYLE_NAMES),
            "noun": words(noun, nouns),
        }
    )
    return names.select(
        sku=pl.format("{}-{}-{}", "style_id", "colour", "size"),
        product_name=pl.format("{} {}", "name", "noun"),
        category=words(category, [entry.name for entry in CATEGORIES]),
        style_id="style_id",
        unit_cost=money(styles.unit_cost[style]),
        list_price=money(styles.list_price[style]),
        weight_g=pl.Series(styles.weight[style]),
        return_window_days=pl.Series(np.array([entry.window_days for entry in CATEGORIES])[category]),
        warranty_days=pl.Series(np.array([entry.warranty_days for entry in CATEGORIES])[category]),
        unopened_only=pl.Series(styles.unopened_only[style]),
        final_sale=pl.Series(styles.final_sale[style]),
        is_serialised=pl.Series(styles.is_serialised[style]),
        supplier_id=numbered("SUP", styles.supplier[style] + 10),
    )


def size_and_colour(catalogue: Catalogue, sku: Ints) -> tuple[pl.Series, pl.Series]:
    """Return the sizes (null for goods of one size) and the colours of SKUs, as exported."""
    sized = SIZED[catalogue.category[sku]]
    return words(np.where(sized, catalogue.size[sku], NONE), SIZES), words(catalogue.colour[sku], COLOURS)
