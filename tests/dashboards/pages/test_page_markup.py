"""Texts that are code, in every field that is imported: none is live on any page, in a chart or in the queue."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboards.charts import Point, funnel_limits, lying_bars, treemap
from dashboards.components.cards import Listing, listing_card
from dashboards.components.network import account_graph
from dashboards.components.tables import Column, data_table
from dashboards.context import AppContext
from dashboards.filters import Filters
from dashboards.i18n import Speech
from dashboards.pages.registry import MENU
from dashboards.theme import LIGHT
from dashboards.view import Person, View
from tests.dashboards.hostile import hostile_set
from tests.dashboards.markup import drawn_texts, live
from tests.dashboards.pages.conftest import VisitorMaker
from tests.dashboards.payloads import PAYLOADS
from tests.dashboards.visitor import Node, drawn, figures, of_type, texts, told
from tests.desk_shop import publish, scores

N = len(PAYLOADS)


def test_no_text_of_a_set_is_live_on_any_page(other: VisitorMaker) -> None:
    visitor, found = other(hostile_set()), list[tuple[str, str]]()
    cases = [f"/case/{name}" for name in ("C-ring", "C-4", "C-two")]
    for path in [*(path for path, _ in MENU), *cases, "/costs?by=reason", "/costs?by=sku", "/costs?by=country"]:
        page = visitor.go(path)
        # they are there, as texts; the queue's come with its rows
        assert path == "/queue" or any(payload in "".join(texts(page)) for payload in PAYLOADS), path
        found += [(path, one) for one in live(page)]
    assert found == []
    visitor.go("/queue")
    visitor.put("queue", "getRowsRequest", {"startRow": 0, "endRow": 100, "sortModel": []})
    rows = visitor.element("queue")["props"]["getRowsResponse"]["rowData"]
    assert {row["unusual"] for row in rows} <= set(PAYLOADS)
    assert live(visitor.layout) == []
    # what comes with the data is known again by its words in other languages: what has others stays a text
    visitor.browser.client.set_cookie("rw_language", "de")
    for path in ("/quality", "/case/C-ring", "/operations"):
        page = visitor.go(path)
        assert any(payload in "".join(texts(page)) for payload in PAYLOADS), path
        assert live(page) == []


def test_the_name_of_an_rma_leads_to_its_own_page(other: VisitorMaker) -> None:
    visitor = other(hostile_set())
    visitor.go("/case/C-ring")
    link = next(one for one in of_type(visitor.page, "Link") if one["props"]["href"].startswith("/rma/"))
    page = visitor.go(link["props"]["href"])
    assert told(of_type(page, "H1")) == f"RMA {told(link)}"
    assert not visitor.says("The current set has no such RMA.")


@pytest.fixture
def view(tmp_path: Path) -> View:
    publish(tmp_path, {"rma_scores": scores()})
    context = AppContext(tmp_path)
    return View(context, context.published(), Filters(), Speech(), LIGHT, Person("ada", "reviewer"))


def shown(component: object) -> Node:
    """Return a component as a browser gets it."""
    node: Node = component.to_plotly_json()  # type: ignore[attr-defined]
    return node


def plain_tree(component: object) -> object:
    """Return a tree of components as plain values."""
    if isinstance(component, list | tuple):
        return [plain_tree(one) for one in component]
    if hasattr(component, "to_plotly_json") and hasattr(component, "_type"):
        node = shown(component)
        props = {name: plain_tree(value) for name, value in node["props"].items()}
        return drawn({"type": node["type"], "namespace": node["namespace"], "props": props})
    return component.to_plotly_json() if hasattr(component, "to_plotly_json") else component


@pytest.mark.parametrize("kind", ["text", "code", "number", "money", "share", "day", "moment", "shopper", "link"])
def test_none_of_a_thousand_is_live_in_a_cell_of_any_kind(view: View, kind: str) -> None:
    column = Column("it", "It", "text", "/rma/{}") if kind == "link" else Column("it", "It", kind)
    tree = plain_tree(data_table(view, pl.DataFrame({"it": PAYLOADS}), [column], "it"))
    assert live(tree) == []
    cells = ["".join(texts(cell)) for cell in of_type(tree, "Td")]
    wanted = [view.speech.code(one) for one in PAYLOADS] if kind == "code" else PAYLOADS
    assert cells == wanted


def test_none_of_a_thousand_is_live_in_a_chart(view: View) -> None:
    amounts = [Decimal(number + 1) for number in range(N)]
    ones = [1.0] * N
    drawn = (
        lying_bars(view, "", PAYLOADS, ones, ["1"] * N),
        treemap(view, "", PAYLOADS, amounts, ["1"] * N),
        funnel_limits(view, "", [Point(text, 1.0, 0.1, stands_out=True) for text in PAYLOADS], []),
    )
    for figure in drawn:
        said = list(drawn_texts(figure.to_plotly_json()))
        assert [text for text in said if "<" in text.replace("<br>", "").replace("<extra></extra>", "")] == []
        assert any("&lt;script&gt;" in text for text in said)


def test_none_of_a_thousand_accounts_is_live_in_the_graph_of_links(view: View) -> None:
    accounts = pl.DataFrame({"customer_id": PAYLOADS, "n_flagged": [1] * N})
    tree = plain_tree(account_graph(view, accounts, [(name, "Card", 1) for name in PAYLOADS]))
    assert live(tree) == []
    assert len(figures(tree)) == 1


def test_none_of_a_thousand_is_live_as_the_answer_of_a_card(view: View) -> None:
    row, found = pl.DataFrame({"n": [1]}), []
    for payload in PAYLOADS:
        part = Listing(payload, payload, "rma_scores", lambda _: row, lambda _, __, say=payload: say)  # type: ignore[misc]
        tree = plain_tree(listing_card(view, payload, part))
        assert "".join(texts(of_type(tree, "H2"))) == payload
        found += live(tree)
    assert found == []
