"""One place to break runs in: a server that forks them, a shim that disturbs them, a home that is made anew.

A case is a home as it was before, a landing folder with something new in it, and what an undisturbed run
makes of the two. An attempt is one disturbed run of the case, all that must hold after it, and the plain
run that must mend what it left.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.checks import broken, current, leftovers, published_files, state, unread, warehouse_problems
from tests.faults.shim import ACTIONS, KILL, NO_FAULT, Fault, Shim
from tests.program import ROOT, table_hashes

VARIABLES = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1",
    "RETURNWATCH_DETECTOR__TREES": "10", "SOURCE_DATE_EPOCH": "1760000000",
}  # fmt: skip
"""What makes a run small and its results the same every time."""
LATER = {"SOURCE_DATE_EPOCH": "1760090000"}


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that ended: its exit code (negative for a signal) and what it wrote on stderr."""

    code: int
    err: str


@dataclass(frozen=True, slots=True)
class Case:
    """A home before the run (None for an empty one), the landing folder, and what an undisturbed run publishes."""

    before: Path | None
    landing: Path
    tables: dict[str, str] = field(default_factory=dict)
    n_calls: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one disturbed run: the call that was disturbed, the exit code, and everything that was wrong."""

    fault: Fault
    call: str
    code: int
    message: str
    problems: tuple[str, ...]


class Bench:
    """A server of its own below ``folder``, and the home that its runs work in.

    Benches may share ``mended``: what was wrong after the plain run that mended a home in some state.
    """

    def __init__(self, folder: Path, library: Path, mended: dict[str, tuple[str, ...]] | None = None) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.home = folder / "home"
        self.shim = Shim(library, folder)
        self._mended = {} if mended is None else mended
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RETURNWATCH_", "COV"))}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=kept | VARIABLES | {
                "LD_PRELOAD": str(self.shim.library), "FAULT_STATE": str(self.shim.place), "PYTHONPATH": str(ROOT),
            },
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait()
        assert self._server.stdout is not None
        self._server.stdout.close()

    def run(self, case: Case, fault: Fault = NO_FAULT, *, trace: Path | None = None, warms: bool = False) -> Ended:
        """Run the command line on the home as it is; ``warms`` makes the server import what this run imports."""
        self._start(case, fault, trace, warms=warms)
        return self._wait()

    def _start(self, case: Case, fault: Fault = NO_FAULT, trace: Path | None = None, *, warms: bool = False) -> int:
        """Start a run and return its process, the leader of a group of its own."""
        assert self._server.stdin is not None
        out, err = self.folder / "out", self.folder / "err"
        task: dict[str, object] = {
            "argv": ["run", "--landing", str(case.landing), "--home", str(self.home)],
            "variables": LATER if case.before else {}, "out": str(out), "err": str(err),
        }  # fmt: skip
        if warms:
            task["modules"] = str(self.folder / "modules")
        self.shim.arm(self.home, fault, trace)
        self._server.stdin.write(json.dumps(task) + "\n")
        self._server.stdin.flush()
        return self._answer()

    def _answer(self) -> int:
        """Return the next number that the server says."""
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())

    def _wait(self) -> Ended:
        """Wait for the run to end."""
        code = self._answer()
        self.shim.disarm()
        return Ended(code, (self.folder / "err").read_text(encoding="utf-8", errors="replace"))

    def reset(self, case: Case) -> None:
        """Make the home what it was before the case."""
        shutil.rmtree(self.home, ignore_errors=True)
        if case.before is not None:
            shutil.copytree(case.before, self.home, symlinks=True)

    def undisturbed(self, case: Case, *, trace: Path | None = None, warms: bool = False) -> Case:
        """Run the case without a fault; return it with what it publishes and the calls that it takes."""
        self.reset(case)
        ended = self.run(case, trace=trace, warms=warms)
        assert ended.code == 0, ended.err
        n_calls = self.shim.count
        assert broken(self.home / "published" / "current") + warehouse_problems(self.home) == []
        assert unread(self.home / "published" / "current") == []  # each run would read them, and note them, again
        return Case(case.before, case.landing, table_hashes(self.home), n_calls)

    def attempt(self, case: Case, fault: Fault) -> Outcome:
        """Disturb one run of the case, look at what it left, and have a plain run mend it."""
        self.reset(case)
        ended = self.run(case, fault)
        call = self.shim.first if self.shim.fired else ""
        problems = self._after(case, fault, ended)
        problems += self._mend(case)
        return Outcome(fault, call, ended.code, _last_line(ended.err), tuple(problems))

    def interrupted(self, case: Case, seconds: float, number: signal.Signals) -> Outcome:
        """Send a signal to a run and its children after so many seconds; then as ``attempt``, each time with a run."""
        self.reset(case)
        process = self._start(case)
        time.sleep(seconds)
        with suppress(ProcessLookupError):  # it may have ended before
            os.killpg(process, number)
        ended = self._wait()
        call = f"{number.name} after {seconds:.2f} s"
        expected = {signal.SIGKILL: -9, signal.SIGTERM: 130, signal.SIGINT: 130}[number]
        problems = [] if ended.code in (0, expected) else [f"{number.name}, and yet it ended with {ended.code}"]
        problems += self._words(ended) if number is not signal.SIGKILL else []
        problems += self._published_problems(case, ended) + self._mended_problems(case)
        return Outcome(NO_FAULT, call, ended.code, _last_line(ended.err), tuple(problems))

    @staticmethod
    def _words(ended: Ended) -> list[str]:
        """Return what is wrong with what a run said: a failure is one line, and never a traceback."""
        lines = [line for line in ended.err.splitlines() if line.startswith("returnwatch: ")]
        problems = ["a traceback"] if "Traceback" in ended.err else []
        return problems + ([f"{len(lines)} lines say what failed"] if ended.code and len(lines) != 1 else [])

    def _after(self, case: Case, fault: Fault, ended: Ended) -> list[str]:
        """Return what is wrong after a disturbed run: its words, its exit code, the published sets."""
        is_killed = ACTIONS[fault.action] == KILL and self.shim.fired > 0
        problems = [] if is_killed else self._words(ended)
        if ended.code not in ((-9,) if is_killed else (0, 1)):
            problems.append(f"exit code {ended.code}")
        return problems + self._published_problems(case, ended)

    def _published_problems(self, case: Case, ended: Ended) -> list[str]:
        """Return what is wrong with the sets: the earlier ones stand, and the current one is whole."""
        problems = []
        earlier = published_files(case.before) if case.before else {}
        now = published_files(self.home)
        if any(now.get(name) != digest for name, digest in earlier.items()):
            problems.append("an earlier set was changed")
        pointed, old = current(self.home), current(case.before) if case.before else None
        if ended.code == 1 and pointed != old:
            problems.append(f"it failed, and yet {pointed} is current")
        if pointed is not None:
            problems += broken(self.home / "published" / "current")
        if pointed != old and table_hashes(self.home) != case.tables:
            problems.append("what is published is not what an undisturbed run publishes")
        if ended.code == 0 and pointed == old:
            problems.append("it ended well, and yet published nothing")
        return problems

    def _mend(self, case: Case) -> tuple[str, ...]:
        """Return what is wrong after the plain run that follows; a state that was mended before is known."""
        left = hashlib.sha256(json.dumps([str(case.before), state(self.home)]).encode()).hexdigest()
        if left not in self._mended:
            self._mended[left] = tuple(self._mended_problems(case))
        return self._mended[left]

    def _mended_problems(self, case: Case) -> list[str]:
        """Run plainly and return what is not as after an undisturbed run."""
        ended = self.run(case)
        if ended.code != 0:
            return [f"the next run ended with {ended.code}: {ended.err[-300:]}"]
        problems = broken(self.home / "published" / "current") + warehouse_problems(self.home)
        problems += [f"left behind: {name}" for name in leftovers(self.home)]
        if table_hashes(self.home) != case.tables:
            other = sorted(name for name, digest in table_hashes(self.home).items() if case.tables.get(name) != digest)
            problems.append(f"the next run publishes other tables: {', '.join(other)}")
        return problems


def _last_line(text: str) -> str:
    """Return the last line of a text; empty where there is none."""
    return text.strip().splitlines()[-1] if text.strip() else ""
