"""A program that reads the published set over and over, as docs/published.md asks readers to.

``python -m tests.faults.reader HOME SECONDS PAUSE`` opens the current set, waits up to PAUSE seconds as a
slow reader would, and then holds every table against the manifest and the sums of the tables against each
other. It prints one JSON object: how often it read, how many sets it met, and what was wrong.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from random import Random

from tests.faults.checks import broken


def read(home: Path, seconds: float, pause: float) -> dict[str, object]:
    """Read for so many seconds and return what was met."""
    random = Random(str(home))  # noqa: S311 - pauses of a test
    problems: list[str] = []
    sets: set[str] = set()
    n_reads = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        folder = (home / "published" / "current").resolve()
        time.sleep(random.uniform(0, pause))
        problems += broken(folder)
        sets.add(folder.name)
        n_reads += 1
    return {"reads": n_reads, "sets": len(sets), "problems": problems}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))))
