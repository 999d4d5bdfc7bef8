"""A disk that is soon full, for tests of what a full disk leaves behind."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """Have a disk of that many bytes, as only the superuser can make one; skips the test for everyone else.

    It stands outside pytest's own folders: a test that was killed leaves its disk mounted, and pytest, which tidies
    up after earlier sessions, cannot remove a folder that a disk is mounted on.
    """
    place = Path(tempfile.mkdtemp(prefix="returnwatch-small-disk-"))
    mount, umount = shutil.which("mount"), shutil.which("umount")
    command = [str(mount), "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if mount is None or umount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        place.rmdir()
        pytest.skip("only the superuser can make a small disk for this test")
    try:
        yield place
    finally:
        subprocess.run([umount, str(place)], check=True)
        place.rmdir()
