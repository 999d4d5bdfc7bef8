from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.simulate.catalogue import (
    CATEGORIES,
    PRICE_ENDINGS,
    SIZED,
    WARRANTED,
    Catalogue,
    make_catalogue,
    psychological,
    size_and_colour,
    style_count,
    typical_price,
)

N_STYLES = 300


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return make_catalogue(np.random.default_rng(1), N_STYLES)


def code(name: str) -> int:
    """Return the code of a category."""
    return [category.name for category in CATEGORIES].index(name)


@given(st.integers(1, 5_000_000))
def test_a_shop_of_any_size_has_styles_of_every_category(orders: int) -> None:
    assert len(CATEGORIES) <= style_count(orders) <= 4_000


def test_a_larger_shop_has_more_styles() -> None:
    assert style_count(100) < style_count(20_000) < style_count(1_000_000)


@pytest.mark.parametrize(
    ("cents", "ending", "price"),
    [(6_932.0, 0, 6_999), (6_999.0, 1, 6_995), (6_900.0, 2, 6_990), (6_950.0, 3, 6_900), (120.0, 0, 499)],
)
def test_prices_end_as_shops_like_them(cents: float, ending: int, price: int) -> None:
    assert psychological(np.array([cents]), np.array([ending])).tolist() == [price]


def test_every_list_price_has_such_an_ending(catalogue: Catalogue) -> None:
    assert set((catalogue.list_price % 100).tolist()) <= set(PRICE_ENDINGS)
    assert catalogue.list_price.min() >= 400


def test_goods_cost_less_than_they_sell_for(catalogue: Catalogue) -> None:
    assert (catalogue.unit_cost > 0).all()
    assert (catalogue.unit_cost < catalogue.list_price).all()


def test_a_style_has_one_sku_for_each_size_and_colour(catalogue: Catalogue) -> None:
    skus = np.bincount(catalogue.style, minlength=N_STYLES)
    for style in range(N_STYLES):
        category = CATEGORIES[catalogue.style_category[style]]
        assert skus[style] == len(category.sizes) * category.colours


def test_the_first_sku_of_a_style_is_where_it_is_said_to_be(catalogue: Catalogue) -> None:
    assert catalogue.style[catalogue.first].tolist() == list(range(N_STYLES))
    assert (catalogue.style[catalogue.first[1:] - 1] == np.arange(N_STYLES - 1)).all()


def test_a_sku_names_its_style_colour_and_size(catalogue: Catalogue) -> None:
    size, colour = size_and_colour(catalogue, np.arange(catalogue.table.height))
    frame = catalogue.table.with_columns(size=size, colour=colour)
    parts = frame["sku"].str.split("-")
    assert parts.list.get(0).to_list() == frame["style_id"].to_list()
    assert parts.list.get(2).to_list() == frame["size"].fill_null("OS").to_list()
    codes = {"black": "BLK", "white": "WHT", "navy": "NVY"}
    assert parts.list.get(1).to_list() == [codes[name] for name in frame["colour"]]


def test_only_goods_of_one_size_have_no_size(catalogue: Catalogue) -> None:
    size, _ = size_and_colour(catalogue, np.arange(catalogue.table.height))
    assert size.is_not_null().to_list() == SIZED[catalogue.category].tolist()


def test_skus_are_unique_and_all_is_filled(catalogue: Catalogue) -> None:
    assert catalogue.table["sku"].is_unique().all()
    assert catalogue.table.null_count().row(0) == (0,) * catalogue.table.width


def test_the_table_agrees_with_the_figures(catalogue: Catalogue) -> None:
    written = catalogue.table.select(pl.col("list_price", "unit_cost").cast(pl.Float64) * 100)
    assert written["list_price"].round().cast(pl.Int64).to_list() == catalogue.list_price.tolist()
    assert written["unit_cost"].round().cast(pl.Int64).to_list() == catalogue.unit_cost.tolist()
    assert catalogue.table["weight_g"].to_list() == catalogue.weight.tolist()
    assert catalogue.table["is_serialised"].to_list() == catalogue.is_serialised.tolist()


def test_windows_and_warranties_are_those_of_the_category(catalogue: Catalogue) -> None:
    by_category = catalogue.table.group_by("category").agg(
        pl.col("return_window_days").unique(), pl.col("warranty_days").unique()
    )
    rows = {name: (window, warranty) for name, window, warranty in by_category.iter_rows()}
    assert set(catalogue.table["return_window_days"].unique()) == {30, 60, 90}
    assert rows["electronics"] == ([30], [730])
    assert rows["home"] == ([90], [0])
    assert WARRANTED[code("kitchen")]
    assert not WARRANTED[code("dresses")]


def test_only_electronics_have_serial_numbers(catalogue: Catalogue) -> None:
    serialised = catalogue.table.filter("is_serialised")
    assert set(serialised["category"]) == {"electronics"}


def test_some_goods_are_final_sale_or_returned_unopened_only(catalogue: Catalogue) -> None:
    share = catalogue.table["final_sale"].mean()
    assert isinstance(share, float)
    assert 0.005 < share < 0.12
    assert set(catalogue.table.filter("unopened_only")["category"]) <= {"beauty", "electronics"}
    assert catalogue.table.filter(pl.col("category") == "beauty")["unopened_only"].any()


def test_typical_prices_are_in_cents() -> None:
    assert typical_price(np.array([code("dresses"), code("beauty")])).tolist() == [6_900, 2_200]


def test_the_same_numbers_draw_the_same_catalogue(catalogue: Catalogue) -> None:
    again = make_catalogue(np.random.default_rng(1), N_STYLES)
    other = make_catalogue(np.random.default_rng(2), N_STYLES)
    assert again.table.equals(catalogue.table)
    assert not other.table["sku"].equals(catalogue.table["sku"])
