"""Logging in through an organisation's identity provider (OpenID Connect), where one is configured.

The provider says who somebody is and what group they are in; the settings say which group has which role. Somebody in
none of them is not let in.
"""

from __future__ import annotations

from collections.abc import Mapping

import flask
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from joserfc.errors import JoseError

from dashboards import auth
from dashboards.auth import Doors
from dashboards.errors import DashboardError, ForbiddenError
from dashboards.serving import ROLES, OidcSettings


def install(server: flask.Flask, doors: Doors, settings: OidcSettings) -> None:
    """Give a server the two endpoints: the way to the provider, and the way back."""
    oauth = OAuth(server)
    oauth.register(
        "provider",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
    )

    def start() -> flask.Response:
        answer = oauth.provider.authorize_redirect(flask.url_for("oidc_back", _external=True))
        return flask.make_response(answer)

    def back() -> flask.Response:
        try:
            claims = oauth.provider.authorize_access_token()["userinfo"]
        except (OAuthError, JoseError, KeyError):
            raise ForbiddenError("the identity provider did not vouch for you; log in again") from None
        finally:
            flask.session.clear()
        name, role = person(claims, settings)
        return auth.enter(doors, doors.accounts.vouch(name, role))

    server.add_url_rule("/oidc/start", "oidc_start", start)
    server.add_url_rule("/oidc/back", "oidc_back", back)


def person(claims: Mapping[str, object], settings: OidcSettings) -> tuple[str, str]:
    """Return the name and the role that a provider's claims give; the role that may most, where several do."""
    name = claims.get(settings.name_claim)
    if not isinstance(name, str) or not name:
        raise DashboardError("the identity provider tells no {claim}; ask an admin", claim=settings.name_claim)
    if settings.name_claim == "email" and claims.get("email_verified") is False:
        raise ForbiddenError("the identity provider has not verified your e-mail address")
    told = claims.get(settings.role_claim)
    groups = told if isinstance(told, list) else [told]
    held = {settings.roles[group] for group in groups if isinstance(group, str) and group in settings.roles}
    if not held:
        raise ForbiddenError("none of your groups has a role here; ask an admin")
    return name, max(held, key=ROLES.index)
