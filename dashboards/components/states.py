"""States in which there is nothing to draw: empty, an error, nothing published, and what to do about it."""

from __future__ import annotations

import logging

from dash import html
from dash.development.base_component import Component

from dashboards.data import UNPUBLISHED
from dashboards.i18n import Speech

log = logging.getLogger("returnwatch")


def notice(title: str, text: str, kind: str = "empty", *children: Component) -> Component:
    """Return a calm block with a title and what to do next; ``kind`` is empty, error or partial."""
    role = "alert" if kind == "error" else "status"
    return html.Div(
        [html.P(title, className="notice-title"), html.P(text), *children], className=f"notice {kind}", role=role
    )


def no_table(speech: Speech, table: str) -> Component:
    """Return what stands where the set was published without the table."""
    return notice(
        speech.text("Not in this published set"),
        speech.text(
            "The table {table} is missing or of an older version. Run `returnwatch run` again to publish it.",
            table=table,
        ),
    )


def no_rows(speech: Speech, *, is_filtered: bool) -> Component:
    """Return what stands where there is no row: because of the filters, or because there is nothing to tell."""
    if not is_filtered:
        return notice(speech.text("Nothing to show"), speech.text("The set has no such row. That may be good news."))
    return notice(speech.text("Nothing here"), speech.text("No row matches. Widen the dates or clear a filter."))


def unpublished(speech: Speech, error: Exception) -> str:
    """Return what is said where no set can be read, or one of another version; where it lies is for the log alone."""
    log.warning("%s", error)
    return speech.text(UNPUBLISHED)
