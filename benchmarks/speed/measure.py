"""Run competitors several times, each time in a new process, and keep medians."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TICK = 0.2
"""Seconds between two looks at how much memory a program and its children hold."""


@dataclass(frozen=True, slots=True)
class Try:
    """What one try took: seconds on the clock, seconds of all processors together, and the most memory at once.

    On a machine that others use as well the clock says little; what the processors did for it says more.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What a competitor took, try by try."""

    name: str
    lines: int
    rmas: int
    tries: tuple[Try, ...]

    @property
    def seconds(self) -> float:
        """The median of the seconds on the clock."""
        return median(one.seconds for one in self.tries)

    @property
    def cpu_seconds(self) -> float:
        """The median of the seconds of all processors together."""
        return median(one.cpu_seconds for one in self.tries)

    @property
    def peak_bytes(self) -> int:
        """The most memory of any try."""
        return max(one.peak_bytes for one in self.tries)


def measure_task(name: str, folder: Path) -> Try:
    """Return what a task of ``tasks.py`` took."""
    asked = [sys.executable, "-m", "benchmarks.speed.tasks", name, str(folder)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 - this very interpreter
    return Try(**json.loads(done.stdout))


def measure_program(arguments: Sequence[str]) -> Try:
    """Return what a program and its children took from start to end."""
    started = time.monotonic()
    child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
    peak, is_over = [0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peak, is_over))
    watcher.start()
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.monotonic() - started
    is_over.set()
    watcher.join()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {child.returncode}; run it by hand to see why")
    return Try(seconds, used.ru_utime + used.ru_stime, peak[0])


def measure_run(landing: Path, home: Path) -> Try:
    """Return what ``returnwatch run`` took, into a home that is made for it."""
    shutil.rmtree(home, ignore_errors=True)
    return measure_program([sys.executable, "-m", "pipelines", "run", "--landing", str(landing), "--home", str(home)])


def exponent(smaller: Measured, larger: Measured) -> float:
    """Return how the processors' time grows with order lines: 1 is in proportion."""
    return math.log(larger.cpu_seconds / smaller.cpu_seconds) / math.log(larger.lines / smaller.lines)


def _watch(pid: int, peak: list[int], is_over: threading.Event) -> None:
    """Remember the most memory that a process and its children hold, until told to stop."""
    while not is_over.wait(TICK):
        peak[0] = max(peak[0], sum(map(_resident_bytes, _family(pid))))


def _family(pid: int) -> list[int]:
    """Return a process and its children."""
    found = [pid]
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def _resident_bytes(pid: int) -> int:
    """Return the memory that a process holds; 0 where it is gone."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
