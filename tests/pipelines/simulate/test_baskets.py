from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipelines.simulate.baskets import COST_UNKNOWN, LINE_WEIGHTS, line_numbers, lines_table
from pipelines.simulate.catalogue import CATEGORIES, SIZED
from pipelines.simulate.shop import Shop
from pipelines.simulate.vocabulary import DISCOUNTS


@pytest.fixture(scope="module")
def table(shop: Shop) -> pl.DataFrame:
    return lines_table(shop.lines, shop.catalogue, shop.orders)


def test_every_order_has_its_lines_together(shop: Shop) -> None:
    lines = shop.lines
    assert (np.diff(lines.order) >= 0).all()
    assert lines.count.min() >= 1
    assert lines.count.sum() == len(lines)
    assert (lines.order[lines.first] == np.arange(len(shop.orders))).all()


def test_lines_are_numbered_from_one_in_each_order(shop: Shop) -> None:
    numbers = line_numbers(shop.lines)
    assert (numbers[shop.lines.first] == 1).all()
    assert numbers.max() == shop.lines.count.max()
    last = shop.lines.first + shop.lines.count - 1
    assert (numbers[last] == shop.lines.count).all()


def test_baskets_have_the_intended_sizes(shop: Shop) -> None:
    articles = np.bincount(shop.lines.count)
    mean = sum(weight * (k + 1) for k, weight in enumerate(LINE_WEIGHTS)) / sum(LINE_WEIGHTS)
    assert shop.lines.count.mean() == pytest.approx(mean * 1.025, rel=0.03)
    assert articles[1] / len(shop.orders) == pytest.approx(0.45, abs=0.03)


def test_goods_with_sizes_or_serial_numbers_are_single(shop: Shop) -> None:
    single = SIZED[shop.category] | shop.catalogue.is_serialised[shop.lines.sku]
    assert (shop.lines.quantity[single] == 1).all()
    assert shop.lines.quantity[~single].max() > 1


def test_the_discount_of_the_order_is_taken_off_the_list_price(opened: Shop) -> None:
    percent = np.array(DISCOUNTS)[opened.orders.discount[opened.lines.order]]
    exact = opened.catalogue.list_price[opened.lines.sku] * (1 - percent / 100)
    assert np.abs(opened.lines.unit_price - exact).max() <= 0.5 + 1e-6
    assert (opened.lines.unit_price == opened.catalogue.list_price[opened.lines.sku])[percent == 0].all()


def test_the_amount_of_a_line_is_quantity_times_price(shop: Shop) -> None:
    assert (shop.lines.amount == shop.lines.quantity * shop.lines.unit_price).all()


def test_a_bracket_is_one_article_in_several_sizes(shop: Shop) -> None:
    lines = shop.lines
    frame = pl.DataFrame(
        {
            "bracket": lines.bracket,
            "order": lines.order,
            "style": shop.catalogue.style[lines.sku],
            "colour": shop.catalogue.colour[lines.sku],
            "size": shop.catalogue.size[lines.sku],
            "bracketing": shop.shoppers.is_bracketing[shop.line_shopper],
        }
    ).filter(pl.col("bracket") >= 0)
    groups = frame.group_by("bracket").agg(
        pl.len().alias("n"), pl.col("size").n_unique(), pl.col("order", "style", "colour").n_unique(), "bracketing"
    )
    assert groups.height > 50
    assert set(groups["n"]) == {2, 3}
    assert (groups["n"] == groups["size"]).all()
    assert groups.select("order", "style", "colour").max().row(0) == (1, 1, 1)
    assert frame["bracketing"].all()


def test_own_taste_is_bought_more(shop: Shop) -> None:
    own = shop.shoppers.taste[shop.line_shopper] == shop.category
    assert own.mean() > 0.45


def test_every_category_is_bought_about_as_much_as_wanted(shop: Shop) -> None:
    base = shop.lines.bracket < 0
    shares = np.bincount(shop.category[base], minlength=len(CATEGORIES)) / base.sum()
    demand = np.array([category.demand for category in CATEGORIES])
    assert shares.tolist() == pytest.approx((demand / demand.sum()).tolist(), abs=0.03)


def test_some_styles_sell_far_more_than_others(shop: Shop) -> None:
    sold = np.sort(np.bincount(shop.catalogue.style[shop.lines.sku]))[::-1]
    assert sold[: len(sold) // 10].sum() > 0.25 * sold.sum()


def test_a_shopper_keeps_to_about_one_size(shop: Shop) -> None:
    shirts = (shop.category == [entry.name for entry in CATEGORIES].index("tops")) & (shop.lines.bracket < 0)
    frame = pl.DataFrame({"shopper": shop.line_shopper[shirts], "size": shop.catalogue.size[shop.lines.sku[shirts]]})
    spread = frame.group_by("shopper").agg(pl.col("size").max() - pl.col("size").min(), pl.len().alias("n"))
    assert spread.filter(pl.col("n") >= 2)["size"].mean() < 1  # type: ignore[operator]


def test_the_table_joins_its_orders_and_products(table: pl.DataFrame, shop: Shop) -> None:
    orders = {f"O{number}" for number in shop.orders.number.tolist()}
    assert set(table["order_id"]) == orders
    assert set(table["sku"]) <= set(shop.catalogue.table["sku"])
    assert not table.select("order_id", "line_id").is_duplicated().any()


def test_few_costs_are_unknown(table: pl.DataFrame) -> None:
    assert table["unit_cost"].is_null().mean() == pytest.approx(COST_UNKNOWN, abs=0.01)


def test_serial_numbers_are_unique_and_on_serialised_goods_that_were_sent(table: pl.DataFrame, shop: Shop) -> None:
    has = table["serial_number"].is_not_null().to_numpy()
    sent = ~shop.orders.is_cancelled[shop.lines.order]
    assert (has == (shop.catalogue.is_serialised[shop.lines.sku] & sent)).all()
    assert table["serial_number"].drop_nulls().is_unique().all()
