"""Who may call which endpoint: one table, and what does not stand in it answers nobody.

Paths that people look at are Dash's own and need any role; what a role sees there, and may do, the pages and the store
look after. Endpoints of the API need a token with a scope.
"""

from __future__ import annotations

from dashboards.serving import ADMIN, ANALYST, REVIEWER

PUBLIC = frozenset({"log_in", "log_in_page", "auth_style", "health", "oidc_start", "oidc_back", "api.openapi"})
"""Endpoints that need nobody."""

ANYBODY = frozenset({ANALYST, REVIEWER, ADMIN})
DECIDERS = frozenset({REVIEWER, ADMIN})

ROLES = {
    "log_out": ANYBODY,
    "data": ANYBODY,
    "case_file": DECIDERS,
}
"""Roles that may call an endpoint from a browser."""

SCOPES = {
    "api.queue": "queue:read",
    "api.case": "case:read",
    "api.scores": "scores:read",
    "api.score": "scores:read",
    "api.decide": "decision:write",
}
"""The scope that a token needs for an endpoint of the API."""


def roles_of(endpoint: str) -> frozenset[str]:
    """Return the roles that may call an endpoint from a browser; none where it stands nowhere."""
    is_dash = endpoint.startswith(("/", "_dash"))
    return ROLES.get(endpoint, ANYBODY if is_dash else frozenset())
