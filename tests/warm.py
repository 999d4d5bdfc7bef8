"""A process that has imported the program already and runs its command line in forked children.

A small run spends most of its time on imports; a child that is forked after them runs at once, and is a process
of its own in all else: its folder, its variables, its output, its exit code. The first task runs cold and says
what it imported; that is imported here before the next. The program itself never runs here, so that no thread
pool exists that a child would inherit without its threads. Children share one hash seed: whether two runs agree
whatever their seeds is for runs to show that are started the ordinary way.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def run_program(argv: list[str], modules: Path | None) -> int:
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


def write_to(out: str, err: str) -> None:
    """Make two files this process's stdout and stderr."""
    for number, name in ((1, out), (2, err)):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115 - they live as long as the process


def import_all(modules: Path) -> None:
    """Import what a child imported, for good; what cannot be imported by its name is left to the children."""
    for name in modules.read_text(encoding="utf-8").splitlines():
        if not name.startswith(("__main__", "tests.")):
            with suppress(ImportError, AttributeError, TypeError, ValueError, KeyError):
                importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a child would otherwise copy every page that its search for garbage touches


def _become(task: dict[str, Any]) -> None:
    """Make this forked child the process that the task describes, run, and end."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # stdin is where the next tasks come from
    os.chdir(task["cwd"])
    os.environ.clear()
    os.environ.update(task["variables"])
    write_to(task["out"], task["err"])
    code = run_program(task["argv"], Path(task["modules"]) if "modules" in task else None)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def serve() -> None:
    """Run task after task, each a line of JSON on stdin, and answer with its exit code, until stdin ends."""
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(task)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if "modules" in task and code == 0:
            import_all(Path(task["modules"]))
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


class Warm:
    """The server of this process of tests, seen from outside; it ends with the process."""

    def __init__(self, root: Path) -> None:
        self._folder = TemporaryDirectory(prefix="warm")
        self._is_warm = False
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RETURNWATCH_", "COV"))}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.warm"],
            cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=kept | {"PYTHONPATH": str(root)},
        )  # fmt: skip
        atexit.register(self.close)

    def run(self, argv: list[str], cwd: Path, variables: Mapping[str, str]) -> tuple[int, str, str]:
        """Run the program with these arguments in a folder; return its exit code, stdout and stderr."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        folder = Path(self._folder.name)
        out, err = folder / "out", folder / "err"
        task: dict[str, object] = {
            "argv": argv, "cwd": str(cwd), "variables": dict(variables), "out": str(out), "err": str(err),
        }  # fmt: skip
        if not self._is_warm:
            task["modules"] = str(folder / "modules")
        self._server.stdin.write(json.dumps(task) + "\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        self._is_warm = self._is_warm or (code == 0 and "run" in argv)  # other commands import less
        return code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")

    def close(self) -> None:
        """End the server."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()
        self._folder.cleanup()


@cache
def warm(root: Path) -> Warm:
    """Return the one server of this process of tests."""
    return Warm(root)


if __name__ == "__main__":
    serve()
