"""The process that reads delivered files: one after another, until nobody sends any more.

What belongs here: what runs in that process. Who starts it, watches it and replaces it is ``isolate.py``.
It answers in JSON, one line a file: a reader that a crafted file took over must not be able to make
its parent run anything. It imports nothing that starts slowly (Dagster, Great Expectations).
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import IO

import duckdb

from pipelines.errors import ReturnwatchError
from pipelines.ingest.confine import Reach, confine, die_with_parent
from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.sandbox import SharedSandbox
from pipelines.ingest.stage import StagedFile, stage_file

READY, STAGED, MEMORY, OURS, BROKEN = "ready", "staged", "memory", "ours", "broken"
"""What an answer is: the process is there; a file's outcome; no memory left; a failure that ends the run; a bug."""
RESERVED_BYTES = 8 << 30
"""Memory that allocators reserve without using it: 4 GB were seen over a file of 20 KB, of which 0.2 GB were used."""
LEFT_TO_PARENT = frozenset({"file"})
"""Fields of an outcome that the parent knows already."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What the process is told once: where it works, with which key, and the memory DuckDB and it may use."""

    landing: Path
    folder: Path
    key: bytes
    memory_limit: str
    most_bytes: int


def serve(duty: Duty, requests: IO[bytes], answers: IO[bytes]) -> None:
    """Say that all is ready, then stage each file that is sent; end when the other side closes."""
    _answer(answers, READY)
    with contextlib.closing(SharedSandbox(duty.landing)) as sandbox:
        for file in _requests(requests):
            kind, content = _stage(file, duty, sandbox)
            _answer(answers, kind, content)


def _requests(stream: IO[bytes]) -> Iterator[DeliveredFile]:
    """Yield the files that are sent."""
    while True:
        try:
            yield pickle.load(stream)  # noqa: S301 - from the process that started this one
        except EOFError:
            return


def _stage(file: DeliveredFile, duty: Duty, sandbox: SharedSandbox) -> tuple[str, object]:
    """Return what became of one file: its outcome, or why there is none."""
    try:
        return STAGED, outcome(stage_file(file, duty.folder, duty.key, duty.memory_limit, open_duckdb=sandbox.open))
    except ReturnwatchError as error:
        is_memory = isinstance(error.__cause__, duckdb.OutOfMemoryException | MemoryError)
        return (MEMORY if is_memory else OURS), str(error)


def outcome(staged: StagedFile) -> dict[str, object]:
    """Return what the parent needs to know of a staged file; ``is_unread`` where it was not read to its end."""
    known = {entry.name: getattr(staged, entry.name) for entry in fields(staged) if entry.name not in LEFT_TO_PARENT}
    return known | {"is_unread": not staged.file.sha256}


def _answer(answers: IO[bytes], kind: str, content: object = None) -> None:
    """Send one answer."""
    answers.write(json.dumps([kind, content], default=_plain).encode() + b"\n")
    answers.flush()


def _plain(value: object) -> object:
    """Return what JSON cannot hold as what it can: a record as its fields, a path as text."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _limit_memory(most_bytes: int) -> None:
    """Let the system refuse what no reader needs.

    Allocators reserve far more than they use, so this only stops what is absurd, before it is touched; the
    parent, who sees what is really used, ends a reader much earlier.
    """
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = 2 * most_bytes + RESERVED_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard),) * 2)


def main(descriptor: int, parent: int) -> None:
    """Serve the process that holds the other end of ``descriptor``; ends with ``parent``, however that ends."""
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # DuckDB looks for pandas wherever a value comes in, which takes longer than most files; none is ever used
    sys.modules["pandas"] = None  # type: ignore[assignment]
    with socket.socket(fileno=descriptor) as line:
        requests, answers = line.makefile("rb"), line.makefile("wb")
        sys.excepthook = lambda kind, *_: _answer(answers, BROKEN, kind.__name__)
        duty: Duty = pickle.load(requests)  # noqa: S301 - from the process that started this one
        _limit_memory(duty.most_bytes)
        confine(Reach(reads=(duty.landing,), writes=(duty.folder,)))
        serve(duty, requests, answers)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
    os._exit(0)
