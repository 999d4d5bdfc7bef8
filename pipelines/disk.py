"""Making sure that what was written is on disk."""

from __future__ import annotations

import os
from pathlib import Path


def sync(place: Path) -> None:
    """Return when a file, or the names in a folder, are on disk; OSError where the disk does not confirm it."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
