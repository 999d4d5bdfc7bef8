"""The real server on a made-up home, and Debian's chromium to look at it with."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from dashboards.app import mount
from dashboards.server import create_server, open_doors, open_store
from dashboards.serving import ServeSettings
from pipelines.reports.definitions import write_definitions
from tests.dashboards.conftest import tables
from tests.desk_shop import page_tables, publish

PASSWORD = "correct horse battery"  # noqa: S105 - of accounts that live as long as the tests
PEOPLE = {"ada": "reviewer", "bob": "reviewer", "eve": "analyst"}
WAIT_MS = 60_000
"""Machines that test may be busy."""

Visit = Callable[..., Page]
expect.set_options(timeout=WAIT_MS)


class Seen:
    """What a browser's console said that it should not."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.problems.append(message.text)


def peopled(home: Path, frames: dict[str, pl.DataFrame]) -> Path:
    """Publish a set in a home, and give it people of two roles; return it."""
    write_definitions(publish(home, frames))
    settings = ServeSettings()
    doors = open_doors(home, settings, open_store(home, settings))
    for name, role in PEOPLE.items():
        doors.accounts.add(name, role, PASSWORD)
    doors.store.engine.dispose()
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a published set and people of two roles."""
    return peopled(tmp_path_factory.mktemp("home"), tables() | page_tables())


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Serve that home on a free port of this machine; return the address."""
    server = make_server("127.0.0.1", 0, create_server(home, ServeSettings(), mount), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the browser; skips where the machine has none (`apt-get install chromium`)."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def log_in(context: BrowserContext, address: str, name: str) -> Page:
    """Log in as a person does; return the page that they come to."""
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{address}/login")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#page h1")
    return page


@pytest.fixture(scope="module")
def contexts(chromium: Browser, address: str) -> Iterator[dict[str, BrowserContext]]:
    """Return a browser session for each person, logged in."""
    made = {name: chromium.new_context(accept_downloads=True) for name in PEOPLE}
    for name, context in made.items():
        log_in(context, address, name).close()
    yield made
    for context in made.values():
        context.close()


def go(page: Page, path: str, heading: str) -> None:
    """Follow a link inside the application, which loads nothing anew; wait for the page's heading."""
    page.evaluate(
        "path => { history.pushState({}, '', path); dispatchEvent(new CustomEvent('_dashprivate_pushstate')); }", path
    )
    expect(page.locator("#page h1")).to_have_text(heading)


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def visit(contexts: dict[str, BrowserContext], address: str, seen: Seen) -> Iterator[Visit]:
    """Open an address as somebody, at a width, in a language and palette; the console must stay silent."""
    pages: list[Page] = []

    def open_page(path: str, name: str = "ada", width: int = 1440, language: str = "en", theme: str = "light") -> Page:
        context = contexts[name]
        wanted = {"rw_language": language, "rw_theme": theme}
        context.add_cookies([{"name": key, "value": value, "url": address} for key, value in wanted.items()])
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(WAIT_MS)
        page.on("console", seen.note)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address + path)
        page.wait_for_selector("#page h1")
        return page

    yield open_page
    for page in pages:
        page.close()
    assert seen.problems == []
