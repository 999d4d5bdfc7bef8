"""Sliders, pages of rows, and the network of a case in a real browser: by mouse, by keyboard, and for axe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.dashboards.browser.conftest import Visit, peopled
from tests.dashboards.browser.test_browser_access import barriers
from tests.dashboards.conftest import tables
from tests.dashboards.test_lab_and_links import replayed, shared
from tests.desk_shop import page_tables

pytestmark = pytest.mark.slow
"""Minutes in a browser."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose set has replays and links too."""
    more = {"report_policy": replayed(), "report_account_links": shared()}
    return peopled(tmp_path_factory.mktemp("home"), tables() | page_tables() | more)


def test_a_slider_is_moved_by_keyboard_and_tells_what_was_published(visit: Visit) -> None:
    page = visit("/policy")
    expect(page.locator("#page")).to_contain_text("Move a slider")
    page.get_by_role("slider", name="Window days: as it is").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("window_days=14"))
    expect(page.locator("#page")).to_contain_text("Window days: 14")
    expect(page.locator(".card").first).to_contain_text("€1,500")
    linked = visit("/policy?window_days=30&unopened_only=yes")
    expect(linked.locator(".card").first).to_contain_text("--change unopened_only=yes --change window_days=30")


def test_rows_are_turned_over_and_another_filter_begins_anew(visit: Visit) -> None:
    page = visit("/costs?by=reason")
    page.get_by_role("link", name="Next rows").click()
    page.wait_for_url(re.compile("rows=2"))
    expect(page.locator(".turns")).to_contain_text("Part 2")
    page.get_by_role("textbox", name="Category").click()
    page.get_by_role("option", name="shoes").click()
    page.wait_for_url(re.compile("category=shoes"))
    assert "rows=2" not in page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sliders_and_the_network_have_no_serious_barrier(visit: Visit, theme: str) -> None:
    found = list[str]()
    for path in ("/policy?window_days=30&unopened_only=yes", "/case/C-ring", "/costs?rows=2"):
        page = visit(path, theme=theme)
        page.wait_for_timeout(1000)
        found += barriers(page, path)
    assert found == []


def test_the_log_in_page_has_no_serious_barrier_in_any_language(visit: Visit, address: str) -> None:
    page = visit("/")
    browser = page.context.browser
    assert browser is not None
    for language in ("en", "nl", "de"):
        context = browser.new_context()
        context.add_cookies([{"name": "rw_language", "value": language, "url": address}])
        log_in = context.new_page()
        log_in.goto(f"{address}/login")
        assert log_in.get_attribute("html", "lang") == language
        assert barriers(log_in, f"/login {language}") == []
        context.close()
