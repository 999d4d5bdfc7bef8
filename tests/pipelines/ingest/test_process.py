"""The process that reads files, seen from outside: what it holds, what it may see, how it ends."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.process import LostError, Process
from pipelines.ingest.worker import STAGED, Duty
from tests.ingest_tools import KEY, ORDERS, delivered

SMALL = ORDERS + "1,C1,2026-01-01,EUR\n"
ROOT = Path(__file__).parents[3]


def duty(folder: Path) -> Duty:
    """Return the duty of a reader of ``folder/landing``."""
    for name in ("landing", "staging"):
        (folder / name).mkdir(exist_ok=True)
    return Duty(folder / "landing", folder / "staging", KEY, "500MB", 10**9)


def test_it_sees_no_secret_and_can_write_no_core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNWATCH_KEY", "a secret of sixteen and more")
    monkeypatch.setenv("DATABASE_PASSWORD", "another")
    process = Process.start(duty(tmp_path))
    try:
        place = Path(f"/proc/{process.child.pid}")
        seen = (place / "environ").read_bytes() + (place / "cmdline").read_bytes()
        limits = resource.prlimit(process.child.pid, resource.RLIMIT_CORE)
        assert 0 < process.resident_bytes() < 10**9
    finally:
        process.end()
    assert b"PATH=" in seen
    assert b"secret" not in seen
    assert b"another" not in seen
    assert KEY not in seen
    assert limits == (0, 0)


def test_it_may_write_so_much_for_a_file_and_no_more(tmp_path: Path) -> None:
    process = Process.start(duty(tmp_path))
    try:
        kind, _ = process.ask(delivered(tmp_path, "orders.csv", SMALL), 1_000, 60)
        assert kind == STAGED
        assert resource.prlimit(process.child.pid, resource.RLIMIT_FSIZE)[0] == (1 << 26) + 64_000
    finally:
        process.end()


@pytest.mark.parametrize(("number", "told"), [(signal.SIGSEGV, "SIGSEGV"), (signal.SIGKILL, "SIGKILL")])
def test_how_it_died_is_known(tmp_path: Path, number: signal.Signals, told: str) -> None:
    process = Process.start(duty(tmp_path))
    os.kill(process.child.pid, number)
    with pytest.raises(LostError) as lost:
        process.ask(delivered(tmp_path, "orders.csv", SMALL), 1_000, 60)
    process.end()
    assert (lost.value.verdict, lost.value.detail) == ("died", told)
    assert process.child.returncode == -number


def test_a_folder_that_is_gone_breaks_it_and_is_told(tmp_path: Path) -> None:
    place = duty(tmp_path)
    place.folder.rmdir()
    with pytest.raises(ReturnwatchError, match=r"does not start \(FileNotFoundError\)"):
        Process.start(place)


def test_it_starts_without_what_starts_slowly() -> None:
    text = "import sys, pipelines.ingest.worker; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=ROOT)
    slow = {"dagster", "great_expectations", "pandas", "pyarrow", "pydantic", "sklearn", "scipy"}
    assert slow & set(done.stdout.split()) == set()


ORPHAN = """
import sys, time
from pathlib import Path
from pipelines.ingest.process import Process
from pipelines.ingest.worker import Duty
base = Path(sys.argv[1])
process = Process.start(Duty(base / "landing", base / "staging", b"k" * 20, "500MB", 10**9))
print(process.child.pid, flush=True)
time.sleep(60)
"""


def test_it_ends_with_a_run_that_is_killed(tmp_path: Path) -> None:
    duty(tmp_path)
    command = [sys.executable, "-c", ORPHAN, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stdout is not None
        pid = int(run.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        run.kill()
    end = time.monotonic() + 60
    while time.monotonic() < end and _is_running(pid):
        time.sleep(0.01)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    """Whether a process is there, and is more than what nobody has waited for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
