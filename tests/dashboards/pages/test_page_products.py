"""Products against chance: with published signals, and with limits of the page's own where there are none."""

from __future__ import annotations

import polars as pl

from tests.dashboards.conftest import by_sku
from tests.dashboards.pages.conftest import Visit, VisitorMaker
from tests.dashboards.visitor import of_type, table_rows


def test_published_signals_tell_what_stands_out(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/products")
    card = visitor.card("1 of 2 SKUs comes back more often than chance explains")
    inside, out = of_type(card, "Graph")[0]["props"]["figure"]["data"][:2]
    assert (inside["x"], inside["y"], inside["customdata"]) == ([500], [0.1], ["SKU-B "])
    assert (out["x"], out["y"], out["customdata"]) == ([1000], [0.3], ["SKU-A Wrap dress"])
    # 300 came back where a tenth of 1,000 was to be expected
    assert table_rows(visitor.card("Most beyond the expected: Wrap dress"))[0] == [
        "SKU-A", "Wrap dress", "dresses", "1,000", "300", "30.0%", "10.0%", "200.00", "€4,000.00"
    ]  # fmt: skip


def test_the_reader_chooses_the_signal(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/products")
    visitor.filter("signal", "defect")
    assert visitor.address == "/products?signal=defect"
    assert visitor.says("1 of 1 SKUs comes back more often than chance explains")
    assert visitor.says("Most beyond the expected: SKU-B")
    visitor.go("/products?signal=nonsense")
    assert visitor.says("1 of 2 SKUs comes back more often than chance explains")


def test_the_dearest_goods_make_up_most_of_the_cost(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/products")
    # twelve cost 9,000 in all, the ten dearest 8,700 of it
    card = visitor.card("10 of 12 SKUs make up 97% of what returns cost")
    figure = of_type(card, "Graph")[0]["props"]["figure"]
    assert figure["data"][0]["x"] == [2000, 1500, 1000, 900, 800, 700, 600, 500, 400, 300]
    assert figure["layout"]["yaxis"]["ticktext"][0] == "Wrap dress, linen 00023"


def test_without_signals_the_limits_are_drawn_from_all_goods(other: VisitorMaker) -> None:
    often = pl.when(pl.col("sku") == "00123").then(66).otherwise(pl.col("returned_units")).alias("returned_units")
    visitor = other({"report_by_sku": by_sku().with_columns(often)})
    visitor.go("/products")
    # 187 of 1,320 came back, 14 %: three standard errors of 110 lie at 24 %, and 66 of 110 are 60 %
    assert visitor.says("1 of 12 SKUs comes back more often than chance explains")
    row = table_rows(visitor.card("Most beyond the expected: Ankle boot"))[0]
    assert row[:7] == ["00123", "Ankle boot", "Shoes", "110", "66", "60.0%", "14.2%"]
    assert visitor.element("url")["props"]["search"] == ""
    assert not visitor.says("Signal")
