"""The real server with its pages on a made-up home, walked through without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dashboards.app import mount
from dashboards.server import create_server, open_doors, open_store
from dashboards.serving import ADMIN, ANALYST, REVIEWER, ServeSettings
from tests.dashboards.conftest import tables
from tests.dashboards.report_frames import report_frames
from tests.dashboards.visitor import Site, Visitor
from tests.desk_shop import page_tables, publish

Visit = Callable[..., Visitor]
VisitorMaker = Callable[[dict[str, pl.DataFrame]], Visitor]
ServerMaker = Callable[[Path, dict[str, pl.DataFrame]], Site]
PEOPLE = {"analyst": ANALYST, "reviewer": REVIEWER, "bob": REVIEWER, "admin": ADMIN}


@pytest.fixture(scope="session")
def serve() -> ServerMaker:
    """Publish a set in a home, add a person of each role and a second reviewer, bob; return what is served."""

    def make(home: Path, frames: dict[str, pl.DataFrame]) -> Site:
        publish(home, frames)
        doors = open_doors(home, ServeSettings(), open_store(home, ServeSettings()))
        for name, role in PEOPLE.items():
            doors.accounts.add(name, role, None)
        return Site(home, create_server(home, ServeSettings(), mount), doors)

    return make


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> Site:
    """Return a home whose set has what the made-up shop knows, to be looked at by many tests."""
    return serve(tmp_path_factory.mktemp("home"), tables() | report_frames() | page_tables())


@pytest.fixture(scope="session")
def visit(site: Site) -> Visit:
    """Return a maker of visitors; one who has come with the same name and cookies is there still."""
    there: dict[tuple[object, ...], Visitor] = {}

    def come(name: str = "reviewer", **cookies: str) -> Visitor:
        key = (name, *sorted(cookies.items()))
        if key not in there:
            there[key] = Visitor.arrive(site, name, **cookies)
        return there[key]

    return come


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory, serve: ServerMaker) -> VisitorMaker:
    """Return a maker of a reviewer before a set of their own."""

    def make(frames: dict[str, pl.DataFrame]) -> Visitor:
        return Visitor.arrive(serve(tmp_path_factory.mktemp("other"), frames), "reviewer")

    return make
