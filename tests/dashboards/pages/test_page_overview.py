"""The first page against the made-up overview: 60,000 sold, 9,600 came back, 9,000 net cost."""

from __future__ import annotations

from tests.dashboards.pages.conftest import Visit
from tests.dashboards.visitor import of_class, of_type, table_rows, told


def test_the_headline_is_what_was_published(visit: Visit) -> None:
    page = visit().go("/")
    told_ = [
        [told(part) for part in group["props"]["children"]] for group in of_class(page, "kpis")[0]["props"]["children"]
    ]
    assert told_ == [
        ["Net cost of returns", "€9,000", "15.0% of sales"],
        ["Sales", "€60,000", "800 orders"],
        ["Return rate by value", "16.0%", "10.0% of units"],
        ["RMAs", "120", "€75.00 each"],
        ["To look at", "9", "flagged RMAs"],
    ]


def test_the_months_tell_the_last_whole_one_and_its_change(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/")
    card = visitor.card("22.0% of sales by value came back in May 2026, up 3.0 points")
    bars = of_type(card, "Graph")[0]["props"]["figure"]["data"]
    assert [bar["y"] for bar in bars] == [[0.08, 0.17, 0.2, 0.19, 0.22], [0.1]]


def test_the_head_of_the_queue_leads_to_its_cases(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/")
    card = visitor.card("9 RMAs need a look, €1,090 at stake")
    rows = table_rows(card)
    assert [row[1] for row in rows] == ["C-ring"] * 3 + ["C-4", "C-5", "C-6", "C-7", "C-two"]
    assert rows[0][5] == "returns 5 units at once; a typical RMA returns 1"
    assert of_type(card, "Link")[0]["props"]["href"] == "/case/C-ring"
