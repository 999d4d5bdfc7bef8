"""Every page as every role: it draws, in each language and palette, with what the set lacks said."""

from __future__ import annotations

import pytest

from dashboards.pages.registry import MENU
from tests.dashboards.pages.conftest import Visit
from tests.dashboards.visitor import of_class, of_type, told

DETAILS = (("/case/C-ring", "Case C-ring"), ("/rma/RMA-0", "RMA RMA-0"))


@pytest.mark.parametrize("name", ["analyst", "reviewer", "admin"])
def test_every_role_sees_every_page_and_where_it_is(visit: Visit, name: str) -> None:
    visitor = visit(name)
    for path, title in [*MENU, *DETAILS]:
        page = visitor.go(path)
        assert [told(one) for one in of_type(page, "H1")] == [title]
        assert of_class(page, "error") == []
        here = [told(link) for link in of_class(visitor.element("nav"), "here")]
        assert here == ([title] if (path, title) in MENU else [])
    assert told(visitor.element("set-status")) == "As of 20 Jun 2026 06:00 UTC, in EUR"
