"""A process that has imported the program already and runs its command line in forked children, for the bench.

As ``tests/warm.py``, with the shim loaded (tests/faults/shim.c): it is told what to run by lines of JSON on stdin
(``argv``, ``variables``, and the files ``out`` and ``err``), and answers with the process (the leader of a
group of its own) as soon as there is one, and with its exit code, negative for a signal, when it has ended.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.faults.shim import asks_for_kill, lead
from tests.warm import import_all, run_program, write_to

TICK = 0.005
"""Seconds between two looks at a run."""


def _become(task: dict[str, Any]) -> None:
    """Make this forked child the process that the task describes, run, and end."""
    os.setpgid(0, 0)
    lead(Path(os.environ["FAULT_STATE"]))
    write_to(task["out"], task["err"])
    os.environ.update(task["variables"])
    code = run_program(task["argv"], Path(task["modules"]) if "modules" in task else None)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(task: dict[str, Any]) -> int:
    """Run a task in a forked child and return its exit code."""
    child = os.fork()
    if child == 0:
        _become(task)
    with suppress(PermissionError, ProcessLookupError):  # the child was first, or has ended
        os.setpgid(child, child)
    sys.stdout.write(f"{child}\n")
    sys.stdout.flush()
    return os.waitstatus_to_exitcode(_ended(child))


def _ended(child: int) -> int:
    """Wait for a child, and kill its group where one of them asks for that; return its status."""
    with Path(os.environ["FAULT_STATE"]).open("rb") as file:
        state = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    with state:
        while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
            if asks_for_kill(state):
                with suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
            time.sleep(TICK)
    return ended[1]


def serve() -> None:
    """Run task after task until stdin ends."""
    for line in sys.stdin:
        task = json.loads(line)
        code = _run(task)
        if "modules" in task:
            import_all(Path(task["modules"]))
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
