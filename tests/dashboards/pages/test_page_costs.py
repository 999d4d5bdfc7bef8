"""The cost page against sums of the made-up lines: 60 of them, 2,620 in all."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from tests.dashboards.pages.conftest import Visit
from tests.dashboards.visitor import Node, of_class, of_type, table_rows, told
from tests.desk_shop import lines


def headline(page: Node) -> list[str]:
    return [told(one) for one in of_type(of_class(page, "kpis")[0], "Dd")]


def net(*kept: pl.Expr) -> Decimal:
    return Decimal(str(lines().filter(*kept)["cost"].sum()))


def test_the_headline_is_the_sum_of_the_lines(visit: Visit) -> None:
    page = visit().go("/costs")
    assert net() == 2620
    assert headline(page) == ["€2,620", "60 RMA lines", "€2,620", "", "€0", "", "€0", "", "€43.67", ""]


def test_a_filter_narrows_every_card_and_stands_in_the_address(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/costs")
    visitor.filter("channel", ["store"])
    assert visitor.address == "/costs?channel=store"
    assert net(pl.col("channel") == "store") == 1060
    assert headline(visitor.page)[:2] == ["€1,060", "20 RMA lines"]
    # of the ledger's lines, those of the store's RMAs alone
    assert visitor.says("Returns cost €1,060 in all")
    assert visitor.says("The 20 RMA lines behind these figures")
    visitor.filter("category", ["shoes"])
    assert net(pl.col("channel") == "store", pl.col("category") == "shoes") == 700
    assert headline(visitor.page)[0] == "€700"
    links = {told(link): link["props"]["href"] for link in of_type(visitor.element("nav"), "Link")}
    assert links["Return rates"] == "/rates?channel=store&category=shoes"
    visitor.click({"type": "clear", "name": "filters"})
    assert (visitor.address, headline(visitor.page)[0]) == ("/costs", "€2,620")


def test_days_narrow_by_the_day_of_the_request(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/costs")
    visitor.filter("from", "2026-06-01")
    assert headline(visitor.page)[:2] == ["€300", "10 RMA lines"]
    visitor.filter("to", "2026-06-05")
    assert (visitor.address, headline(visitor.page)[1]) == ("/costs?from=2026-06-01&to=2026-06-05", "3 RMA lines")
    visitor.filter("to", "2026-0")
    assert visitor.address == "/costs?from=2026-06-01"


def test_without_filters_the_waterfall_is_the_published_one(visit: Visit) -> None:
    card = visit("analyst").go("/costs") and visit("analyst").card("Returns cost €9,000 in all")
    figure = of_type(card, "Graph")[0]["props"]["figure"]
    # refund first, then what else it cost, then what came back, and the rest of it all
    assert figure["layout"]["yaxis"]["ticktext"] == [
        "Refund", "Write off", "Outbound shipping", "Handling", "Label", "Support", "Payment fee", "Resale",
        "Restocking fee", "Net cost",
    ]  # fmt: skip
    bars = [(bar["base"][0], bar["x"][0]) for bar in figure["data"] if bar["y"] == [4]]
    assert bars == [(11420.0, 300.0), (11720.0, 180.0)]


@pytest.mark.parametrize(
    ("by", "share", "areas", "each"),
    [
        ("reason", "66% of what returns cost is Too small", [1740, 880], "Changed mind, €58.67"),
        ("sku", "29% of what returns cost is SKU-0", [770, 560, 450, 430, 410], "SKU-0, €64.17"),
        ("category", "55% of what returns cost is Shoes", [1430, 1190], "Shoes, €47.67"),
        ("nonsense", "55% of what returns cost is Shoes", [1430, 1190], "Shoes, €47.67"),
    ],
)
def test_the_cost_is_split_by_what_the_reader_chooses(
    visit: Visit, by: str, share: str, areas: list[int], each: str
) -> None:
    visitor = visit()
    visitor.go("/costs")
    visitor.filter("by", by)
    # what stands there by default is not written down, or the page would be drawn twice
    assert visitor.address == ("/costs" if by == "category" else f"/costs?by={by}")
    area = of_type(visitor.card(share), "Graph")[0]["props"]["figure"]["data"][0]
    assert area["values"] == areas
    assert visitor.says(f"Dearest for one line: {each}")


def test_the_trend_tells_the_last_month_that_is_over(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/costs")
    figure = of_type(visitor.card("Returns requested in May 2026 cost €300"), "Graph")[0]["props"]["figure"]
    bars = {bar["name"]: (bar["x"], bar["y"]) for bar in figure["data"]}
    assert bars["Complete"][0] == ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026"]
    assert bars["Complete"][1] == [1120, 300, 300, 300, 300]
    assert bars["Still open"] == (["Jun 2026"], [300])


def test_the_dearest_lines_stand_on_the_page_each_a_door_to_its_rma(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/costs")
    card = visitor.card("The 60 RMA lines behind these figures")
    rows = table_rows(card)
    assert len(rows) == 25
    assert rows[0] == [
        "1 Jan 2026", "RMA-0", "SKU-0", "Wrap dress", "Shoes", "Changed mind", "Refunded", "1", "€400.00", "€400.00",
        "€0.00", "€400.00",
    ]  # fmt: skip
    assert of_type(card, "Link")[0]["props"]["href"] == "/rma/RMA-0"
    assert of_type(card, "Link")[-1]["props"]["href"] == "/costs?rows=2"
    numbers = {row[1] for row in rows}
    for part in (2, 3):
        visitor.go(f"/costs?rows={part}")
        numbers |= {row[1] for row in table_rows(visitor.card("The 60 RMA lines behind these figures"))}
    assert len(numbers) == 60
    last = visitor.card("The 60 RMA lines behind these figures")
    assert "Next rows" not in told(last)
    assert "Previous rows" in told(last)


def test_filters_that_leave_nothing_say_so(visit: Visit) -> None:
    page = visit().go("/costs?category=hats")
    notices = {told(one) for one in of_class(page, "notice")}
    assert notices == {"Nothing hereNo row matches. Widen the dates or clear a filter."}
    assert headline(page)[0] == "€0"
