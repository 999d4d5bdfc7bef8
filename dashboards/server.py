"""The server: log-in, headers, pages, API and errors on one Flask application.

Belongs here: putting the parts together, and what an error looks like. Does not: what any part does.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import flask
from dash.exceptions import CallbackException, DependencyException, InvalidResourceError
from polars.exceptions import ColumnNotFoundError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboards import auth, case_file, headers, oidc
from dashboards.accounts import AccountStore
from dashboards.api.routes import PREFIX, Sources, blueprint
from dashboards.auth import Doors
from dashboards.data import UNPUBLISHED, PublishedSetError
from dashboards.errors import DashboardError
from dashboards.i18n import Speech, language
from dashboards.lockout import Lock
from dashboards.overload import Gate
from dashboards.published_cases import PublishedCases
from dashboards.reviews.database import open_database
from dashboards.reviews.live import LiveStates
from dashboards.reviews.store import ReviewStore
from dashboards.secrets import chain_key, derived, session_key
from dashboards.serving import Desk, ServeSettings

LARGEST_BODY = 1 << 20
"""Bytes that a request may send."""

TITLES = {401: "Log in", 403: "Not allowed", 404: "Not found", 409: "Changed meanwhile", 503: "Not available"}
OTHER_TITLE = "That did not work"
FAILED = "this failed, and was written down as {number}; try again, or tell your admin that number"

log = logging.getLogger("returnwatch")


def open_store(home: Path, settings: ServeSettings) -> ReviewStore:
    """Return the decision store of a home. StoreError where it cannot be opened."""
    return ReviewStore(open_database(home, settings.reviews_url), chain_key(home), settings.rules)


def open_doors(home: Path, settings: ServeSettings, store: ReviewStore) -> Doors:
    """Return what lets people in."""
    key = session_key(home)
    accounts = AccountStore(store.engine, derived(key, "doors"), settings.session, settings.idle)
    return Doors(accounts, Lock(store.engine, derived(key, "lock")), store, key, settings)


@dataclass(frozen=True, slots=True)
class Parts:
    """What pages are made of, beside the published set."""

    home: Path
    store: ReviewStore
    accounts: AccountStore
    live: LiveStates
    cases: PublishedCases
    desk: Desk = field(default_factory=Desk)


Pages = Callable[[flask.Flask, Parts], Sequence[str]]
"""Mounts pages on the server and returns the hashes of their inline scripts."""


def create_server(home: Path, settings: ServeSettings, pages: Pages | None = None) -> flask.Flask:
    """Return the whole server of a home. StoreError where the store or a key cannot be used."""
    store = open_store(home, settings)
    doors = open_doors(home, settings, store)
    parts = Parts(home, store, doors.accounts, LiveStates(store), PublishedCases(home), settings.desk)
    server = flask.Flask("dashboards", static_folder=None)
    server.jinja_options = {"autoescape": True}  # by themselves only files that end in .html are
    server.config.update(
        SECRET_KEY=derived(doors.key, "flask").hex(),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        TRUSTED_HOSTS=list(settings.hosts),
        SESSION_COOKIE_NAME="oidc_state",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        PROPAGATE_EXCEPTIONS=False,
    )
    auth.install(server, doors)
    if settings.oidc is not None:
        oidc.install(server, doors, settings.oidc)
    server.register_blueprint(blueprint(Sources(parts.cases, store, parts.live)))
    server.add_url_rule("/health", "health", health)
    server.add_url_rule("/auth.css", "auth_style", auth_style)
    case_file.install(server, parts.cases, store)
    _install_errors(server)
    hashes = pages(server, parts) if pages else ()
    headers.install(server, hashes, is_https=settings.is_https)
    if settings.proxies:
        n = settings.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    server.wsgi_app = Gate(server.wsgi_app, settings.active, settings.waiting, settings.patience)  # type: ignore[method-assign]
    return server


def health() -> flask.Response:
    """Say that the process answers; nothing more, for anybody may ask."""
    return flask.Response("ok\n", mimetype="text/plain")


def auth_style() -> flask.Response:
    """Return the style of the pages that need nobody."""
    style = files("dashboards").joinpath("templates/auth.css").read_text(encoding="utf-8")
    return flask.Response(style, mimetype="text/css")


def _install_errors(server: flask.Flask) -> None:
    """Have every failure be answered with one line, never with the inside of the program."""
    server.register_error_handler(DashboardError, _wrong)
    for missing in (PublishedSetError, ColumnNotFoundError):
        server.register_error_handler(missing, _nothing_published)
    server.register_error_handler(HTTPException, _refused)
    for kind in (DependencyException, InvalidResourceError, CallbackException):
        server.register_error_handler(kind, lambda _: _told(404, "there is nothing here; load the page again"))
    server.register_error_handler(500, _failed)


def _wrong(error: DashboardError) -> flask.Response:
    """Answer what a person or a program did wrong, a person in their language."""
    return _told(error.status, error.told(Speech(language())) if _wants_page() else str(error))


def _refused(error: HTTPException) -> flask.Response:
    """Answer what the framework refuses."""
    if error.code is not None and error.code < 400:  # noqa: PLR2004 - a redirect
        return flask.make_response(error.get_response())
    return _told(error.code or 500, error.name.lower())


def _nothing_published(error: Exception) -> flask.Response:
    """Answer where no set can be read, or one of another version; its path is for the log alone."""
    log.warning("%s", error)
    return _told(503, UNPUBLISHED)


def _failed(error: Exception) -> flask.Response:
    """Answer an unforeseen failure with a number that the log has too."""
    number = secrets.token_hex(4)
    cause = getattr(error, "original_exception", None) or error
    log.error("failure %s on %s: %s", number, flask.request.endpoint, type(cause).__name__, exc_info=cause)
    error_ = DashboardError(FAILED, number=number)
    return _told(500, error_.told(Speech(language())) if _wants_page() else str(error_))


def _told(status: int, message: str) -> flask.Response:
    """Answer a person with a page and a program with JSON."""
    line = f"{message[:1].upper()}{message[1:]}"
    if _wants_page():
        speech = Speech(language())
        told = {"title": speech.text(_title(status)), "message": speech.text(line)}
        page = flask.render_template("error.html.j2", say=speech.text, language=speech.language, **told)
        return flask.make_response(page, status)
    answer = flask.jsonify(error=line)
    answer.status_code = status
    if status in {429, 503}:
        answer.headers["Retry-After"] = "1"
    return answer


def _wants_page() -> bool:
    """Whether a person asks, who reads a page."""
    return "text/html" in flask.request.headers.get("Accept", "") and not flask.request.path.startswith(PREFIX)


def _title(status: int) -> str:
    """Return the heading of an error's page."""
    return TITLES.get(status, OTHER_TITLE)
