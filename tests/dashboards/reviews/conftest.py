"""The decision store on both databases that it runs on, with a clock that the test moves."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from dashboards.reviews.database import open_database, writing
from dashboards.reviews.models import metadata
from dashboards.reviews.rules import Submission
from dashboards.reviews.store import CaseFacts, ReviewStore
from tests.postgres import postgres_server

KEY = b"a key of the tests, long enough to be one"
START = datetime.fromisoformat("2026-11-25T09:00:00.000001")
DATABASES = ("sqlite", "postgresql")


class Hands:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    def pass_by(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of a real PostgreSQL that ends with the tests."""
    with postgres_server() as address:
        yield address


def new_database(address: str) -> str:
    """Make an empty database in a server and return its address."""
    name = f"t{secrets.token_hex(6)}"
    engine = open_plain(address)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    head, _, query = address.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def open_plain(address: str) -> Engine:
    """Return an engine that makes nothing."""
    from sqlalchemy import create_engine  # noqa: PLC0415 - for this alone

    return create_engine(address.replace("postgresql://", "postgresql+psycopg2://", 1))


@pytest.fixture(scope="session")
def postgres_store(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return a store's database on PostgreSQL, to be emptied before each use: making one takes seconds."""
    engine = open_database(tmp_path_factory.mktemp("home"), new_database(postgres))
    yield engine
    engine.dispose()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return an empty store's database, on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        engine: Engine = request.getfixturevalue("postgres_store")
        with writing(engine) as connection:
            names = ", ".join(table.name for table in metadata.sorted_tables)
            connection.execute(text(f"truncate {names}"))
        yield engine
        return
    engine = open_database(tmp_path, None)
    yield engine
    engine.dispose()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def store(database: Engine, hands: Hands) -> ReviewStore:
    return ReviewStore(database, KEY, clock=hands)


@pytest.fixture
def light_store(tmp_path: Path, hands: Hands) -> Iterator[ReviewStore]:
    """Return a store on SQLite, for what is the same on both."""
    engine = open_database(tmp_path, None)
    yield ReviewStore(engine, KEY, clock=hands)
    engine.dispose()


def case(number: int = 1, value: str = "120.50", rmas: int = 2) -> CaseFacts:
    """Return a case of some RMAs."""
    return CaseFacts(f"C-{number}", tuple(f"R{number}-{place}" for place in range(rmas)), Decimal(value))


def deny(version: int = 1, actor: str = "ann", key: str = "k1", verdict: str = "deny", number: int = 1) -> Submission:
    """Return a decision with a reason."""
    return Submission(f"C-{number}", verdict, "box came back empty, photo on file", actor, version, key)
