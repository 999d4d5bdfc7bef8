"""The Dash application on a Flask server: every page behind one address, drawn from the address alone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import flask
from dash import Dash
from dash.development.base_component import Component

from dashboards import actions, calls, downloads, navigation
from dashboards.access import DECIDERS
from dashboards.components.shell import shell
from dashboards.context import AppContext
from dashboards.i18n import Speech, language
from dashboards.server import Parts
from dashboards.view import is_dark, person

log = logging.getLogger("returnwatch")

INDEX = """<!DOCTYPE html>
<html lang="{language}">
<head>
{metas}
<title>returnwatch</title>
{favicon}
{css}
</head>
<body>
{app_entry}
<footer>
{config}
{scripts}
{renderer}
</footer>
</body>
</html>
"""


class Pages(Dash):
    """Dash with the language of the request in its document, for screen readers and hyphenation."""

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        """Return the document that the browser loads first."""
        known = ("metas", "favicon", "css", "app_entry", "config", "scripts", "renderer")
        return INDEX.format(language=language(), **{name: parts[name] for name in known})


def mount(server: flask.Flask, parts: Parts) -> Sequence[str]:
    """Put the pages on a server; return the hashes of the scripts that stand in their documents."""

    def reviewers() -> Sequence[str]:
        return [one.name for one in parts.accounts.all() if one.role in DECIDERS and not one.is_disabled]

    app = create_app(server, AppContext(parts.home, parts.store, parts.desk, reviewers=reviewers, live=parts.live))
    return app.csp_hashes()


def create_app(server: flask.Flask, context: AppContext) -> Dash:
    """Return the pages, mounted at ``/`` of the server, which sets headers and asks people to log in.

    No script stands in the documents but the one whose hash ``csp_hashes()`` of the application gives.
    """
    app = Pages(
        "returnwatch",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(Path(__file__).parent / "assets"),
        title="returnwatch",
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )

    def layout() -> Component:
        return shell(Speech(language()), person(), is_dark=is_dark())

    app.layout = layout
    navigation.register(app, context)
    actions.register(app, context)
    downloads.register(server, context)
    calls.install(server, app)
    _be_ready(app, server)
    return app


def _be_ready(app: Dash, server: flask.Flask) -> None:
    """Make ready what Dash makes at the first request, while further ones already look for it in vain."""
    with server.test_request_context("/"):
        app._setup_server()  # type: ignore[no-untyped-call]  # noqa: SLF001 - it has no other name
