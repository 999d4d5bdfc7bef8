"""Operations, shoppers and model health, against the made-up lines and tables."""

from __future__ import annotations

import polars as pl

from tests.dashboards.pages.conftest import Visit, VisitorMaker
from tests.dashboards.visitor import of_class, of_type, table_rows, told
from tests.desk_shop import health, page_tables


def test_the_funnel_tells_how_far_lines_come(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/operations")
    figure = of_type(visitor.card("70% of the requested lines came to: Refunded"), "Graph")[0]["props"]["figure"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Requested", "Received", "Refunded"]
    assert figure["data"][0]["x"] == [100, 80, 70]


def test_states_and_waiting_follow_the_filters(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/operations?channel=store")
    bars = of_type(visitor.card("100% of the lines are: Refunded"), "Graph")[0]["props"]["figure"]
    assert (bars["data"][0]["x"], [told["text"] for told in bars["layout"]["annotations"]]) == ([20], ["20"])
    # received four days after the request, refunded two days later
    lines = of_type(visitor.card("Half of the returns arrive within 4.0 days"), "Graph")[0]["props"]["figure"]["data"]
    assert [(line["name"], set(line["y"])) for line in lines] == [
        ("Request to receipt", {4.0}), ("Receipt to refund", {2.0})
    ]  # fmt: skip


def test_a_table_is_shown_whole(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/operations")
    assert table_rows(visitor.card("What waits: 2")) == [
        ["Received", "8-14", "4", "€180.50", "11", "RMA-30"], ["Shipped", "0-2", "1", "€20.00", "2", "RMA-31"]
    ]  # fmt: skip
    assert told(visitor.card("Carriers")).startswith("CarriersNot in this published set")


def test_few_shoppers_make_up_much_of_the_cost(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/shoppers?channel=store&channel=web")
    # every line, yet filtered, so that they are summed anew
    # 59 shoppers; the dearest six cost 600, 100, 90, 80, 70 and 60 of 2,620
    curve = of_type(
        visitor.card("A tenth of the shoppers with returns make up 38% of the cost"), "Graph"
    )[0]["props"]["figure"]["data"][0]  # fmt: skip
    assert (curve["x"][0], curve["y"][0], curve["x"][-1], curve["y"][-1]) == (0, 0, 1, 1)
    assert curve["y"][2] == 600 / 2620


def test_shoppers_are_masked_for_an_analyst_alone(visit: Visit) -> None:
    seen = {}
    for name in ("analyst", "reviewer", "admin"):
        visitor = visit(name)
        visitor.go("/shoppers")
        seen[name] = [row[0] for row in table_rows(visitor.card("Shoppers: 2"))]
    # the dearest first
    open_ = ["CUST-0002", "CUST-0001"]
    assert seen == {"analyst": ["•••02", "•••01"], "reviewer": open_, "admin": open_}


def test_nobody_who_costs_anything_is_nothing_to_draw(other: VisitorMaker) -> None:
    frames = page_tables()
    free = frames["report_return_lines"].with_columns(cost=pl.lit(0, frames["report_return_lines"]["cost"].dtype))
    visitor = other(frames | {"report_return_lines": free})
    visitor.go("/shoppers")
    assert told(visitor.card("Concentration")).endswith("The set has no such row. That may be good news.")
    visitor.go("/costs")
    assert visitor.says("0% of what returns cost is") or visitor.says("\u2013 of what returns cost is")


def test_model_health_tells_version_flags_and_alerts(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/model")
    figures = [told(one) for one in of_class(page, "kpis")[0]["props"]["children"]]
    assert figures == ["Modelm-1", "RMAs scored60", "Flagged15.0%9 RMAs", "Alerts1checks beyond their threshold"]
    # ten scores of the made-up sixty lie above 90, nine of them flagged
    bars = of_type(visitor.card("Flagged RMAs score from 90 up"), "Graph")[0]["props"]["figure"]["data"]
    counts = {bar["name"]: dict(zip(bar["x"], bar["y"], strict=True)) for bar in bars}
    assert (counts["Flagged"][92.5], counts["Not flagged"][92.5], counts["Flagged"][97.5]) == (4, 1, 5)
    checks = table_rows(visitor.card("1 of 2 checks is beyond its threshold"))
    assert [(row[0], row[1], row[9]) for row in checks] == [("PSI", "RMA units", "yes"), ("Flag rate", "All", "no")]


def test_a_set_without_flags_has_no_lowest_score(other: VisitorMaker) -> None:
    frames = page_tables()
    visitor = other(
        {"rma_scores": frames["rma_scores"].with_columns(is_flagged=False), "report_model_health": health()}
    )
    page = visitor.go("/model")
    assert visitor.says("Flagged0.0%0 RMAs", of_class(page, "kpis"))
    assert told(of_type(page, "H2")[0]) == "No RMA is flagged"
