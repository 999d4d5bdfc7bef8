"""Many files change as one: before the journal nothing, after it everything, whatever dies in between."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.privacy.switch import FOLDER, JOURNAL, Switch, complete, complete_locked, prepared

OLD = {"warehouse": "old", "published/a/x": "old", "scratch/y": "old"}
NEW = {"warehouse": "new", "published/b/x": "new", "receipts/r.json": "done"}


def write(home: Path) -> Path:
    for name, text in OLD.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    (home / "published" / "current").symlink_to("a")
    return home


def plan(switch: Switch) -> None:
    for name in ("warehouse", "sets/a/x", "r.json"):
        switch.place(name).write_text("done" if name == "r.json" else "new", encoding="utf-8")
    switch.place("current").symlink_to("b")
    switch.move("sets/a", "published/b")
    switch.move("current", "published/current")
    switch.move("warehouse", "warehouse")
    switch.removes += ["published/a", "scratch", "never/there"]
    switch.move("r.json", "receipts/r.json")


def state(home: Path) -> dict[str, str]:
    files = (place for place in home.rglob("*") if place.is_file() and not place.is_symlink())
    held = {place.relative_to(home).as_posix(): place.read_text(encoding="utf-8") for place in files}
    held.pop("run.lock", None)
    return held | {"current": str((home / "published" / "current").readlink())}


def test_all_changes_at_once(tmp_path: Path) -> None:
    with prepared(write(tmp_path), "test") as switch:
        plan(switch)
        assert state(tmp_path).items() >= OLD.items()
        switch.commit()
    assert state(tmp_path) == {**NEW, "current": "b"}
    assert (tmp_path / "published" / "current" / "x").read_text(encoding="utf-8") == "new"
    assert complete(tmp_path) is None


def test_what_is_not_committed_is_thrown_away(tmp_path: Path) -> None:
    write(tmp_path)
    with prepared(tmp_path, "test") as switch:
        plan(switch)
    assert state(tmp_path) == {**OLD, "current": "a"}


@pytest.mark.parametrize("dies_at", range(1, 12))
def test_a_process_that_dies_at_any_step_leaves_the_rest_to_the_next(tmp_path: Path, dies_at: int) -> None:
    write(tmp_path)
    child = os.fork()
    if child == 0:
        _die_at_call(dies_at)
        with prepared(tmp_path, "test") as switch:
            plan(switch)
            switch.commit()
        os._exit(0)
    _, ended = os.waitpid(child, 0)
    is_new = (tmp_path / FOLDER / JOURNAL).exists() or not (tmp_path / FOLDER).exists()
    assert os.waitstatus_to_exitcode(ended) in {-9, 0}
    if not is_new:
        assert {name: text for name, text in state(tmp_path).items() if not name.startswith(FOLDER)} == {
            **OLD,
            "current": "a",
        }
    complete_locked(tmp_path)
    assert state(tmp_path) == ({**NEW, "current": "b"} if is_new else {**OLD, "current": "a"})
    assert not (tmp_path / FOLDER).exists()


def _die_at_call(number: int) -> None:
    """Kill this process at one of the calls by which the switch changes anything that stands."""
    calls = 0

    def count(event: str, _: tuple[object, ...]) -> None:
        nonlocal calls
        if event in {"os.rename", "shutil.rmtree", "os.remove"}:
            calls += 1
            if calls == number:
                os.kill(os.getpid(), 9)

    sys.addaudithook(count)


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way", encoding="utf-8")
    with pytest.raises(ReturnwatchError, match="switch: cannot be written"), prepared(tmp_path, "test"):
        pass
