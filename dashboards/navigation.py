"""From address to page, and from filter controls to address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component
from polars.exceptions import ColumnNotFoundError

from dashboards.components.cards import PART
from dashboards.components.shell import navigation
from dashboards.components.sliders import moved
from dashboards.components.states import notice, unpublished
from dashboards.context import AppContext
from dashboards.data import PublishedSetError
from dashboards.filters import LISTS, Filters
from dashboards.format import MISSING
from dashboards.i18n import Speech, language
from dashboards.pages.registry import DETAILS, MENU, PAGES
from dashboards.view import View, request_view

Content = Component | list[Component]


def register(app: Dash, context: AppContext) -> None:
    """Give the application the callbacks that draw pages, and keep filters and sliders in the address."""

    @app.callback(
        Output("page", "children"),
        Output("nav", "children"),
        Output("set-status", "children"),
        Input("url", "pathname"),
        Input("url", "search"),
        Input("refresh", "data"),
    )
    def show(pathname: str | None, search: str | None, _refresh: object) -> tuple[Content, Component, str]:
        return show_page(context, pathname or "/", search)

    @app.callback(
        Output("url", "search"),
        Input({"type": "filter", "name": ALL}, "value"),
        Input({"type": "clear", "name": ALL}, "n_clicks"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def keep(values: Sequence[object], clicks: Sequence[int | None], search: str | None) -> object:
        if any(clicks) and isinstance(ctx.triggered_id, dict) and ctx.triggered_id.get("type") == "clear":
            return Filters().search()
        names = [entry["id"]["name"] for entry in ctx.inputs_list[0]]
        wanted = with_controls(Filters.parse(search), dict(zip(names, values, strict=True))).search()
        return no_update if wanted == Filters.parse(search).search() else wanted

    _register_sliders(app, context)


def _register_sliders(app: Dash, context: AppContext) -> None:
    """Give the application the callback that keeps sliders in the address."""

    @app.callback(
        Output("url", "search", allow_duplicate=True),
        Input({"type": "slider", "name": ALL}, "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def slide(places: Sequence[object], search: str | None) -> object:
        names = [entry["id"]["name"] for entry in ctx.inputs_list[0]]
        at = {name: place for name, place in zip(names, places, strict=True) if isinstance(place, int)}
        try:
            wanted = moved(request_view(context, search), at)
        except PublishedSetError:
            return no_update
        return no_update if wanted == Filters.parse(search).search() else wanted


def show_page(context: AppContext, pathname: str, search: str | None) -> tuple[Content, Component, str]:
    """Return the page at an address, the navigation and what is said of the set; an error as a page that says so."""
    filters = Filters.parse(search)
    speech = Speech(language())
    nav = navigation(speech, MENU, pathname, filters.shared())
    try:
        view = request_view(context, search, unquote(pathname.strip("/").partition("/")[2]))
        return page_at(view, pathname), nav, set_status(view)
    except (PublishedSetError, ColumnNotFoundError) as error:
        problem = notice(speech.text("No figures can be shown"), unpublished(speech, error), "error")
        return [html.H1(speech.text("Nothing published yet"), tabIndex=-1), problem], nav, ""


def page_at(view: View, pathname: str) -> Content:
    """Return the content of the page at that address."""
    first = "/" + pathname.strip("/").partition("/")[0]
    page = PAGES.get(first)
    if page is not None and (not view.name or first in DETAILS):
        return page.render(view)
    text = view.text("There is no page at this address. Choose one on the left.")
    return [html.H1(view.text("Not found"), tabIndex=-1), notice(view.text("Not found"), text, "error")]


def set_status(view: View) -> str:
    """Return up to when the figures tell, and in which currency."""
    at = view.published.moment("as_of")
    return view.text(
        "As of {moment} UTC, in {currency}", moment=view.speech.moment(at), currency=view.speech.currency or MISSING
    )


def with_controls(filters: Filters, values: dict[str, object]) -> Filters:
    """Return the filters with what the page's controls hold put in."""
    lists = {key: _texts(values[key]) if key in values else getattr(filters, key) for key in LISTS}
    days = {
        key: _day(values[key]) if key in values else old for key, old in (("from", filters.first), ("to", filters.last))
    }
    other = {
        key: str(value) for key, value in values.items() if key not in {*LISTS, "from", "to"} and value is not None
    }
    wanted = Filters(days["from"], days["to"], **lists, other={**filters.other, **other})
    # a changed filter shows other rows than before, from the first on; controls that just stood change nothing
    stood = wanted.search() == filters.search()
    return wanted if stood else replace(wanted, other={key: it for key, it in wanted.other.items() if key != PART})


def _texts(value: object) -> tuple[str, ...]:
    """Return a control's several values."""
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _day(value: object) -> date | None:
    """Return a control's day; None while it is not whole."""
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
