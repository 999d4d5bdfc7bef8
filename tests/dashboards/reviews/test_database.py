"""Opening the store: its tables are those of the models, on both databases, whoever comes first."""

from __future__ import annotations

import fcntl
import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from dashboards.errors import DashboardError, StoreError
from dashboards.reviews.database import FILE, TURN_SUFFIX, open_database, reading, writing
from dashboards.reviews.models import metadata
from dashboards.reviews.saved import save_view, views_of
from dashboards.secrets import chain_key, session_key


def test_the_migrations_make_what_the_models_say(database: Engine) -> None:
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_workers_that_start_together_make_the_tables_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(4)

    def begin() -> None:
        start.wait()
        try:
            open_database(tmp_path, None).dispose()
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine = open_database(tmp_path, None)
    with engine.connect() as connection:
        assert connection.execute(text("select version_num from alembic_version")).scalars().all() == ["0001"]
        assert connection.execute(text("pragma journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("pragma synchronous")).scalar_one() == 2
    engine.dispose()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["nonsense", "oracle://x/y", "postgresql://nobody@127.0.0.1:1/none"])
def test_an_address_that_cannot_be_used_is_told_in_one_line(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match=r"\[reviews\] url: the decision store cannot be opened"):
        open_database(tmp_path, url)


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no database at all, but long enough to be looked at", encoding="ascii")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_database(tmp_path, None)


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"reviews\.sqlite\.turn: No such file or directory; check the place"):
        open_database(tmp_path, f"sqlite:///{tmp_path}/nowhere/{FILE}")


def test_a_writer_waits_for_one_of_another_process_and_then_writes(tmp_path: Path) -> None:
    engine = open_database(tmp_path, None)

    def write() -> None:
        with writing(engine) as connection:
            connection.execute(text("update alembic_version set version_num = 'later'"))

    writer = threading.Thread(target=write)
    with (tmp_path / f"{FILE}{TURN_SUFFIX}").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
    writer.join(10)
    with engine.connect() as connection:
        assert connection.execute(text("select version_num from alembic_version")).scalar_one() == "later"
    engine.dispose()


def test_who_reads_sees_one_state(database: Engine) -> None:
    asked = text("select count(*) from attempts")
    more = text("insert into attempts (subject, failures, since) values ('a', 1, '2026-01-01 00:00:00')")
    with reading(database) as reader:
        assert reader.execute(asked).scalar_one() == 0
        with writing(database) as writer:
            writer.execute(more)
        assert reader.execute(asked).scalar_one() == 0
    with reading(database) as reader:
        assert reader.execute(asked).scalar_one() == 1


def test_keys_are_made_once_and_for_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = session_key(tmp_path)
    assert (len(first), session_key(tmp_path), chain_key(tmp_path) == first) == (64, first, False)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("secret_key", "chain_key")} == {0o600}
    monkeypatch.setenv("RETURNWATCH_SECRET_KEY", "k" * 40)
    assert session_key(tmp_path) == b"k" * 40
    monkeypatch.setenv("RETURNWATCH_SECRET_KEY", "short")
    with pytest.raises(StoreError, match=r"\$RETURNWATCH_SECRET_KEY"):
        session_key(tmp_path)


def test_views_are_kept_for_each_person(database: Engine) -> None:
    save_view(database, "ann", "mine", "?state=open")
    save_view(database, "ann", "mine", "?state=waiting")
    save_view(database, "bob", "his", "?q=1")
    assert views_of(database, "ann") == {"mine": "?state=waiting"}
    save_view(database, "ann", "mine", "")
    assert views_of(database, "ann") == {}
    with pytest.raises(DashboardError, match="a name"):
        save_view(database, "ann", " ", "?x")
