"""What a run leaves in the home when it dies, and how the next one removes it.

Only whoever holds the home's lock may do that. None of it is read again: what was delivered lies in the
landing folder, what counts lies in the warehouse and in finished sets.
"""

from __future__ import annotations

import shutil
from pathlib import Path

STAGING, SPILL, SPARK = "staging", "spill", "spark"
"""Folders of a run: staged files, what DuckDB writes where memory is short, and what Spark's machines share."""
PARTIAL = ".partial-"
"""What the names of unfinished and outdated things below ``published`` begin with."""
LEFT = (STAGING, SPILL, SPARK, f"published/{PARTIAL}*", ".key-*", ".*.part*", "models/.*.part")


def remove_left(home: Path) -> None:
    """Remove what an earlier run left half-done below ``home``; what cannot be removed stays for the next run."""
    for pattern in LEFT:
        for place in home.glob(pattern):
            remove(place)


def remove(place: Path) -> None:
    """Remove a file, a link (whether or not it leads anywhere) or a whole folder, as far as the system lets us."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
        return
    try:
        place.unlink(missing_ok=True)
    except OSError:  # as with folders: it is scratch, and whoever needs the name will fail by it
        return
