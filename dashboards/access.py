"""Who may call what: two tables, and what does not stand in them answers nobody.

``ENDPOINTS`` are the addresses of the server: for everybody, for people of some roles with a session, or for programs
with a token of a scope. Pages are drawn and acted on by callbacks, which share one address: ``CALLBACKS`` says who may
have which part of the document changed. ``docs/access.md`` is made from both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dashboards.serving import ADMIN, ANALYST, REVIEWER

ANYBODY = frozenset({ANALYST, REVIEWER, ADMIN})
DECIDERS = frozenset({REVIEWER, ADMIN})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing to call: its name in the server, its address, what it does, and who may.

    ``roles`` for people with a session; ``scope`` for a program's token; neither where it is for everybody.
    """

    name: str
    address: str
    does: str
    roles: frozenset[str] = NOBODY
    scope: str = ""


SUITES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"

ENDPOINTS = (
    Endpoint("log_in_page", "GET /login", "shows the log-in page"),
    Endpoint("log_in", "POST /login", "lets a person in who knows the password"),
    Endpoint("oidc_start", "GET /oidc/start", "leads to the identity provider, where one is configured"),
    Endpoint("oidc_back", "GET /oidc/back", "lets a person in for whom the provider vouches"),
    Endpoint("auth_style", "GET /auth.css", "the style of the log-in page"),
    Endpoint("health", "GET /health", "says that the process answers"),
    Endpoint("api.openapi", "GET /api/v1/openapi.json", "describes the REST interface"),
    Endpoint("log_out", "POST /logout", "ends the session", ANYBODY),
    Endpoint("/", "GET /", "the document of the pages", ANYBODY),
    Endpoint("/<path:path>", "GET /<path>", "the same, for every page's address", ANYBODY),
    Endpoint("/_dash-layout", "GET /_dash-layout", "the frame around the pages", ANYBODY),
    Endpoint("/_dash-dependencies", "GET /_dash-dependencies", "which callbacks there are", ANYBODY),
    Endpoint("/_dash-update-component", "POST /_dash-update-component", "calls back; see below", ANYBODY),
    Endpoint(SUITES, "GET /_dash-component-suites/…", "scripts of the pages", ANYBODY),
    Endpoint("_dash_assets.static", "GET /assets/<path>", "styles and scripts of the pages", ANYBODY),
    Endpoint("/_favicon.ico", "GET /_favicon.ico", "an icon", ANYBODY),
    Endpoint("data", "GET /data/<page>/<name>.<kind>", "rows behind a chart or table; shoppers masked", ANYBODY),
    Endpoint("case_file", "GET /cases/<case_id>/file", "all of a case in one file; written down", DECIDERS),
    Endpoint("api.queue", "GET /api/v1/queue", "a page of cases", scope="queue:read"),
    Endpoint("api.case", "GET /api/v1/cases/<case_id>", "a case; written down", scope="case:read"),
    Endpoint("api.decide", "POST /api/v1/cases/<case_id>/decisions", "hands in a decision", scope="decision:write"),
    Endpoint("api.scores", "GET /api/v1/scores", "a page of scores", scope="scores:read"),
    Endpoint("api.score", "GET /api/v1/scores/<rma_id>", "one score", scope="scores:read"),
)
"""Every address of the server. Where an analyst may call what a reviewer may, shoppers are masked."""

CALLBACKS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "page.children": ANYBODY,
        "nav.children": ANYBODY,
        "set-status.children": ANYBODY,
        "url.search": ANYBODY,
        "queue.getRowsResponse": ANYBODY,
        "saved-views.data": ANYBODY,
        "toast.children": ANYBODY,
        "draft.children": DECIDERS,
        "refresh.data": DECIDERS,
    }
)
"""Roles that may have a part of the document changed; ``refresh.data`` is what follows every change of a case."""

PUBLIC = frozenset(one.name for one in ENDPOINTS if not one.roles and not one.scope)
"""Endpoints that need nobody."""
ROLES = {one.name: one.roles for one in ENDPOINTS if one.roles}
"""Roles that may call an endpoint from a browser."""
SCOPES = {one.name: one.scope for one in ENDPOINTS if one.scope}
"""The scope that a token needs for an endpoint of the API."""
UPDATE = "/_dash-update-component"
"""The endpoint of callbacks."""


def roles_of(endpoint: str) -> frozenset[str]:
    """Return the roles that may call an endpoint from a browser; none where it stands nowhere."""
    return ROLES.get(endpoint, NOBODY)


def roles_of_callback(output: object) -> frozenset[str]:
    """Return the roles that may have a callback's outputs changed, told as Dash does; none where one stands nowhere."""
    names = [name.partition("@")[0] for name in str(output).strip(".").split("...")]
    return frozenset.intersection(*(CALLBACKS.get(name, NOBODY) for name in names))
