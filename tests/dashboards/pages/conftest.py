"""The real server with its pages on a made-up home, walked through without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import flask
import polars as pl
import pytest

from dashboards.app import mount
from dashboards.server import create_server, open_doors, open_store
from dashboards.serving import ServeSettings
from tests.dashboards.conftest import tables
from tests.dashboards.report_frames import report_frames
from tests.dashboards.serving.desk import PASSWORD, add_people
from tests.dashboards.visitor import Visitor
from tests.desk_shop import page_tables, publish

Visit = Callable[..., Visitor]
VisitorMaker = Callable[[dict[str, pl.DataFrame]], Visitor]
ServerMaker = Callable[[Path, dict[str, pl.DataFrame]], flask.Flask]


@pytest.fixture(scope="session")
def serve() -> ServerMaker:
    """Publish a set in a home, add a person of each role and a second reviewer, bob; return the server."""

    def make(home: Path, frames: dict[str, pl.DataFrame]) -> flask.Flask:
        publish(home, frames)
        doors = open_doors(home, ServeSettings(), open_store(home, ServeSettings()))
        add_people(doors.accounts)
        doors.accounts.add("bob", "reviewer", PASSWORD)
        doors.store.engine.dispose()
        return create_server(home, ServeSettings(), mount)

    return make


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path, serve: ServerMaker) -> flask.Flask:
    """Return the server of a home whose set has what the made-up shop knows."""
    return serve(home, tables() | report_frames() | page_tables())


@pytest.fixture(scope="module")
def visit(server: flask.Flask) -> Visit:
    """Return a maker of visitors; one who has come with the same name and cookies is there still."""
    there: dict[tuple[object, ...], Visitor] = {}

    def come(name: str = "reviewer", **cookies: str) -> Visitor:
        key = (name, *sorted(cookies.items()))
        if key not in there:
            there[key] = Visitor.arrive(server, name, **cookies)
        return there[key]

    return come


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> VisitorMaker:
    """Return a maker of a reviewer before a set of their own."""

    def make(frames: dict[str, pl.DataFrame]) -> Visitor:
        return Visitor.arrive(serve(tmp_path_factory.mktemp("other"), frames), "reviewer")

    return make
