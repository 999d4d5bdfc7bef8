"""Ways in which a process gives up what it does not need, for good: Linux's Landlock, and a life tied to its parent.

Landlock lets a process without any rights say which folders it may still reach; the kernel holds it
to that whatever code comes to run in it. Where the system has no Landlock, the locked DuckDB of
``sandbox.py`` remains the fence.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of the system calls, the same on every architecture."""
VERSION_FLAG, PATH_BENEATH = 1, 1
SET_PDEATHSIG, SET_NO_NEW_PRIVS = 1, 38
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
TRUNCATE_SINCE, DEVICES_SINCE, NETWORK_SINCE, SCOPES_SINCE = 3, 5, 4, 6
"""The versions of Landlock since which it knows of truncating, of devices, of TCP, and of signals."""
BASE_RIGHTS, TRUNCATE, IOCTL = (1 << 14) - 1, 1 << 14, 1 << 15
BIND_AND_CONNECT, SOCKETS_AND_SIGNALS = 3, 3
LIBRARIES = ("site-packages", "dist-packages")
"""Folders that hold what is installed, and nothing of anybody's."""
OF_THE_SYSTEM = (
    "/usr", "/lib", "/lib64", "/sys/fs/cgroup", "/sys/devices/system/cpu",
    "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat",
)  # fmt: skip
READING = EXECUTE | READ_FILE | READ_DIR


@dataclass(frozen=True, slots=True)
class Reach:
    """The folders that a process may still read, and those that it may write too."""

    reads: tuple[Path, ...]
    writes: tuple[Path, ...]


def confine(reach: Reach) -> bool:
    """Give up every folder outside ``reach`` and the program's own, every TCP connection and signals to others.

    Return whether the system could do so.
    """
    version = _call(CREATE_RULESET, None, 0, VERSION_FLAG) if sys.platform == "linux" else -1
    if version < 1:
        return False
    rights = BASE_RIGHTS
    rights |= TRUNCATE if version >= TRUNCATE_SINCE else 0
    rights |= IOCTL if version >= DEVICES_SINCE else 0
    network = BIND_AND_CONNECT if version >= NETWORK_SINCE else 0
    scopes = SOCKETS_AND_SIGNALS if version >= SCOPES_SINCE else 0
    size = 24 if scopes else 16 if network else 8
    ruleset = _call(CREATE_RULESET, struct.pack("QQQ", rights, network, scopes), size, 0)
    if ruleset < 0:
        return False
    try:
        for place in (*reach.reads, *_own_folders()):
            _allow(ruleset, place, READING)
        for place in reach.writes:
            _allow(ruleset, place, rights & ~EXECUTE)
        _prctl(SET_NO_NEW_PRIVS, 1)
        return _call(RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _own_folders() -> list[Path]:
    """Return what the program and its libraries are read from, and what they ask the system for.

    Of the project only the packages: the folder that holds them may hold the home too.
    """
    tops = [module for name, module in sys.modules.items() if "." not in name]
    packages = {str(place) for module in tops for place in getattr(module, "__path__", ())}
    packages |= {entry for entry in sys.path if Path(entry).name in LIBRARIES}
    places = map(Path, (sys.prefix, sys.base_prefix, *sorted(packages), *OF_THE_SYSTEM))
    return [place for place in places if place.exists()]


def _allow(ruleset: int, place: Path, rights: int) -> None:
    """Let the process keep rights below a folder, or to a file."""
    entry = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        of_file = rights if place.is_dir() else rights & (READ_FILE | WRITE_FILE)
        _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", of_file, entry), 0)
    finally:
        os.close(entry)


def die_with_parent(parent: int) -> None:
    """Have the system kill this process when the one that started it ends (Linux)."""
    if sys.platform == "linux":
        _prctl(SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _call(number: int, *arguments: object) -> int:
    """Make a system call; a negative number is a failure."""
    return int(ctypes.CDLL(None, use_errno=True).syscall(number, *arguments))


def _prctl(option: int, value: int) -> None:
    """Change something about this process."""
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
