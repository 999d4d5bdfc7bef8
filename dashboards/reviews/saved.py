"""Views of the queue that people keep under a name; nothing of them is audited, for they say nothing of a shopper."""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select

from dashboards.errors import DashboardError
from dashboards.reviews.database import reading, writing
from dashboards.reviews.models import saved_views

LONGEST_NAME, LONGEST_SEARCH, MOST = 60, 2_000, 50


def views_of(engine: Engine, account: str) -> dict[str, str]:
    """Return a person's views: name to the query part of an address, by name."""
    chosen = select(saved_views).where(saved_views.c.account == account).order_by(saved_views.c.name)
    with reading(engine) as connection:
        return {row.name: row.search for row in connection.execute(chosen)}


def save_view(engine: Engine, account: str, name: str, search: str) -> None:
    """Keep a view under a name; an empty search removes it."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME or len(search) > LONGEST_SEARCH:
        raise DashboardError("a view needs a name of 1 to {most} characters; choose another one", most=LONGEST_NAME)
    if search and len(views_of(engine, account).keys() - {name}) >= MOST:
        raise DashboardError("there are {most} views already; remove one first", most=MOST)
    with writing(engine) as connection:
        held = (saved_views.c.account == account) & (saved_views.c.name == name)
        connection.execute(delete(saved_views).where(held))
        if search:
            connection.execute(insert(saved_views).values(account=account, name=name, search=search))
