"""Files that a new set has in common with the one before: one file on disk under both names.

What belongs here: sharing bytes that are equal. What does not: whether a table has changed.
"""

from __future__ import annotations

import filecmp
import os
from contextlib import suppress
from pathlib import Path

from pipelines.scratch import PARTIAL, remove

PATTERN = "*.parquet"


def share_unchanged(folder: Path, before: Path) -> list[str]:
    """Have the tables of ``folder`` that equal those of ``before`` be the same files; return their names.

    The bytes themselves are compared, not what a manifest says of them: a damaged file is never taken over. A disk
    that cannot link keeps two copies.
    """
    shared = []
    for place in sorted(folder.glob(PATTERN)):
        old = before / place.name
        with suppress(OSError):
            if filecmp.cmp(place, old, shallow=False):
                _link(old, place)
                shared.append(place.name)
    filecmp.clear_cache()
    return shared


def _link(old: Path, place: Path) -> None:
    """Make ``place`` a name of the file ``old``, in one step; OSError where the disk has no such names."""
    link = place.with_name(f"{PARTIAL}{place.name}")
    try:
        os.link(old, link)
        link.replace(place)
    finally:
        remove(link)
