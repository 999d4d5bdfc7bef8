"""What a dead run left is removed, whatever it is; what counts stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.scratch import remove, remove_left


def test_all_that_a_run_leaves_half_done_goes_and_nothing_else(tmp_path: Path) -> None:
    kept = ["key", "warehouse.duckdb", "warehouse.duckdb.wal", "models/a.skops", "published/20260101T000000Z-a/x"]
    left = [
        "staging/a.parquet",
        "spill/tmp",
        ".key-12ab",
        ".warehouse.duckdb.part",
        "models/.a.skops.part",
        "published/.partial-run/x.parquet",
    ]
    for name in [*kept, *left]:
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    (tmp_path / "published" / "current").symlink_to("20260101T000000Z-a")
    remove_left(tmp_path)
    found = {place.relative_to(tmp_path).as_posix() for place in tmp_path.rglob("*") if place.is_file()}
    assert found - {"published/current/x"} == set(kept)
    assert {place.name for place in tmp_path.iterdir()} == {
        "key", "warehouse.duckdb", "warehouse.duckdb.wal", "models", "published",
    }  # fmt: skip
    assert (tmp_path / "published" / "current").is_symlink()


@pytest.mark.parametrize("target", ["nowhere", "set"])
def test_a_link_goes_and_what_it_leads_to_stays(target: str, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "file").write_bytes(b"x")
    link = tmp_path / "link"
    link.symlink_to(target)
    remove(link)
    assert not link.is_symlink()
    assert (tmp_path / "set" / "file").read_bytes() == b"x"


def test_what_is_not_there_is_no_failure(tmp_path: Path) -> None:
    remove(tmp_path / "nothing")
    remove_left(tmp_path / "no home")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_stays_for_the_next_run(tmp_path: Path) -> None:
    place = tmp_path / "file" / "below"
    (tmp_path / "file").write_bytes(b"no folder")
    remove(place)
    assert (tmp_path / "file").read_bytes() == b"no folder"
