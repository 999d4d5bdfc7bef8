"""Accessibility of every page, as axe finds it: nothing serious or critical, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from dashboards.pages.registry import MENU
from tests.dashboards.browser.conftest import Visit, go

pytestmark = pytest.mark.slow
"""Minutes in a browser."""

ADDRESSES = [*MENU, ("/case/C-ring", "Case C-ring"), ("/rma/RMA-0", "RMA RMA-0")]


def barriers(page: Page, path: str) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{path} {one['id']}: {node['html'][:140]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(visit: Visit, theme: str) -> None:
    page, found = visit("/", theme=theme), list[str]()
    for path, heading in ADDRESSES:
        go(page, path, heading)
        page.wait_for_timeout(500)
        found += barriers(page, path)
    assert found == []
