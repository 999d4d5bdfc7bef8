"""Opening the store's database: SQLite beside the other files of the home, or PostgreSQL by its address."""

from __future__ import annotations

import fcntl
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from dashboards.errors import StoreError
from dashboards.reviews import STORE_FILE

FILE = STORE_FILE
MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_SECONDS = 20
"""How long a writer waits for another one before it gives up."""
TURN = 7_262_026
"""The number of the lock that writers of PostgreSQL take, one after another."""
TURN_SUFFIX = ".turn"
"""What the file is called, after SQLite's own, that writers of SQLite lock one after another."""

_turns: defaultdict[str, Lock] = defaultdict(Lock)
"""Of each SQLite file, whose turn it is among the threads of this process."""


def open_database(home: Path, url: str | None) -> Engine:
    """Return the engine of the store, its tables brought up to date. StoreError where it cannot be opened."""
    try:
        engine = _engine(home, url)
        with writing(engine) as connection:
            migrate(connection)
    except (DatabaseError, ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        place = home / FILE if url is None else "[reviews] url"
        told = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        raise StoreError(
            f"{place}: the decision store cannot be opened ({told}); check the place and its rights"
        ) from None
    return engine


def _engine(home: Path, url: str | None) -> Engine:
    """Return the engine: SQLite in the home where there is no address."""
    if url is not None and not url.startswith("sqlite"):
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg2")
        return create_engine(address, pool_pre_ping=True, pool_size=10, max_overflow=20)
    if url is None:
        home.mkdir(parents=True, exist_ok=True)
        file = home / FILE
        file.touch(mode=0o600)
        url = f"sqlite:///{file}"
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS}, pool_size=10, max_overflow=60)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """Have readers not wait for writers, and every commit on disk when it returns."""
    connection.isolation_level = None
    for setting in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "secure_delete = on"):
        connection.execute(f"pragma {setting}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a writer from the start where one is: a reader that turns writer fails where another one wrote."""
    is_writer = connection.get_execution_options().get("is_writer", False)
    connection.exec_driver_sql("begin immediate" if is_writer else "begin")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in the one transaction that writes; committed at the end, undone where anything fails."""
    with _turn(engine), engine.connect() as connection:
        connection = connection.execution_options(is_writer=True)  # noqa: PLW2901 - the same connection
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": TURN})
            yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait until it is this writer's turn. StoreError where another thread of this process takes too long.

    SQLite's own writers ask again and again whether it is theirs, at longer and longer intervals: with fifty people at
    work, some then wait for most of a second while the file is free. The kernel wakes whoever waits for a lock at once.
    """
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if not file:  # PostgreSQL has a lock of its own, and a database in memory one connection
        yield
        return
    mine = _turns[file]
    if not mine.acquire(timeout=WAIT_SECONDS):
        raise StoreError(f"{file}: another writer has held the decision store for {WAIT_SECONDS} seconds; try again")
    try:
        with _lock_file(Path(file + TURN_SUFFIX)) as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
    finally:
        mine.release()


def _lock_file(place: Path) -> BinaryIO:
    """Open the file that writers lock, made where it is not there. StoreError where it cannot be."""
    try:
        place.touch(mode=0o600)
        return place.open("ab")
    except OSError as error:
        raise StoreError(f"{place}: {error.strerror}; check the place and its rights") from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one state of the store, however many statements it asks."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # by itself it shows each statement what was committed meanwhile
            connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901 - the same connection
        with connection.begin():
            yield connection


def migrate(connection: Connection) -> None:
    """Bring the tables up to date; the connection is a writer's, so that workers do it one after another."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
