"""Publishing: complete sets, put in place in one step, the last few kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.publish import Retention, SetFacts, activate, current_set, read_manifest, write_set
from pipelines.warehouse import Warehouse

AT = datetime.fromisoformat("2026-03-01T06:00:00")
FACTS = SetFacts(AT, AT, "m1", "run-1", "digest", "EUR")
LATER = replace(FACTS, published_at=AT + timedelta(days=1), run_id="run-2")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    home = tmp_path / "home"
    home.mkdir()
    with Warehouse(home, "500MB") as opened:
        opened.store("score.rma_scores", pl.DataFrame({"rma_id": ["R2", "R1"], "risk_score": [99.0, 3.5]}))
        yield opened


def published(
    warehouse: Warehouse, facts: SetFacts = FACTS, keep: int = 5, grace: timedelta = timedelta(hours=1)
) -> Path:
    folder = write_set(warehouse, warehouse.home / "published", {"rma_scores": "score.rma_scores"}, facts)
    return activate(folder, Retention(keep, grace))


def test_a_set_holds_its_tables_in_their_order_and_says_so(warehouse: Warehouse) -> None:
    folder = published(warehouse)
    assert current_set(warehouse.home) == folder.resolve()
    assert pl.read_parquet(folder / "rma_scores.parquet")["rma_id"].to_list() == ["R2", "R1"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["rma_scores"]["rows"] == 2
    assert (manifest["as_of"], manifest["model_version"], manifest["run_id"]) == ("2026-03-01T06:00:00Z", "m1", "run-1")


def test_a_set_that_is_only_written_is_not_seen(warehouse: Warehouse) -> None:
    write_set(warehouse, warehouse.home / "published", {"rma_scores": "score.rma_scores"}, FACTS)
    assert current_set(warehouse.home) is None


def test_what_a_broken_run_left_is_removed(warehouse: Warehouse) -> None:
    left = warehouse.home / "published" / ".partial-old"
    left.mkdir(parents=True)
    (left / "rma_scores.parquet").write_bytes(b"half")
    published(warehouse)
    assert not left.exists()


def test_a_reader_of_the_old_set_can_finish(warehouse: Warehouse) -> None:
    old = published(warehouse)
    with (warehouse.home / "published/current/rma_scores.parquet").open("rb") as reader:
        warehouse.store("score.rma_scores", pl.DataFrame({"rma_id": ["R9"], "risk_score": [1.0]}))
        new = published(warehouse, replace(FACTS, run_id="run-2"))
        assert pl.read_parquet(reader).height == 2
    assert new != old
    assert old.is_dir()
    assert current_set(warehouse.home) == new.resolve()


def test_only_the_last_sets_are_kept(warehouse: Warehouse) -> None:
    sets = [
        published(warehouse, replace(FACTS, published_at=AT + timedelta(days=day), run_id=f"run-{day}"), keep=3)
        for day in range(5)
    ]
    kept = sorted(place.name for place in (warehouse.home / "published").iterdir() if not place.is_symlink())
    assert kept == [folder.name for folder in sets[-3:]]


def test_publishing_the_same_again_in_the_same_second_keeps_the_set(warehouse: Warehouse) -> None:
    first = published(warehouse)
    before = (first / "manifest.json").stat().st_ino
    assert published(warehouse) == first
    assert (first / "manifest.json").stat().st_ino == before


def test_a_failure_before_the_last_step_leaves_the_old_set(warehouse: Warehouse) -> None:
    old = published(warehouse)
    later = replace(FACTS, published_at=AT + timedelta(hours=1), run_id="run-2")
    folder = write_set(warehouse, warehouse.home / "published", {"rma_scores": "score.rma_scores"}, later)

    def fail() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        activate(folder, Retention(5), before=fail)
    assert current_set(warehouse.home) == old.resolve()
    assert read_manifest(old)["run_id"] == "run-1"


def names(warehouse: Warehouse) -> set[str]:
    return {place.name for place in (warehouse.home / "published").iterdir()}


@pytest.mark.parametrize("target", ["nowhere", "20260301T060000Z-00000000"])
def test_a_pointer_that_a_broken_run_left_is_removed(warehouse: Warehouse, target: str) -> None:
    first = published(warehouse)
    left = warehouse.home / "published" / ".partial-current"
    left.symlink_to(target)
    second = published(warehouse, LATER)
    assert names(warehouse) == {first.name, second.name, "current"}


def test_an_outdated_set_is_kept_while_a_reader_may_be_at_it(warehouse: Warehouse) -> None:
    sets = [
        published(warehouse, replace(FACTS, published_at=AT + timedelta(minutes=at), run_id=f"run-{at}"), keep=1)
        for at in (0, 1, 59, 61, 62)
    ]
    # the first was replaced 61 minutes before the last was published, the second 3 minutes before it
    assert names(warehouse) == {"current", *(folder.name for folder in sets[1:])}


def test_a_set_of_the_future_and_what_is_no_set_are_left_alone(warehouse: Warehouse) -> None:
    future = warehouse.home / "published" / "20990101T000000Z-00000000"
    other = warehouse.home / "published" / "notes"
    for folder in (future, other):
        folder.mkdir(parents=True)
    published(warehouse, keep=1)
    assert {future.name, other.name} <= names(warehouse)


def test_a_set_that_cannot_be_removed_stays_and_fails_nothing(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    old = published(warehouse)
    blocker = warehouse.home / "published" / f".partial-{old.name}"
    folder = write_set(warehouse, warehouse.home / "published", {"rma_scores": "score.rma_scores"}, LATER)
    blocker.write_bytes(b"a file of that name stands in the way")
    new = activate(folder, Retention(1, timedelta(0)))
    assert current_set(warehouse.home) == new.resolve()
    assert old.is_dir()
    assert [record.message for record in caplog.records if "cannot be removed" in record.message]
