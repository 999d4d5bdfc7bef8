"""The home's lock: one run at a time writes there, and who waits is told for whom."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipelines.errors import ReturnwatchError
from pipelines.failures import machine_failure

LOCK = "run.lock"
LOCK_POLL_SECONDS = 0.2
"""How often a run that waits for the home's lock asks for it."""


@dataclass(slots=True)
class RunLock:
    """The home's lock: held by the one run that may write, freed by the system when that process ends."""

    path: Path
    file: IO[str] | None = None

    def acquire(self, wait_seconds: float = 0, tell: Callable[[str], None] = lambda _: None) -> None:
        """Take the lock, waiting so long for another run to end; ReturnwatchError naming the holder where it does not.

        ``tell`` hears once whom this run waits for. ReturnwatchError, too, where the home cannot be written.
        """
        try:
            self._take(wait_seconds, tell)
        except OSError as error:
            line = machine_failure(f"[Errno {error.errno}] {error.strerror}: '{self.path.absolute()}'")
            raise ReturnwatchError(line or f"{self.path}: cannot be locked ({error.strerror}); check it") from None

    def _take(self, wait_seconds: float, tell: Callable[[str], None]) -> None:
        """Take the lock; OSError where the home cannot be written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="ascii")
        deadline = time.monotonic() + wait_seconds
        has_told = False
        while not _locked(file):
            if time.monotonic() >= deadline:
                holder = _holder(file)
                file.close()
                waited = f" still, after {wait_seconds:g} s" if wait_seconds else ""
                raise ReturnwatchError(
                    f"{self.path.parent}: another run is writing here{waited} (process {holder}); "
                    "wait for it to end, or use another --home"
                )
            if not has_told:
                tell(f"{self.path.parent}: waiting for the run of process {_holder(file)} to end")
                has_told = True
            time.sleep(min(LOCK_POLL_SECONDS, wait_seconds))
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self.file = file

    def release(self) -> None:
        """Free the lock."""
        if self.file is not None:
            self.file.close()
            self.file = None


def _locked(file: IO[str]) -> bool:
    """Take a file's lock where nobody holds it; whether it was taken."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(file: IO[str]) -> str:
    """Return the process that a lock file names."""
    file.seek(0)
    return file.read().strip() or "unknown"
