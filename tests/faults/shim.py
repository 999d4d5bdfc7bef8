"""The shim from the outside: compile it, say which call it disturbs and how, read what it counted."""

from __future__ import annotations

import errno
import mmap
import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("shim.c")
NUMBERS = struct.Struct("<QQqqqQqq")
"""count, target, action, sticky, torn, fired, traced, leader: the head of ``struct state``."""
LEADER = struct.Struct("<q")
TEXT = 1024
KILLED = NUMBERS.size + 4 * TEXT + LEADER.size
SIZE = KILLED + LEADER.size
KILL = -1
ACTIONS = {"no space": errno.ENOSPC, "I/O error": errno.EIO, "permission": errno.EACCES, "kill": KILL}
"""What a disturbed call does, by the name that reports give it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One disturbance: the call's number from 1 (0 for none), what it does, and whether later calls do too."""

    target: int
    action: str = "no space"
    is_sticky: bool = False
    is_torn: bool = False
    only: str = ""
    """A call and its place below the home, such as ``rename /published/current``: only such calls are numbered."""


NO_FAULT = Fault(0)


def compiled(folder: Path) -> Path:
    """Compile the shim below ``folder`` and return the library; skips where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler (cc, gcc): faults cannot be injected")
    library = folder / "shim.so"
    done = subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-Wall", "-Werror", "-o", str(library), str(SOURCE), "-ldl"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return library


def lead(place: Path) -> None:
    """Say that this process leads the group that a kill is to end."""
    with place.open("r+b") as file:
        file.seek(NUMBERS.size - LEADER.size)
        file.write(LEADER.pack(os.getpid()))


def asks_for_kill(state: mmap.mmap) -> bool:
    """Whether a child has come to a call that is to kill its run, by the file that the shim maps."""
    return any(state[KILLED:SIZE])


class Shim:
    """The shim for the programs of one bench; what is written here holds for every process that loaded it."""

    def __init__(self, compiled_library: Path, folder: Path) -> None:
        self.library = Path(shutil.copy(compiled_library, folder))
        self.place = place = self.library.with_name(f"{self.library.name}.state")
        place.write_bytes(b"\0" * SIZE)
        with place.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), SIZE)

    def arm(self, root: Path, fault: Fault, trace: Path | None = None) -> None:
        """Count the calls below ``root`` from 0 and disturb as ``fault`` says; write them to ``trace`` if given."""
        texts = [str(root), "", str(trace or ""), fault.only]
        numbers = (
            0, fault.target, ACTIONS[fault.action], fault.is_sticky, fault.is_torn, 0, trace is not None, 0,
        )  # fmt: skip
        content = NUMBERS.pack(*numbers) + b"".join(text.encode().ljust(TEXT, b"\0") for text in texts)
        self._memory[:] = content + b"\0" * (SIZE - KILLED + LEADER.size)

    def disarm(self) -> None:
        """Count nothing and disturb nothing; what was counted stays."""
        self._memory[NUMBERS.size : NUMBERS.size + 1] = b"\0"

    @property
    def count(self) -> int:
        """The calls that were counted."""
        return int(NUMBERS.unpack_from(self._memory)[0])

    @property
    def fired(self) -> int:
        """The calls that were disturbed."""
        return int(NUMBERS.unpack_from(self._memory)[5])

    @property
    def first(self) -> str:
        """The first call that was disturbed: its name, and its place below the root."""
        start = NUMBERS.size + TEXT
        return self._memory[start : start + TEXT].split(b"\0")[0].decode(errors="replace")
