"""One run at a time: who holds the home is named, waited for, and never outlives its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.lock import RunLock


def test_the_lock_has_one_holder_and_names_it(tmp_path: Path) -> None:
    lock = RunLock(tmp_path / "home" / "run.lock")
    lock.acquire()
    with pytest.raises(ReturnwatchError, match=f"another run is writing here .process {os.getpid()}"):
        RunLock(lock.path).acquire()
    lock.release()
    lock.release()
    again = RunLock(lock.path)
    again.acquire()
    again.release()


HOLDER = (
    "import sys; from pathlib import Path; from pipelines.lock import RunLock; "
    "lock = RunLock(Path(sys.argv[1])); lock.acquire(); print('held', flush=True); sys.stdin.readline()"
)


def test_a_run_that_waits_says_for_whom_and_goes_on_when_that_one_ends(tmp_path: Path) -> None:
    place = tmp_path / "run.lock"
    command = [sys.executable, "-c", HOLDER, str(place)]
    root, pipe = Path(__file__).parents[2], subprocess.PIPE
    with subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        said: list[str] = []
        end_other = other.stdin.close

        def hear(line: str) -> None:
            said.append(line)
            end_other()

        lock = RunLock(place)
        lock.acquire(60, hear)
        lock.release()
        assert said == [f"{tmp_path}: waiting for the run of process {other.pid} to end"]


def test_a_run_waits_no_longer_than_it_may(tmp_path: Path) -> None:
    held = RunLock(tmp_path / "run.lock")
    held.acquire()
    with pytest.raises(ReturnwatchError, match=r"another run is writing here still, after 0\.5 s .process"):
        RunLock(held.path).acquire(0.5)
    held.release()


def test_a_process_that_dies_frees_its_lock(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from pipelines.lock import RunLock; "
        "RunLock(Path(sys.argv[1])).acquire(); os._exit(9)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "run.lock")], check=False, cwd=Path(__file__).parents[2]
    )
    assert ended.returncode == 9
    lock = RunLock(tmp_path / "run.lock")
    lock.acquire()
    lock.release()
