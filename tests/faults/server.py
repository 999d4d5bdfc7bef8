"""A process that has imported the program already and runs its command line in forked children.

A run spends most of its time on imports; a child that is forked after them runs at once. The server is
started with the shim loaded (tests/faults/shim.c) and is told what to run by lines of JSON on stdin:
``argv``, ``variables``, and the files ``out`` and ``err``. It answers with the process (the leader of a
group of its own) as soon as there is one, and with its exit code, negative for a signal, when it has
ended. It imports what a first run imports before it forks others; it never runs the program itself, so
that no thread pool exists that a child would inherit without its threads.
"""

from __future__ import annotations

import importlib
import json
import mmap
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from tests.faults.shim import asks_for_kill, lead

TICK = 0.005
"""Seconds between two looks at a run."""


def _main(argv: list[str], modules: Path | None) -> int:
    """Run the command line in this process and return its exit code, as the interpreter would."""
    sys.argv = ["returnwatch", *argv]
    from pipelines.cli import main  # noqa: PLC0415 - the child imports what a user's process would

    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - what the interpreter does with a failure that nobody expected
        traceback.print_exc()
        return 1
    finally:
        if modules is not None:
            modules.write_text("\n".join(sys.modules), encoding="utf-8")
    return 0


def _become(task: dict[str, object]) -> None:
    """Make this forked child the process that the task describes, run, and end."""
    os.setpgid(0, 0)
    lead(Path(os.environ["FAULT_STATE"]))
    for name in ("out", "err"):
        file = os.open(str(task[name]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, 1 if name == "out" else 2)
        os.close(file)
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115 - they live as long as the process
    os.environ.update({str(name): str(value) for name, value in dict(task["variables"]).items()})  # type: ignore[call-overload]
    code = _main([str(part) for part in list(task["argv"])], Path(str(task["modules"])) if "modules" in task else None)  # type: ignore[call-overload]
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(task: dict[str, object]) -> int:
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


def _import(modules: Path) -> None:
    """Import what a child imported; what cannot be imported by its name is left to the children."""
    for name in modules.read_text(encoding="utf-8").splitlines():
        if not name.startswith(("__main__", "tests.")):
            with suppress(ImportError, AttributeError, TypeError, ValueError, KeyError):
                importlib.import_module(name)


def serve() -> None:
    """Run task after task until stdin ends."""
    for line in sys.stdin:
        task = json.loads(line)
        code = _run(task)
        if "modules" in task:
            _import(Path(task["modules"]))
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
