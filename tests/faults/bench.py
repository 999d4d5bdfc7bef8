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
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.checks import broken, current, leftovers, published_files, state, warehouse_problems
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
    """A server of its own below ``folder``, and the home that its runs work in."""

    def __init__(self, folder: Path, library: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.home = folder / "home"
        self.shim = Shim(folder / "state")
        self._mended: dict[str, tuple[str, ...]] = {}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RETURNWATCH_", "COV"))}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=kept | VARIABLES | {
                "LD_PRELOAD": str(library), "FAULT_STATE": str(self.shim.place), "PYTHONPATH": str(ROOT),
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
        assert self._server.stdin is not None
        assert self._server.stdout is not None
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
        answer = self._server.stdout.readline()
        self.shim.disarm()
        return Ended(int(answer), err.read_text(encoding="utf-8", errors="replace"))

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
        return Case(case.before, case.landing, table_hashes(self.home), n_calls)

    def attempt(self, case: Case, fault: Fault) -> Outcome:
        """Disturb one run of the case, look at what it left, and have a plain run mend it."""
        self.reset(case)
        ended = self.run(case, fault)
        call = self.shim.first if self.shim.fired else ""
        problems = self._after(case, fault, ended)
        problems += self._mend(case)
        line = ended.err.strip().splitlines()[-1] if ended.err.strip() else ""
        return Outcome(fault, call, ended.code, line, tuple(problems))

    def _after(self, case: Case, fault: Fault, ended: Ended) -> list[str]:
        """Return what is wrong after a disturbed run: its words, its exit code, the published sets."""
        problems = []
        lines = [line for line in ended.err.splitlines() if line.startswith("returnwatch: ")]
        if "Traceback" in ended.err:
            problems.append("a traceback")
        if ACTIONS[fault.action] == KILL:
            if self.shim.fired and ended.code != -9:
                problems.append(f"killed, and yet it ended with {ended.code}")
        elif ended.code not in (0, 1):
            problems.append(f"exit code {ended.code}")
        elif ended.code == 1 and len(lines) != 1:
            problems.append(f"{len(lines)} lines say what failed")
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

    @property
    def n_mended(self) -> int:
        """The plain runs that were made to mend: one for each state that was left."""
        return len(self._mended)
