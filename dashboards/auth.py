"""Letting people in: the log-in page, sessions, and the checks that come before every request.

A browser holds a signed random token in a cookie that scripts cannot read; the session itself lies in the store, ends
after a while, and can be ended there. Whatever changes something must show the session's own token against forgery
(CSRF) in a header or a field, and come from a page of this server.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

import flask
import flask.typing
from flask_login import LoginManager, UserMixin, current_user
from itsdangerous import BadSignature, Signer

from dashboards import access
from dashboards.accounts import Account, AccountStore, Bearer
from dashboards.errors import DashboardError, ForbiddenError
from dashboards.i18n import Speech, language
from dashboards.lockout import Lock
from dashboards.reviews.ledger import Note
from dashboards.reviews.store import ReviewStore
from dashboards.secrets import derived
from dashboards.serving import ServeSettings

CSRF_COOKIE, CSRF_HEADER, CSRF_FIELD = "_csrf_token", "X-CSRFToken", "csrf"
"""The names that Dash's own scripts use: they copy the cookie into the header."""
PRE_COOKIE = "log_in"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
API = "api."


class User(UserMixin):  # type: ignore[misc]
    """Who makes a request, as ``flask_login.current_user``."""

    def __init__(self, account: Account, session: str | None = None, bearer: Bearer | None = None) -> None:
        self.name = account.name
        self.role = account.role
        self.session = session
        self.scopes = bearer.scopes if bearer else frozenset()

    def get_id(self) -> str:
        """Return what names the person."""
        return self.name


@dataclass(frozen=True, slots=True)
class Doors:
    """What lets people in: accounts, the lock, the key that signs, the store that writes down who came."""

    accounts: AccountStore
    lock: Lock
    store: ReviewStore
    key: bytes
    settings: ServeSettings

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; with TLS one that only this host can set."""
        return "__Host-session" if self.settings.is_https else "session"

    def sign(self, text: str) -> str:
        """Return a text that only this server can have made."""
        return Signer(derived(self.key, "cookie"), digest_method=sha256).sign(text).decode()

    def unsigned(self, text: str | None) -> str | None:
        """Return a text that this server signed; None where it did not."""
        given = text or ""
        try:
            told = Signer(derived(self.key, "cookie"), digest_method=sha256).unsign(given).decode()
        except (BadSignature, UnicodeDecodeError):
            return None
        # the last letter of a signature has bits to spare: only one spelling of it was given out
        return told if hmac.compare_digest(self.sign(told).encode(), given.encode()) else None

    def csrf(self, session: str) -> str:
        """Return the token against forgery that belongs to a session."""
        return hmac.new(derived(self.key, "csrf"), session.encode(), sha256).hexdigest()


def install(server: flask.Flask, doors: Doors) -> None:
    """Have a server let in whom it should, and give it the log-in page."""
    manager = LoginManager()
    manager.init_app(server)
    manager.session_protection = None  # the session is the store's, and Flask's own is not used
    manager.request_loader(lambda request: _user(doors, request))
    server.before_request(lambda: _guard(doors))
    server.add_url_rule("/login", "log_in_page", lambda: log_in_page(doors), methods=["GET"])
    server.add_url_rule("/login", "log_in", lambda: log_in(doors), methods=["POST"])
    server.add_url_rule("/logout", "log_out", lambda: log_out(doors), methods=["POST"])


def _user(doors: Doors, request: flask.Request) -> User | None:
    """Return who makes a request: by a token on the API, by a session everywhere else; None where nobody known does."""
    if (request.endpoint or "").startswith(API):
        kind, _, raw = request.headers.get("Authorization", "").partition(" ")
        bearer = doors.accounts.bearer(raw.strip()) if kind.lower() == "bearer" and raw.strip() else None
        return User(bearer.account, bearer=bearer) if bearer else None
    session = doors.unsigned(request.cookies.get(doors.cookie))
    account = doors.accounts.session_account(session) if session else None
    return User(account, session) if account else None


def _guard(doors: Doors) -> flask.typing.ResponseReturnValue | None:
    """Turn away who may not call this endpoint; None lets the request through."""
    endpoint = flask.request.endpoint
    if endpoint is None or endpoint in access.PUBLIC:
        if endpoint is not None and flask.request.method not in SAFE:
            _require_same_site()
        return None
    if endpoint.startswith(API):
        _guard_api(endpoint)
        return None
    if not current_user.is_authenticated:
        return _ask_to_log_in()
    if current_user.role not in access.roles_of(endpoint):
        raise ForbiddenError("your role may not do this; ask an admin")
    if flask.request.method not in SAFE:
        _require_same_site()
        _require_token(doors, current_user.session)
    if endpoint == access.UPDATE:
        _guard_callback()
    return None


def _guard_callback() -> None:
    """Raise ForbiddenError where a person's role may not have that part of the document changed."""
    asked = flask.request.get_json(silent=True)
    output = asked.get("output") if isinstance(asked, dict) else None
    if current_user.role not in access.roles_of_callback(output):
        raise ForbiddenError("your role may not do this; ask an admin")


def _guard_api(endpoint: str) -> None:
    """Raise where a token does not open an endpoint of the API."""
    if not current_user.is_authenticated:
        raise UnknownError(
            "this needs a token: send it as `Authorization: Bearer …`; `returnwatch users token` makes one"
        )
    if access.SCOPES.get(endpoint) not in current_user.scopes:
        raise ForbiddenError(f"this token lacks the scope {access.SCOPES.get(endpoint)}")


class UnknownError(DashboardError):
    """Nobody known makes the request."""

    status = 401


def _ask_to_log_in() -> flask.typing.ResponseReturnValue:
    """Send a person to the log-in page, and a script away."""
    wants_page = flask.request.method == "GET" and "text/html" in flask.request.headers.get("Accept", "")
    if wants_page:
        return flask.redirect(flask.url_for("log_in_page", next=flask.request.full_path.rstrip("?")))
    raise UnknownError("you are not logged in, or your session has ended; log in again")


def _require_same_site() -> None:
    """Raise ForbiddenError where another site's page made the request, as far as the browser tells."""
    headers = flask.request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForbiddenError("this came from another site's page; open the page here and try again")
    origin = headers.get("Origin")
    if origin is not None and urlsplit(origin)[:2] != urlsplit(flask.request.host_url)[:2]:
        raise ForbiddenError("this came from another site's page; open the page here and try again")


def _require_token(doors: Doors, session: str) -> None:
    """Raise ForbiddenError where a request lacks the token of its session."""
    given = flask.request.headers.get(CSRF_HEADER) or flask.request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(given.encode(), doors.csrf(session).encode()):
        raise ForbiddenError("this page is older than your session; load it again")


def log_in_page(doors: Doors, message: str = "", status: int = 200) -> flask.Response:
    """Return the log-in page; who is logged in already goes on."""
    if current_user.is_authenticated and not message:
        return _go_on()
    held = doors.unsigned(flask.request.cookies.get(PRE_COOKIE)) or secrets.token_urlsafe(24)
    speech = Speech(language())
    page = flask.render_template(
        "login.html.j2",
        say=speech.text,
        language=speech.language,
        csrf=doors.csrf(held),
        message=speech.text(message),
        next=_next(),
        has_oidc=doors.settings.oidc is not None,
    )
    answer = flask.make_response(page, status)
    _set(doors, answer, PRE_COOKIE, doors.sign(held), is_hidden=True)
    return answer


def log_in(doors: Doors) -> flask.Response:
    """Let a person in who knows their password; say the same of an unknown name and of a wrong password."""
    form = flask.request.form
    held = doors.unsigned(flask.request.cookies.get(PRE_COOKIE))
    if held is None or not hmac.compare_digest(form.get(CSRF_FIELD, "").encode(), doors.csrf(held).encode()):
        return log_in_page(doors, "The page had expired. Please try again.", 400)
    name, address = form.get("name", "")[:200].strip(), flask.request.remote_addr or "unknown"
    try:
        doors.lock.count(name, address)
    except DashboardError as error:
        return log_in_page(doors, f"{error.told(Speech(language()))}.", error.status)
    account = doors.accounts.verified(name, form.get("password", ""))
    if account is None:
        known = name in {one.name for one in doors.accounts.all()}
        doors.store.ledger.write(Note(name if known else "(unknown)", "log_in_failed"))
        return log_in_page(doors, "Name or password is wrong.", 401)
    doors.lock.succeeded(name, address)
    return enter(doors, account)


def enter(doors: Doors, account: Account) -> flask.Response:
    """Begin a new session for a person whose identity is settled; the one that the browser had ends."""
    old = doors.unsigned(flask.request.cookies.get(doors.cookie))
    if old:
        doors.accounts.close_session(old)
    session = doors.accounts.open_session(account.name)
    doors.store.ledger.write(Note(account.name, "log_in"))
    answer = _go_on()
    _set(doors, answer, doors.cookie, doors.sign(session), is_hidden=True)
    _set(doors, answer, CSRF_COOKIE, doors.csrf(session), is_hidden=False)
    answer.delete_cookie(PRE_COOKIE)
    return answer


def log_out(doors: Doors) -> flask.Response:
    """End the session, here and in the store."""
    doors.accounts.close_session(current_user.session)
    doors.store.ledger.write(Note(current_user.name, "log_out"))
    answer = flask.make_response(flask.redirect(flask.url_for("log_in_page"), 303))
    for name in (doors.cookie, CSRF_COOKIE):
        answer.delete_cookie(name, secure=doors.settings.is_https)
    return answer


def _go_on() -> flask.Response:
    """Send a person to where they wanted to go."""
    return flask.make_response(flask.redirect(_next(), 303))


def _next() -> str:
    """Return where a person wanted to go: a path of this server, else the first page."""
    wanted = flask.request.values.get("next", "/")
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours and "\\" not in wanted else "/"


def _set(doors: Doors, answer: flask.Response, name: str, value: str, *, is_hidden: bool) -> None:
    """Give the browser a cookie, which no other site's page sends along."""
    answer.set_cookie(name, value, httponly=is_hidden, secure=doors.settings.is_https, samesite="Lax", path="/")
