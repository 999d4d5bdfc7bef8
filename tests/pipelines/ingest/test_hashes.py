from __future__ import annotations

import os
from pathlib import Path

from pipelines.ingest import hashes
from pipelines.ingest.discover import file_sha256
from pipelines.ingest.hashes import HashStore, Stamp, stamp_of


def store(tmp_path: Path) -> HashStore:
    (tmp_path / "landing").mkdir(exist_ok=True)
    return HashStore(tmp_path / "landing", tmp_path / "home" / hashes.FILE)


def written(tmp_path: Path, name: str, content: str) -> Stamp:
    place = tmp_path / "landing" / name
    place.write_text(content)
    stamp = stamp_of(place)
    assert stamp is not None
    return stamp


def test_a_file_is_read_again_only_when_its_stamp_changed(tmp_path: Path) -> None:
    first = store(tmp_path)
    stamp = written(tmp_path, "a", "one")
    digest = file_sha256(tmp_path / "landing/a")
    assert first.update({"a": stamp}) == {"a": digest}

    # other contents behind the same stamp: only a store that reads nothing still gives the old hash
    place = tmp_path / "landing/a"
    with place.open("r+") as file:
        file.write("two")
    os.utime(place, ns=(stamp.mtime_ns, stamp.mtime_ns))
    assert store(tmp_path).update({"a": stamp}) == {"a": digest}

    os.utime(place, ns=(stamp.mtime_ns + 1, stamp.mtime_ns + 1))
    changed = stamp_of(place)
    assert changed is not None
    assert store(tmp_path).update({"a": changed}) == {"a": file_sha256(place)} != {"a": digest}


def test_a_file_that_changed_while_it_was_looked_at_is_not_told(tmp_path: Path) -> None:
    held = store(tmp_path)
    old = written(tmp_path, "a", "one")
    written(tmp_path, "a", "longer")
    assert held.update({"a": old}) is None


def test_a_file_that_left_leaves_the_store(tmp_path: Path) -> None:
    held = store(tmp_path)
    stamps = {name: written(tmp_path, name, name) for name in ("a", "b")}
    held.update(stamps)
    assert list(held.update({"b": stamps["b"]}) or {}) == ["b"]
    assert '"a"' not in held.file.read_text()


def test_a_damaged_store_costs_nothing_but_time(tmp_path: Path) -> None:
    held = store(tmp_path)
    stamp = written(tmp_path, "a", "one")
    held.file.parent.mkdir()
    for content in ("", "[1]", '{"a": 3}', "\0"):
        held.file.write_text(content)
        assert held.update({"a": stamp}) == {"a": file_sha256(tmp_path / "landing/a")}


def test_the_stamp_of_a_large_file_stands_for_its_contents(tmp_path: Path) -> None:
    held = store(tmp_path)
    written(tmp_path, "a", "one")
    os.truncate(tmp_path / "landing/a", hashes.LARGEST_HASHED + 1)
    stamp = stamp_of(tmp_path / "landing/a")
    assert stamp is not None
    told = held.update({"a": stamp})
    assert told == {"a": f"large-{stamp.size}-{stamp.mtime_ns}-{stamp.inode}"}


def test_what_cannot_be_opened_has_a_word_for_its_hash(tmp_path: Path) -> None:
    held = store(tmp_path)
    (tmp_path / "landing/folder").mkdir()
    stamp = stamp_of(tmp_path / "landing/folder")
    assert stamp is not None
    assert held.update({"folder": stamp}) == {"folder": "unreadable-21"}


def test_what_is_not_there_has_no_stamp(tmp_path: Path) -> None:
    assert stamp_of(tmp_path / "nothing") is None
