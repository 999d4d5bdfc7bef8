"""The frame around every page: skip link, header with language and palette, navigation, main landmark."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.marks import aria, data
from dashboards.i18n import LANGUAGES, Speech
from dashboards.theme import FONT
from dashboards.view import Person

NAV_PX = 184
HEADER_PX = 44


def shell(speech: Speech, person: Person, *, is_dark: bool) -> Component:
    """Return the whole document's body, without a page yet."""
    frame = dmc.AppShell(
        [
            dmc.AppShellHeader(_header(speech, person, is_dark=is_dark)),
            dmc.AppShellNavbar(html.Div(id="nav", className="nav"), id="navbar"),
            dmc.AppShellMain(html.Div(skeleton(speech), id="page"), id="main", tabIndex=-1),
        ],
        id="frame",
        header={"height": HEADER_PX},
        navbar={"width": NAV_PX, "breakpoint": "sm", "collapsed": {"mobile": True}},
        padding="md",
    )
    document: Component = dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            html.A(speech.text("Skip to content"), href="#main", className="skip"),
            # the calendar's own names of months and days (assets/dates.js)
            dmc.DatesProvider(frame, settings={"locale": speech.language}),
            html.Div(id="toast", role="status", className="toast", **aria(live="polite")),
            dcc.Store(id="key-action"),
            dcc.Store(id="refresh"),
        ],
        forceColorScheme="dark" if is_dark else "light",
        theme={"fontFamily": FONT, "primaryColor": "blue", "respectReducedMotion": True},
    )
    return document


def _header(speech: Speech, person: Person, *, is_dark: bool) -> Component:
    """Return the bar on top."""
    name = html.Div(dcc.Link("returnwatch", href="/"), className="brand")
    burger = html.Button(
        "☰",
        id="burger",
        className="tool burger",
        type="button",
        **aria(label=speech.text("Menu"), expanded="false", controls="navbar"),
    )
    status = html.Div(id="set-status", className="muted set-status")
    return html.Div([burger, name, status, _settings(speech, person, is_dark=is_dark)], className="header")


def _settings(speech: Speech, person: Person, *, is_dark: bool) -> Component:
    """Return language, palette and who is logged in."""
    palette = speech.text("Light") if is_dark else speech.text("Dark")
    parts: list[Component] = [
        html.Span(
            [
                html.Button(
                    code.upper(),
                    className="tool language",
                    type="button",
                    title=name,
                    lang=code,
                    **data(language=code),
                    **aria(label=name, pressed=str(code == speech.language).lower()),
                )
                for code, name in LANGUAGES.items()
            ],
            role="group",
            **aria(label=speech.text("Language")),
        ),
        html.Button(
            palette, id="palette", className="tool", type="button", **data(theme="light" if is_dark else "dark")
        ),
    ]
    if person.name:
        parts.append(html.Span(person.name, className="who", title=speech.code(person.role)))
        parts.append(html.Button(speech.text("Log out"), id="log-out", className="tool", type="button"))
    return html.Div(parts, className="settings")


def navigation(speech: Speech, pages: Sequence[tuple[str, str]], here: str, search: str) -> Component:
    """Return the links to the pages, which keep the shared filters; the one that is shown is marked."""
    links = [
        html.Li(dcc.Link(speech.text(title), href=f"{path}{search}", className="here" if path == here else ""))
        for path, title in pages
    ]
    return html.Nav(html.Ul(links), **aria(label=speech.text("Pages")))


def skeleton(speech: Speech) -> Component:
    """Return what stands while a page is on its way."""
    bars = [html.Div(className="bone") for _ in range(3)]
    return html.Div([html.P(speech.text("Loading"), className="hidden"), *bars], className="skeleton", role="status")
