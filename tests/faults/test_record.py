from __future__ import annotations

import json
from pathlib import Path

from tests.faults.bench import Outcome
from tests.faults.record import Record, digest_of
from tests.faults.shim import Fault
from tests.faults.sweep import every_change

FAULT = Fault(7, "I/O error", is_torn=True)
GOOD = Outcome(FAULT, "fsync /published", 1, "returnwatch: no", ())


def test_what_left_nothing_wrong_is_not_tried_again_by_the_same_program(tmp_path: Path) -> None:
    Record(tmp_path / "record", "a").add("first run", GOOD)
    assert Record(tmp_path / "record", "a").known("first run", FAULT) == GOOD
    assert Record(tmp_path / "record", "a").known("second run", FAULT) is None
    assert Record(tmp_path / "record", "a").known("first run", Fault(7, "I/O error")) is None
    assert Record(tmp_path / "record", "b").known("first run", FAULT) is None


def test_what_left_something_wrong_is_tried_again_and_stays_in_the_file(tmp_path: Path) -> None:
    Record(tmp_path / "record", "a").add("first run", Outcome(FAULT, "", -9, "", ("a traceback",)))
    assert Record(tmp_path / "record", "a").known("first run", FAULT) is None
    assert json.loads((tmp_path / "record").read_text(encoding="utf-8"))["problems"] == ["a traceback"]


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    record = Record(None, "a")
    record.add("first run", GOOD)
    assert record.known("first run", FAULT) is None
    assert list(tmp_path.iterdir()) == []


def test_another_program_has_another_digest(tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "select.sql").write_text("select 1", encoding="utf-8")
    before = digest_of(tmp_path)
    (tmp_path / "docs.md").write_text("not judged", encoding="utf-8")
    assert digest_of(tmp_path) == before
    (tmp_path / "sql" / "select.sql").write_text("select 2", encoding="utf-8")
    assert digest_of(tmp_path) != before


def test_what_changes_content_or_a_name_meets_each_error_and_the_rest_one() -> None:
    found = every_change(["mkdir", "write", "open", "fsync"], 1, ("no space", "I/O error", "permission"))
    assert [(fault.target, fault.action) for fault in found] == [
        (1, "no space"), (2, "no space"), (2, "I/O error"), (2, "permission"),
        (3, "permission"), (4, "no space"), (4, "I/O error"), (4, "permission"),
    ]  # fmt: skip
    assert [fault.target for fault in every_change(["write", "write", "open"], 2, ("kill",))] == [1, 3]
