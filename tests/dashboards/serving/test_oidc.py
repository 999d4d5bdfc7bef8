"""Logging in through an identity provider: a small real one, which signs what it says."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import flask
import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from dashboards.errors import DashboardError
from dashboards.oidc import person
from dashboards.server import create_server, open_doors, open_store
from dashboards.serving import OidcSettings, ServeSettings

ROLES = {"fraud-team": "reviewer", "bosses": "admin"}


@dataclass
class Provider:
    """An identity provider: ``claims`` is what it says of whoever comes; ``key`` is what it signs with."""

    issuer: str = ""
    claims: dict[str, object] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    nonce: str = ""

    def application(self) -> flask.Flask:
        app = flask.Flask("provider")

        @app.get("/.well-known/openid-configuration")
        def configuration() -> dict[str, object]:
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            algorithms = {"id_token_signing_alg_values_supported": ["RS256"]}
            return {
                "issuer": self.issuer,
                **{name: f"{self.issuer}/{end}" for name, end in places.items()},
                **algorithms,
            }

        @app.get("/keys")
        def keys() -> dict[str, object]:
            return {"keys": [(self.published or self.key).as_dict(private=False)]}

        @app.post("/token")
        def token() -> dict[str, object]:
            at = int(time.time())
            said = {"iss": self.issuer, "aud": "rw", "sub": "1", "iat": at, "exp": at + 60, "nonce": self.nonce}
            signed = jwt.encode({"alg": "RS256", "kid": "one"}, said | self.claims, self.key)
            return {"access_token": "x", "token_type": "Bearer", "id_token": signed}

        return app


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider()
    server = make_server("127.0.0.1", 0, one.application(), threaded=True)
    one.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield one
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(provider: Provider, tmp_path: Path) -> FlaskClient:
    oidc = OidcSettings(provider.issuer, "rw", "secret", roles=ROLES)
    return create_server(tmp_path, ServeSettings(oidc=oidc)).test_client()


def come_back(client: FlaskClient, provider: Provider, state: str | None = None) -> int:
    """Go to the provider and come back with its answer; return the status."""
    there = client.get("/oidc/start")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there.headers["Location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    provider.nonce = provider.nonce or asked["nonce"]
    return client.get("/oidc/back", query_string={"code": "c", "state": state or asked["state"]}).status_code


def test_whom_the_provider_vouches_for_comes_in_with_the_role_of_the_group(
    client: FlaskClient, provider: Provider, tmp_path: Path
) -> None:
    assert "/oidc/start" in client.get("/login").get_data(as_text=True)
    provider.claims = {"email": "ann@shop.example", "groups": ["fraud-team", "cooks"]}
    assert come_back(client, provider) == 303
    doors = open_doors(tmp_path, ServeSettings(), open_store(tmp_path, ServeSettings()))
    assert (doors.accounts.get("ann@shop.example").role, doors.accounts.get("ann@shop.example").has_password) == (
        "reviewer", False,
    )  # fmt: skip
    assert client.get("/login").status_code == 303


@pytest.mark.parametrize("claims", [
    {"email": "ann@shop.example", "groups": ["cooks"]}, {"email": "ann@shop.example"}, {"groups": ["bosses"]},
    {"email": "ann@shop.example", "groups": ["bosses"], "aud": "another"},
    {"email": "ann@shop.example", "groups": ["bosses"], "iss": "https://evil.example"},
    {"email": "ann@shop.example", "groups": ["bosses"], "exp": 1},
    {"email": "ann@shop.example", "groups": ["bosses"], "nonce": "another"},
    {"email": "ann@shop.example", "groups": ["bosses"], "email_verified": False},
])  # fmt: skip
def test_who_is_not_vouched_for_stays_out(client: FlaskClient, provider: Provider, claims: dict[str, object]) -> None:
    provider.claims = claims
    assert come_back(client, provider) in {400, 403}
    assert client.get("/login").status_code == 200


def test_an_answer_that_nobody_asked_for_is_refused(client: FlaskClient, provider: Provider) -> None:
    provider.claims = {"email": "ann@shop.example", "groups": ["bosses"]}
    assert come_back(client, provider, state="another") == 403


def test_what_another_key_signed_is_refused(client: FlaskClient, provider: Provider) -> None:
    provider.claims = {"email": "ann@shop.example", "groups": ["bosses"]}
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})
    assert come_back(client, provider) == 403


def test_the_provider_opens_no_account_that_has_a_password(
    client: FlaskClient, provider: Provider, tmp_path: Path
) -> None:
    doors = open_doors(tmp_path, ServeSettings(), open_store(tmp_path, ServeSettings()))
    doors.accounts.add("ann@shop.example", "analyst", "a long enough password")
    provider.claims = {"email": "ann@shop.example", "groups": ["bosses"]}
    assert come_back(client, provider) == 403
    assert doors.accounts.get("ann@shop.example").role == "analyst"


def test_of_several_roles_the_one_that_may_most_counts() -> None:
    settings = OidcSettings("https://id.example", "rw", "s", roles=ROLES)
    assert person({"email": "a", "groups": ["fraud-team", "bosses"]}, settings) == ("a", "admin")
    assert person({"email": "a", "groups": "fraud-team"}, settings) == ("a", "reviewer")
    with pytest.raises(DashboardError, match="tells no email"):
        person({"groups": ["bosses"]}, settings)
