"""Return rates by month and by age, against the made-up months and cohorts."""

from __future__ import annotations

import pytest

from tests.dashboards.pages.conftest import Visit
from tests.dashboards.visitor import Node, Visitor, of_type, table_rows


def bars(visitor: Visitor, title: str) -> list[list[float]]:
    figure: Node = of_type(visitor.card(title), "Graph")[0]["props"]["figure"]
    return [bar["y"] for bar in figure["data"]]


def test_each_basis_tells_its_last_whole_month(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/rates")
    by_order = bars(visitor, "Of what was sold in Apr 2026, 15.0% by value came back")
    assert by_order == [[0.2, 0.21, 0.18, 0.15], [0.09, 0.03]]
    by_request = bars(visitor, "Returns requested in May 2026 were 22.0% of its sales by value")
    assert by_request == [[0.08, 0.17, 0.2, 0.19, 0.22], [0.1]]


@pytest.mark.parametrize(
    ("query", "title", "shown"),
    [
        ("from=2026-02-10&to=2026-03-31", "Of what was sold in Mar 2026, 18.0% by value came back", [[0.21, 0.18]]),
        ("from=2026-06-02", "No complete month has sales yet", [[0.03]]),
    ],
)
def test_days_choose_their_months(visit: Visit, query: str, title: str, shown: list[list[float]]) -> None:
    visitor = visit("analyst")
    visitor.go(f"/rates?{query}")
    if "No complete" in title:
        graphs = of_type(visitor.page, "Graph")[:1]
        assert visitor.says(title)
        assert [bar["y"] for bar in graphs[0]["props"]["figure"]["data"]] == shown
    else:
        assert bars(visitor, title) == shown


def test_cohorts_mark_what_is_estimated(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/rates")
    card = visitor.card("The last month of orders is estimated to come back at 25.0%")
    heat, marks = of_type(card, "Graph")[0]["props"]["figure"]["data"]
    assert (heat["x"], heat["y"]) == (["0", "4", "Completed"], ["Jan 2026", "Feb 2026"])
    assert heat["z"] == [[0.05, 0.2, 0.2], [0.06, 0.1, 0.25]]
    assert sorted(zip(marks["y"], marks["x"], strict=True)) == [
        ("Feb 2026", "4"), ("Feb 2026", "Completed"), ("Jan 2026", "Completed")
    ]  # fmt: skip


def test_counts_of_orders_are_no_money(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/rates")
    rows = table_rows(visitor.card("Return rates by what was sold: 2"))
    assert rows[0] == [
        "Order cohort", "Orders", "Channel", "app", "\u2013", "658.00", "178.00", "27.1%", "28.0%", "27.0%", "29.0%",
        "no", "no",
    ]  # fmt: skip
    assert rows[1][4:9] == ["1 Jan 2026", "41,000.00", "12,000.00", "29.3%", "\u2013"]
