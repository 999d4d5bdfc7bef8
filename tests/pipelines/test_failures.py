"""Failures of the machine, in the words of Python, DuckDB and Polars, are one line each."""

from __future__ import annotations

import errno
import os

import pytest

from pipelines.failures import ADVICE, machine_failure


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        ("OSError: [Errno 28] No space left on device", "no space left on the disk"),
        ('IO Error: Could not write file "/h/x": No space left on device', "no space left on the disk"),
        ('IO Error: Cannot open file "/h/a.wal": Input/output error', "/h/a.wal: a disk or network drive gave an I/O"),
        ("OSError: [Errno 5] Input/output error", "a disk or network drive gave an I/O error"),
        ("PermissionError: [Errno 13] Permission denied: '/h/key'", "/h/key: no permission; give the user"),
        ('IO Error: Cannot open file "/h/w": Permission denied', "/h/w: no permission; give the user"),
        ("OSError: [Errno 30] Read-only file system: '/h/staging'", "/h/staging: the disk can only be read"),
        ("OSError: [Errno 24] Too many open files: '/h/a'", "/h/a: too many open files; raise the limit"),
    ],
)
def test_a_failure_of_the_machine_names_the_place_and_the_next_step(message: str, begins: str) -> None:
    line = machine_failure(message)
    assert line is not None
    assert line.startswith(begins)
    assert "\n" not in line


@pytest.mark.parametrize("message", ["ValueError: no such column", "", "KeyError: 'Errno'"])
def test_any_other_failure_is_none(message: str) -> None:
    assert machine_failure(message) is None


@pytest.mark.parametrize("number", ADVICE)
def test_every_failure_is_known_by_the_system_s_words(number: int) -> None:
    assert machine_failure(str(OSError(number, os.strerror(number), "/h/a"))) is not None


def test_space_names_no_place() -> None:
    line = machine_failure(str(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/h/a")))
    assert line == ADVICE[errno.ENOSPC]
