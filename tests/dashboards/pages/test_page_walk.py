"""Every page as every role, in each language and palette, on sets that have all, little and nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboards.components.cards import Chart, Listing
from dashboards.components.tables import Column
from dashboards.i18n import LANGUAGES, catalogue
from dashboards.pages.registry import DETAIL_PAGES, MENU, ORDER
from pipelines.reports.catalogue import REPORT_TABLES
from tests.dashboards.conftest import tables
from tests.dashboards.pages.conftest import ServerMaker, Visit
from tests.dashboards.report_frames import report_frames
from tests.dashboards.visitor import Visitor, figures, nodes, of_class, of_type, told
from tests.desk_shop import page_tables, publish, scores

DETAILS = (("/case/C-ring", "Case C-ring"), ("/rma/RMA-0", "RMA RMA-0"))
DECLARED = {table.name: set(table.columns) for table in REPORT_TABLES}
PARTS = [(page.key, part) for page in ORDER for part in page.parts]
FLAWS = ("None", "nan", "{", "Traceback", "Decimal(")
"""What a reader should never meet."""


@pytest.mark.parametrize("name", ["analyst", "reviewer", "admin"])
def test_every_role_sees_every_page_and_where_it_is(visit: Visit, name: str) -> None:
    visitor = visit(name)
    for path, title in [*MENU, *DETAILS]:
        page = visitor.go(path)
        assert [told(one) for one in of_type(page, "H1")] == [title]
        assert of_class(page, "error") == []
        assert [flaw for flaw in FLAWS if flaw in told(page)] == []
        here = [told(link) for link in of_class(visitor.element("nav"), "here")]
        assert here == ([title] if (path, title) in MENU else [])
    assert told(visitor.element("set-status")) == "As of 20 Jun 2026 06:00 UTC, in EUR"


@pytest.mark.parametrize("language", ["nl", "de"])
def test_every_page_speaks_the_readers_language(visit: Visit, language: str) -> None:
    visitor, words = visit("reviewer", language=language), catalogue(language)
    for path, title in MENU:
        page = visitor.go(path)
        assert told(of_type(page, "H1")) == words[title]
        # the labels of all that is missing, and of the filters, are the reader's too
        assert not any(text in told(page) for text in ("Not in this published set", "Nothing to show", "Net cost"))
    assert told(visitor.element("nav")) == "".join(words[title] for _, title in MENU)
    visitor.go("/costs")
    amount = {"nl": "€ 2.620", "de": "2.620 €"}[language]
    assert told(of_type(of_class(visitor.page, "kpis")[0], "Dd")[0]) == amount
    assert f'<html lang="{language}">' in visitor.browser.client.get("/").get_data(as_text=True)


def test_the_document_says_which_language_and_palette_it_has(visit: Visit) -> None:
    for theme, other in (("light", "Dark"), ("dark", "Light")):
        visitor = visit("analyst", theme=theme)
        assert visitor.layout["props"]["forceColorScheme"] == theme
        assert told(visitor.element("palette")) == other
        pressed = [told(one) for one in of_class(visitor.layout, "language") if one["props"]["aria-pressed"] == "true"]
        assert pressed == ["EN"]
    assert len(of_class(visitor.layout, "language")) == len(LANGUAGES)
    assert told(of_class(visitor.layout, "who")[0]) == "analyst"


def test_charts_are_drawn_in_the_palette(visit: Visit) -> None:
    drawn = {}
    for theme in ("light", "dark"):
        visitor = visit("analyst", theme=theme)
        visitor.go("/costs")
        drawn[theme] = {figure["layout"]["font"]["color"] for figure in figures(visitor.page)}
    assert len(drawn["light"]) == len(drawn["dark"]) == 1
    assert drawn["light"] != drawn["dark"]


def test_a_chart_is_told_to_those_who_do_not_see_it(visit: Visit) -> None:
    visitor = visit("analyst")
    for path, _ in MENU:
        for card in of_class(visitor.go(path), "card"):
            if of_type(card, "Graph"):
                labels = [node["props"].get("aria-label") for node in nodes(card) if node["props"].get("role") == "img"]
                assert labels == [told(of_type(card, "H2"))]


def test_a_set_of_scores_alone_says_of_each_card_what_it_lacks(tmp_path: Path, serve: ServerMaker) -> None:
    visitor = Visitor.arrive(serve(tmp_path, {"rma_scores": scores()}), "reviewer")
    for page in ORDER:
        drawn = visitor.go(page.path)
        for part in page.parts:
            if part.table != "rma_scores":
                lacking = f"The table {part.table} is missing or of an older version."
                assert any(lacking in told(one) for one in of_class(drawn, "notice")), (page.path, part.name)


def test_a_set_of_an_older_version_says_so_in_place_of_failing(tmp_path: Path, serve: ServerMaker) -> None:
    everything = tables() | report_frames() | page_tables()
    older = {name: frame.select(frame.columns[0]) for name, frame in everything.items()}
    kept = {name: everything[name] for name in ("rma_scores", "flagged_queue")}
    visitor = Visitor.arrive(serve(tmp_path, older | kept), "reviewer")
    for path, title in MENU:
        page = visitor.go(path)
        assert told(of_type(page, "H1")) == title
    assert visitor.go("/rates")
    assert visitor.says("The table report_monthly is missing or of an older version.")
    answer = visitor.browser.client.get("/data/rates/cohorts.csv")
    assert (answer.status_code, "returnwatch run" in answer.get_data(as_text=True)) == (503, True)
    publish(tmp_path, older, "set-2")
    assert told(of_type(visitor.go("/queue"), "H1")) == "Nothing published yet"
    assert visitor.says("Run `returnwatch run` and load this again.")


def test_empty_tables_are_nothing_to_show(tmp_path: Path, serve: ServerMaker) -> None:
    everything = tables() | report_frames() | page_tables()
    visitor = Visitor.arrive(serve(tmp_path, {name: frame.head(0) for name, frame in everything.items()}), "reviewer")
    for path, title in MENU:
        page = visitor.go(path)
        assert told(of_type(page, "H1")) == title
        assert figures(page) == []


def test_without_a_set_every_page_says_what_to_do(tmp_path: Path, serve: ServerMaker) -> None:
    visitor = Visitor.arrive(serve(tmp_path, {"rma_scores": scores()}), "reviewer")
    shutil.rmtree(tmp_path / "published")
    for path, _ in MENU:
        page = visitor.go(path)
        assert told(of_type(page, "H1")) == "Nothing published yet"
        assert visitor.says("Nothing is published that could be shown. Run `returnwatch run` and load this again.")
        # where the home lies is nothing for a browser to know
        assert str(tmp_path) not in told(page)
    answer = visitor.browser.client.get("/data/costs/lines.csv")
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("page", "part"), PARTS, ids=[f"{page}-{part.name}" for page, part in PARTS])
def test_what_a_part_explains_and_lists_is_declared(page: str, part: Chart | Listing) -> None:
    del page
    if part.table in DECLARED:
        assert set(part.defines) - DECLARED[part.table] == set()


def test_made_up_tables_have_declared_columns_alone() -> None:
    made = {**tables(), **report_frames(), **page_tables()}
    wrong = {name: set(frame.columns) - DECLARED[name] for name, frame in made.items() if name in DECLARED}
    assert {name: extra for name, extra in wrong.items() if extra} == {}


def test_every_page_has_an_address_of_its_own() -> None:
    pages = (*ORDER, *DETAIL_PAGES)
    assert len({page.path for page in pages}) == len({page.key for page in pages}) == len(pages)
    assert all(isinstance(column, Column) for _, part in PARTS if isinstance(part, Listing) for column in part.columns)
