"""A server on a made-up home, to be asked without a network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from dashboards.accounts import SCOPES
from dashboards.auth import Doors
from dashboards.server import create_server, open_doors, open_store
from dashboards.serving import ServeSettings
from tests.dashboards.serving.desk import Browser, add_people, plain_pages, publish

TokenMaker = Callable[..., dict[str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a published queue of fifty cases, and a person of each role."""
    home = tmp_path_factory.mktemp("home")
    publish(home, 50)
    return home


@pytest.fixture(scope="module")
def doors(home: Path) -> Doors:
    """Return what lets people into that home."""
    settings = ServeSettings()
    doors = open_doors(home, settings, open_store(home, settings))
    add_people(doors.accounts)
    return doors


@pytest.fixture(scope="module")
def server(home: Path, doors: Doors) -> flask.Flask:
    del doors
    return create_server(home, ServeSettings(), plain_pages)


@pytest.fixture
def client(server: flask.Flask) -> FlaskClient:
    return server.test_client()


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)


@pytest.fixture
def token(doors: Doors) -> TokenMaker:
    """Return a maker of headers with a token; all scopes where none are named."""

    def make(*scopes: str, name: str = "reviewer") -> dict[str, str]:
        raw = doors.accounts.make_token(name, frozenset(scopes or SCOPES), timedelta(days=1))
        return {"Authorization": f"Bearer {raw}"}

    return make
