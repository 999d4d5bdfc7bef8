"""A real browser before a set whose every text is code: nothing runs, and no element appears that is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Dialog

from dashboards.pages.registry import MENU
from dashboards.server import open_doors, open_store
from dashboards.serving import ServeSettings
from tests.dashboards.browser.conftest import PASSWORD, PEOPLE, Visit
from tests.dashboards.hostile import hostile_set
from tests.desk_shop import publish

pytestmark = pytest.mark.slow
"""Minutes in a browser."""

STRANGE = "#page script, #page iframe, #page img[src=x], #page base, #page form, #page meta, #page a[href^=javascript]"
ADDRESSES = [*(path for path, _ in MENU), "/case/C-ring", "/case/C-4", "/costs?by=reason"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    publish(home, hostile_set())
    doors = open_doors(home, ServeSettings(), open_store(home, ServeSettings()))
    for name, role in PEOPLE.items():
        doors.accounts.add(name, role, PASSWORD)
    doors.store.engine.dispose()
    return home


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_text_of_a_set_runs_in_a_browser(visit: Visit, path: str) -> None:
    opened = list[str]()

    def note(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    page = visit(path)
    page.on("dialog", note)
    page.eval_on_selector_all("#page details", "all => all.forEach(one => { one.open = true; })")
    page.wait_for_load_state("networkidle")
    for chart in page.locator("#page .js-plotly-plot").all():
        chart.hover(force=True)
    assert page.locator(STRANGE).count() == 0
    assert page.url.endswith(path)
    assert opened == []
