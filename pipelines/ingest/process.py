"""One process that reads delivered files, seen from outside: start it, ask it, watch it, end it.

What belongs here: that process and its limits. What to do about a file that it is lost over is
``isolate.py``; what runs in it is ``worker.py``.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.worker import BROKEN, Duty

KEPT_VARIABLES = frozenset({"PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "LD_PRELOAD", "TZ"})
"""Variables of the environment that the process may see: none that could hold a secret.

The libraries that this very process was told to load (an allocator, say) are loaded there too.
"""
OWN_VARIABLES = {"PYTHONDONTWRITEBYTECODE": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Variables that the process is given: Arrow's own allocator would reserve a gigabyte for each small batch."""
SECONDS_TO_START = 120.0
TICK = 0.05
"""Seconds between two looks at the memory of a process that has not answered yet."""
LONGEST_ANSWER = 1 << 24
WRITTEN_BYTES, WRITTEN_RATIO = 1 << 26, 64
"""What may be written for one file: bytes, and how many for one delivered."""
SLOW, LARGE, DIED, BROKE = "slow", "large", "died", "broke"


class LostError(Exception):
    """A process that will give no answer any more: too slow, too large, dead, or broken; with what is known of it."""

    def __init__(self, verdict: str, detail: str = "") -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self.detail = detail


@dataclass(slots=True)
class Process:
    """A running reader. ``n_asked`` counts the files that it was sent."""

    duty: Duty
    child: subprocess.Popen[bytes]
    line: socket.socket
    received: bytes = b""
    n_asked: int = field(default=0)

    @classmethod
    def start(cls, duty: Duty) -> Self:
        """Start a reader and wait until it is ready; ReturnwatchError where it does not come up."""
        ours, its = socket.socketpair()
        arguments = ["-P", "-m", "pipelines.ingest.worker", str(its.fileno()), str(os.getpid())]
        path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry)
        variables = {name: value for name, value in os.environ.items() if name in KEPT_VARIABLES}
        try:
            with its:
                child = subprocess.Popen(  # noqa: S603 - this very interpreter, and arguments of our own
                    [sys.executable, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(its.fileno(),),
                    env=variables | OWN_VARIABLES | {"PYTHONPATH": path},
                )
        except OSError as error:
            ours.close()
            raise ReturnwatchError(f"no process to read files in could be started ({error.strerror})") from None
        started = cls(duty, child, ours)
        started._greet()
        return started

    def _greet(self) -> None:
        """Tell the reader its duty and wait until it says that it is ready."""
        try:
            self._send(self.duty)
            self._answer(SECONDS_TO_START)
        except LostError as lost:
            self.end()
            if lost.verdict == LARGE:
                megabytes = self.duty.most_bytes / 10**6
                reason = f"{megabytes:g} MB are too low to read any file in; raise [engine] file_memory_limit"
            else:
                what = lost.detail or "no answer"
                reason = f"the process that reads files does not start ({what}); free memory, or install anew"
            raise ReturnwatchError(reason) from None
        except BaseException:
            self.end()
            raise

    def ask(self, file: DeliveredFile, n_bytes: int, seconds: float) -> tuple[str, object]:
        """Have a file of that size (once unpacked) staged; return the answer. LostError where there will be none."""
        self.n_asked += 1
        if hasattr(resource, "prlimit"):
            # what grows beyond all measure would fill the disk of the others
            most = WRITTEN_BYTES + WRITTEN_RATIO * n_bytes
            with suppress(ProcessLookupError):
                hard = resource.prlimit(self.child.pid, resource.RLIMIT_FSIZE)[1]
                soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.prlimit(self.child.pid, resource.RLIMIT_FSIZE, (soft, hard))
        self._send(file)
        return self._answer(seconds)

    def _send(self, message: object) -> None:
        """Send something to the reader."""
        self.line.settimeout(SECONDS_TO_START)
        try:
            self.line.sendall(pickle.dumps(message))
        except OSError:
            raise LostError(DIED, self._how_it_ended()) from None

    def _answer(self, seconds: float) -> tuple[str, object]:
        """Wait for one line of the reader; LostError where it takes too long, grows too large, or ends."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self.received:
            if time.monotonic() > deadline:
                raise LostError(SLOW)
            if self.resident_bytes() > self.duty.most_bytes:
                raise LostError(LARGE)
            self._receive()
        line, _, self.received = self.received.partition(b"\n")
        try:
            kind, content = json.loads(line)
        except ValueError:
            raise LostError(BROKE, "an answer that makes no sense") from None
        if kind == BROKEN:
            raise LostError(BROKE, str(content))
        return str(kind), content

    def _receive(self) -> None:
        """Take in what the reader has sent within a tick."""
        self.line.settimeout(TICK)
        try:
            data = self.line.recv(1 << 16)
        except TimeoutError:
            return
        except OSError:
            data = b""
        self.received += data
        if not data or len(self.received) > LONGEST_ANSWER:
            raise LostError(DIED, self._how_it_ended())

    def resident_bytes(self) -> int:
        """Return the memory that the reader holds; 0 where the system does not say."""
        try:
            pages = Path(f"/proc/{self.child.pid}/statm").read_text(encoding="ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def _how_it_ended(self) -> str:
        """Return how the reader ended: the signal's name or the exit code."""
        try:
            code = self.child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "it fell silent"
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def end(self) -> None:
        """End the reader, whatever it does, and wait until it is gone."""
        self.line.close()
        self.child.kill()
        self.child.wait()
