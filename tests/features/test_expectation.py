from __future__ import annotations

from math import sqrt

import polars as pl
import pytest

from features.assemble import prepare
from features.expectation import AGES, BRACKET_LINES, RIPE_LINES, baselines, ripe_sum, ripeness, with_rates
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, frame, order_lines, products, rma_lines

PARAMS = FeatureParams(item_prior_lines=10.0, variant_prior_lines=30.0, initial_return_rate=0.2)


def rated(
    bought: pl.DataFrame, returned: pl.DataFrame, *asked: Row, goods: pl.DataFrame | None = None
) -> tuple[list[float], list[float]]:
    """Return the item and category rates of RMA lines that ask on their days."""
    lines = rma_lines(*({"rma_id": f"asked{n}"} | dict(row) for n, row in enumerate(asked)))
    products = frame("products") if goods is None else goods
    shop = prepare(Shop.of({"order_lines": bought, "rma_lines": pl.concat([returned, lines]), "products": products}))
    is_asked = pl.col("rma_id").str.starts_with("asked")
    known = baselines(shop.order_lines, shop.rma_lines.filter(~is_asked))
    found = with_rates(shop.rma_lines.filter(is_asked), known, PARAMS)
    return found["item_rate"].to_list(), found["category_rate"].to_list()


def many(n: int, **row: object) -> list[Row]:
    """Return the same line so many times, without a price, and so without a band."""
    return [{"unit_price": None, "requested_amount": None} | row] * n


def bought(*groups: list[Row]) -> pl.DataFrame:
    return order_lines(*({k: v for k, v in row.items() if k != "requested_amount"} for g in groups for row in g))


def back(*groups: list[Row]) -> pl.DataFrame:
    return rma_lines(*({k: v for k, v in row.items() if k != "unit_price"} for g in groups for row in g))


TOPS = bought(many(10, sku="A", category="top"), many(10, sku="B", category="top"), many(20, sku="C"))
BACK = back(many(8, sku="A", category="top", requested_at=at(3)), many(2, sku="C", requested_at=at(3)))


def ask(sku: str, category: str | None = None, day: float = 4, **more: object) -> Row:
    return {"sku": sku, "category": category, "requested_at": at(day), "requested_amount": None} | more


def test_rates_are_shrunken_from_item_to_category_to_shop() -> None:
    items, categories = rated(TOPS, BACK, ask("A", "top"), ask("B", "top"), ask("C"), ask("Z", "shoe"))

    shop = 10 / 40
    top = (8 + 10 * shop) / (20 + 10)
    assert categories == pytest.approx([top, top, shop, shop])
    assert items == pytest.approx([(8 + 10 * top) / 20, 10 * top / 20, (2 + 10 * shop) / 30, shop])


def test_the_day_itself_is_not_known_yet() -> None:
    items, _ = rated(TOPS, BACK, ask("A", "top", 3), ask("A", "top", 0))

    # On day 3 forty lines had been bought and none returned; on day 0 nothing had happened.
    assert items == pytest.approx([0.0, 0.2])


def test_more_returned_than_bought_is_a_rate_of_one() -> None:
    assert rated(bought(many(1)), back(many(50, requested_at=at(1))), ask("A"))[0] == [1.0]


def test_without_any_export_the_initial_rate_stands_in() -> None:
    assert rated(order_lines(), rma_lines(), ask("A"))[0] == pytest.approx([0.2])


def test_a_style_stands_between_the_item_and_its_category() -> None:
    goods = products(*({"sku": sku, "style_id": style} for sku, style in (("A", "s"), ("B", "s"), ("C", "t"))))

    items, _ = rated(TOPS, BACK, ask("B", "top"), ask("D", "top"), goods=goods)

    top = (8 + 10 * 10 / 40) / 30
    style = (8 + 10 * top) / (20 + 10)
    # B is a size of the style: 30 lines of the style's rate stand beside its own ten.
    assert items == pytest.approx([30 * style / 40, top])


def test_a_price_band_of_the_category_tells_how_its_goods_come_back() -> None:
    dear = [{"sku": "A", "category": "top", "unit_price": "85.00"}] * 10
    cheap = [{"sku": "B", "category": "top", "unit_price": "10.00"}] * 10
    returned = rma_lines(
        *[{"sku": "A", "category": "top", "requested_amount": "85.00", "requested_at": at(3)}] * 8,
    )

    items, categories = rated(
        order_lines(*dear, *cheap), returned, *(ask("Z", "top", requested_amount=a) for a in ("89.00", "10.00", "500"))
    )

    top = (8 + 10 * 8 / 20) / 30
    assert categories == pytest.approx([top] * 3)
    # 85 and 89 are of one band, and nothing is known of goods for 500.
    assert items == pytest.approx([(8 + 10 * top) / 20, 10 * top / 20, top])


def matched(day: float, **more: object) -> Row:
    """Return a line of a purchase of day 0 that came back on a day."""
    return {"ordered_at": at(0), "matched_quantity": 1, "requested_at": at(day), "requested_amount": None} | more


def test_how_ripe_purchases_are_is_what_returns_have_told() -> None:
    returned = back([matched(3), matched(10), matched(10), matched(50)])
    shop = prepare(Shop.of({"rma_lines": returned, "products": products()}))
    known = baselines(shop.order_lines, shop.rma_lines)
    days = pl.DataFrame({"day": [at(day).date() for day in (3, 11, 51)]})

    found = ripeness(days, known)

    # Middles: 3.5, 10.5, 21 and 42 days.
    assert found.rows()[0] == (1.0, 1.0, 1.0, 1.0)
    assert found.row(1) == pytest.approx(((1 + RIPE_LINES) / (3 + RIPE_LINES), 1.0, 1.0, 1.0))
    counts = (1, 3, 3, 3)
    assert found.row(2) == pytest.approx(tuple((n + RIPE_LINES) / (4 + RIPE_LINES) for n in counts))


def test_purchases_count_by_how_ripe_they_are() -> None:
    ripe = pl.DataFrame(dict(zip(AGES, ([0.1], [0.4], [0.8], [0.9]), strict=True)))
    sums = {name: pl.Series([n]) for name, n in zip((*AGES, "all"), (1, 3, 7, 15, 31), strict=True)}

    assert ripe_sum(sums, ripe).to_list() == pytest.approx([1 * 0.1 + 2 * 0.4 + 4 * 0.8 + 8 * 0.9 + 16])


def test_goods_of_yesterday_do_not_lower_the_rate() -> None:
    slow = [matched(90, sku="X")] * 1000
    fresh = bought(many(100, sku="A", ordered_at=at(99)), many(100, sku="X", ordered_at=at(-20)))

    items, _ = rated(fresh, back(slow, many(1, sku="A", requested_at=at(99))), ask("A", day=100))

    # Nothing came back within a week, so of 100 purchases of yesterday hardly two are due.
    due = 100 * RIPE_LINES / (1000 + RIPE_LINES)
    assert items == pytest.approx([(1 + 10) / (due + 10)])


def test_lines_in_several_sizes_come_back_as_such_lines_do() -> None:
    sizes = [{"order_id": f"o{n}", "sku": sku, "style_id": "s"} for n in range(10) for sku in ("A", "B")]
    single = many(80, sku="C", style_id="t")
    returned = back([matched(2, order_id=f"o{n}", sku="A") for n in range(10)])
    asked = (matched(4, order_id="o0", sku="B"), ask("B"))

    items, _ = rated(bought(many(0), [dict(row) | {"unit_price": None} for row in sizes], single), returned, *asked)

    # The style is known from the purchase alone: B has 10 lines of 20 of style s, half of which came back.
    shop = 10 / 100
    style = (10 + 10 * shop) / (20 + 10)
    item = 30 * style / 40
    assert items[0] == pytest.approx((10 + BRACKET_LINES * item) / (20 + BRACKET_LINES))
    assert items[1] == pytest.approx(10 * shop / 20)


def test_a_band_spans_the_root_of_two() -> None:
    prices = [16.0, 16.0 * sqrt(2) - 0.01, 16.0 * sqrt(2) + 0.01, 31.99, 32.0]
    shop = prepare(Shop.of({"order_lines": order_lines(*({"unit_price": f"{p:.2f}"} for p in prices))}))

    assert shop.order_lines["band"].to_list() == [" 8", " 8", " 9", " 9", " 10"]


def test_rates_of_one_line_do_not_hang_on_its_neighbours() -> None:
    alone, _ = rated(TOPS, BACK, ask("B", "top"))
    among, _ = rated(TOPS, BACK, ask("A", "top"), ask("B", "top"), ask("B", "top", 2))

    assert among[1] == alone[0]
