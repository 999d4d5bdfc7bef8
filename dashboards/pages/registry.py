"""All pages by their address, in the order of the navigation."""

from __future__ import annotations

from dashboards.pages import (
    case,
    costs,
    model,
    operations,
    overview,
    policy,
    products,
    quality,
    queue,
    rates,
    shoppers,
)
from dashboards.pages.page import Page

ORDER: tuple[Page, ...] = (
    overview.PAGE,
    queue.PAGE,
    costs.PAGE,
    rates.PAGE,
    products.PAGE,
    shoppers.PAGE,
    operations.PAGE,
    policy.PAGE,
    model.PAGE,
    quality.PAGE,
)

DETAIL_PAGES: tuple[Page, ...] = (case.PAGE, case.RMA_PAGE)
"""Pages of one thing, whose name stands in the address after the page's own path."""

PAGES: dict[str, Page] = {page.path: page for page in (*ORDER, *DETAIL_PAGES)}
DETAILS = frozenset(page.path for page in DETAIL_PAGES)
MENU: tuple[tuple[str, str], ...] = tuple((page.path, page.title) for page in ORDER)
BY_KEY: dict[str, Page] = {page.key: page for page in PAGES.values()}
