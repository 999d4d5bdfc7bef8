"""Every page in a real browser: its figures, its states, its languages, what it lets people take away."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from dashboards.i18n import LANGUAGES, Speech, catalogue
from dashboards.pages.registry import MENU
from tests.dashboards.browser.conftest import Visit, go
from tests.desk_shop import CASES, STAKES, N, lines

pytestmark = pytest.mark.slow
"""Minutes in a browser."""

TOTAL = sum(STAKES) + 30 * (N - len(STAKES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_heading_and_fits_a_telephone(visit: Visit, language: str) -> None:
    page, speech = visit("/", width=390, language=language), Speech(language)
    case = speech.text("Case {name}", name="C-ring")
    told = [(path, speech.text(title)) for path, title in MENU]
    for path, title in [*told, ("/case/C-ring", case), ("/rma/RMA-0", "RMA RMA-0")]:
        go(page, path, title)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
        assert page.title() == f"{title} · returnwatch"


@pytest.mark.parametrize("language", ["nl", "de"])
def test_pages_speak_the_readers_language(visit: Visit, language: str) -> None:
    page = visit("/costs", language=language)
    expect(page.locator("#page h1")).to_have_text(catalogue(language)["Cost of returns"])
    assert page.get_attribute("html", "lang") == language
    told = "2.620" if language == "nl" else "2.620\N{NO-BREAK SPACE}€"
    expect(page.locator(".kpis dd").first).to_contain_text(told)


@pytest.mark.parametrize(("language", "month", "day"), [("nl", "januari 2026", "ma"), ("de", "Januar 2026", "Mo")])
def test_calendars_speak_the_readers_language(visit: Visit, language: str, month: str, day: str) -> None:
    page = visit("/costs?from=2026-01-05", language=language)
    page.get_by_role("textbox", name=catalogue(language)["From"], exact=True).click()
    expect(page.get_by_role("button", name=month, exact=True)).to_be_visible()
    expect(page.locator("table th").get_by_text(day, exact=True)).to_be_visible()


def test_the_cost_page_tells_the_sum_of_the_lines_and_follows_its_filter(visit: Visit) -> None:
    page = visit("/costs")
    expect(page.locator(".kpis dd").first).to_have_text(f"€{TOTAL:,}")
    page.get_by_role("textbox", name="Category").click()
    page.get_by_role("option", name="shoes").click()
    shoes = lines().filter(category="shoes")["cost"].sum()
    expect(page.locator(".kpis dd").first).to_have_text(f"€{shoes:,.0f}")
    assert "category=shoes" in page.url
    linked = visit("/costs?category=shoes")
    expect(linked.locator(".kpis dd").first).to_have_text(f"€{shoes:,.0f}")


def test_a_figure_leads_to_its_rows_and_they_can_be_taken_away(visit: Visit) -> None:
    page = visit("/costs?by=reason&channel=store")
    kept = lines().filter(channel="store")
    card = page.locator(".card", has_text="RMA lines behind these figures")
    expect(card.locator("tbody tr")).to_have_count(kept.height)
    with page.expect_download() as waiting:
        card.get_by_role("link", name="Data as CSV").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text(encoding="utf-8"))))
    assert sum(Decimal(row["cost"]) for row in rows) == kept["cost"].sum()
    with page.expect_download() as waiting:
        card.get_by_role("link", name="Data as XLSX").click()
    sheet = load_workbook(io.BytesIO(waiting.value.path().read_bytes()))["data"]
    assert sheet.max_row == kept.height + 1
    card.get_by_role("link", name="RMA-0").first.click()
    expect(page.locator("#page h1")).to_have_text("RMA RMA-0")


def test_a_chart_gives_its_picture_and_its_definition(visit: Visit) -> None:
    page = visit("/costs")
    card = page.locator(".card", has_text="Returns cost")
    page.wait_for_selector(".card .js-plotly-plot .bars")
    for kind in ("PNG", "SVG"):
        with page.expect_download() as waiting:
            card.first.get_by_role("button", name=f"Picture as {kind}").click()
        assert waiting.value.suggested_filename == f"components.{kind.lower()}"
    card.first.locator("summary").click()
    expect(card.first.locator(".definition")).to_contain_text("The cost ledger")


def test_the_overview_tells_the_published_figures(visit: Visit) -> None:
    page = visit("/")
    told = page.locator(".kpis").inner_text()
    for figure in ("€9,000", "15.0% of sales", "€60,000", "16.0%", "120"):
        assert figure in told
    expect(page.locator("body")).to_contain_text("22.0% of sales by value came back in May 2026")


def test_data_quality_shows_the_refused_rows(visit: Visit) -> None:
    page = visit("/quality")
    expect(page.locator("body")).to_contain_text("3 rows were refused")
    expect(page.locator(".card", has_text="rows were refused").locator("tbody tr")).to_have_count(3)
    expect(page.locator("body")).to_contain_text("Not in this published set")


def test_the_queue_shows_cases_in_order_and_what_is_at_stake(visit: Visit) -> None:
    page = visit("/queue")
    names = page.locator(".ag-center-cols-container [col-id=case_id] a")
    expect(names).to_have_count(len(set(CASES)))
    assert names.all_inner_texts() == list(dict.fromkeys(CASES))
    expect(page.locator("#standing")).to_contain_text(f"€{sum(STAKES):,} at stake")
    first = page.locator(".ag-center-cols-container [row-index='0']")
    expect(first.locator("[col-id=at_stake]")).to_have_text("€700")
    expect(first.locator("[col-id=n_rmas]")).to_have_text("3")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_shows_all_its_columns_on_a_small_laptop(visit: Visit, language: str) -> None:
    page = visit("/queue", width=1280, language=language)
    expect(page.locator(".ag-center-cols-container [col-id=state]").first).to_be_visible()
    hidden = "(grid) => grid.scrollWidth - grid.clientWidth"
    assert page.locator(".ag-center-cols-viewport").evaluate(hidden) == 0
    for column in ("case_id", "stage", "at_stake"):
        cells = page.locator(f".ag-center-cols-container [col-id={column}]")
        assert cells.first.evaluate(hidden) == 0, column


def test_the_queue_can_be_searched_and_a_view_kept(visit: Visit) -> None:
    page = visit("/queue")
    page.get_by_label("Search", exact=True).fill("c-two")
    page.wait_for_url(re.compile("q=c-two"))
    expect(page.locator(".ag-center-cols-container [col-id=case_id] a")).to_have_count(1)
    page.get_by_label("Name of view").fill("the last one")
    page.get_by_role("button", name="Save view").click()
    again = visit("/queue")
    again.get_by_role("textbox", name="Saved views").click()
    again.get_by_role("option", name="the last one").click()
    again.wait_for_url(re.compile("q=c-two"))
    expect(again.locator(".ag-center-cols-container [col-id=case_id] a")).to_have_count(1)


def test_an_address_without_a_page_says_so(visit: Visit) -> None:
    page = visit("/nothing")
    expect(page.locator("#page h1")).to_have_text("Not found")
    expect(visit("/case/C-unknown").locator("#page")).to_contain_text("not among those of the current set")
