"""Doctor holds the chain of decisions against its hashes."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from dashboards.reviews.database import open_database, writing
from dashboards.reviews.models import entries
from dashboards.reviews.store import CaseFacts, ReviewStore
from dashboards.secrets import chain_key
from pipelines.doctor import examine


def found(home: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, int], list[str]]:
    """Return what doctor says of decisions, and what is wrong with them."""
    with contextlib.suppress(SystemExit):
        examine(home, None, as_json=True)
    told = json.loads(capsys.readouterr().out)
    return told["decisions"], [line for line in told["problems"] if "decision" in line]


def test_a_changed_entry_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(tmp_path, capsys) == ({"entries": 0}, [])
    assert not any(tmp_path.iterdir())
    engine = open_database(tmp_path, None)
    store = ReviewStore(engine, chain_key(tmp_path))
    for number in range(3):
        store.open_case(CaseFacts(f"C-{number}", ("R1",), Decimal(5)), "ann")
    assert found(tmp_path, capsys) == ({"entries": 3, "problems": 0}, [])
    with writing(engine) as connection:
        connection.execute(update(entries).where(entries.c.seq == 2).values(actor="bob"))
    engine.dispose()
    assert found(tmp_path, capsys) == (
        {"entries": 3, "problems": 1},
        ["decisions: entry 2 was changed; compare with a copy of the store"],
    )


def test_a_store_that_cannot_be_opened_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "reviews.sqlite").write_text("no database", encoding="ascii")
    told, problems = found(tmp_path, capsys)
    assert told == {}
    assert "cannot be opened" in problems[0]
