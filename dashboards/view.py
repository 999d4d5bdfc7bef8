"""One request's view: who asks, in which language and palette, for what of which published set.

What belongs here: what a page needs to draw itself, gathered from the request once. What does not:
how anything looks (``components/``) or is computed (``pages/``).
"""

from __future__ import annotations

from dataclasses import dataclass

import flask
import polars as pl
from flask_login import current_user

from dashboards.access import DECIDERS
from dashboards.context import AppContext
from dashboards.data import PublishedSet
from dashboards.filters import Filters
from dashboards.format import masked
from dashboards.i18n import Speech, language
from dashboards.theme import DARK, LIGHT, Theme


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in: a name and one of the roles analyst, reviewer and admin."""

    name: str
    role: str

    @property
    def may_decide(self) -> bool:
        """Whether this person may decide cases and see identifiers of shoppers."""
        return self.role in DECIDERS


NOBODY = Person("", "")


@dataclass(frozen=True, slots=True)
class View:
    """What a page is drawn from. ``name`` is the rest of the address after the page's own path."""

    context: AppContext
    published: PublishedSet
    filters: Filters
    speech: Speech
    theme: Theme
    person: Person
    name: str = ""

    def text(self, sentence: str, **values: object) -> str:
        """Return an English sentence in the reader's language, with the values put in."""
        return self.speech.text(sentence, **values)

    def has(self, table: str) -> bool:
        """Whether the set holds that table."""
        return self.published.has(table)

    def lines(self) -> pl.LazyFrame:
        """Return the return lines that the filters leave, to be read when collected."""
        return self.filters.lines(self.published.scan("report_return_lines"))

    def shopper(self, customer_id: str | None) -> str:
        """Return a shopper's identifier, all but its end masked for those who may not see it."""
        if customer_id is None:
            return self.text("Not named")
        return customer_id if self.person.may_decide else masked(customer_id)


def person() -> Person:
    """Return who makes the request; NOBODY where nobody is logged in."""
    if not current_user or not current_user.is_authenticated:
        return NOBODY
    return Person(str(current_user.name), str(current_user.role))


def is_dark() -> bool:
    """Whether the request asks for the dark palette."""
    return flask.request.cookies.get("rw_theme") == "dark"


def request_view(context: AppContext, search: str | None, name: str = "") -> View:
    """Return the view of the request. PublishedSetError where there is no published set."""
    published = context.published()
    speech = Speech(language(), published.text("reporting_currency"))
    theme = DARK if is_dark() else LIGHT
    return View(context, published, Filters.parse(search), speech, theme, person(), name)
