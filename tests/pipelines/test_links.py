"""What two sets have in common lies on disk once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.links import share_unchanged


@pytest.fixture
def sets(tmp_path: Path) -> tuple[Path, Path]:
    """Return an old set and a new one: a table that is equal, one that changed, and one that is new."""
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, changed in ((old, b"first"), (new, b"other")):
        folder.mkdir()
        (folder / "equal.parquet").write_bytes(b"the same rows")
        (folder / "changed.parquet").write_bytes(changed)
        (folder / "manifest.json").write_bytes(b"{}")
    (new / "new.parquet").write_bytes(b"more")
    return old, new


def contents(folder: Path) -> dict[str, bytes]:
    return {place.name: place.read_bytes() for place in folder.iterdir()}


def test_equal_tables_are_one_file_and_all_others_stay(sets: tuple[Path, Path]) -> None:
    old, new = sets
    before = contents(new)
    assert share_unchanged(new, old) == ["equal.parquet"]
    assert contents(new) == before
    assert (old / "equal.parquet").samefile(new / "equal.parquet")
    assert not (old / "changed.parquet").samefile(new / "changed.parquet")
    assert not (old / "manifest.json").samefile(new / "manifest.json")


def test_removing_the_old_set_leaves_the_new_one_whole(sets: tuple[Path, Path]) -> None:
    old, new = sets
    before = contents(new)
    share_unchanged(new, old)
    for place in old.iterdir():
        place.unlink()
    assert contents(new) == before


def test_a_damaged_file_of_the_same_size_is_not_taken_over(sets: tuple[Path, Path]) -> None:
    old, new = sets
    whole = (new / "equal.parquet").read_bytes()
    (old / "equal.parquet").write_bytes(whole[:-1] + b"?")
    os.utime(old / "equal.parquet", ns=(1, 1))
    os.utime(new / "equal.parquet", ns=(1, 1))
    assert share_unchanged(new, old) == []
    assert (new / "equal.parquet").read_bytes() == whole


def test_what_cannot_be_linked_stays_a_copy(sets: tuple[Path, Path]) -> None:
    old, new = sets
    in_the_way = new / ".partial-equal.parquet"
    in_the_way.mkdir()
    (in_the_way / "something").touch()
    before = (new / "equal.parquet").read_bytes()
    assert share_unchanged(new, old) == []
    assert (new / "equal.parquet").read_bytes() == before
    assert not (old / "equal.parquet").samefile(new / "equal.parquet")
