"""Hashes of a landing folder's files, kept between looks, so that a file is read again only when it changed.

What belongs here: what a file looks like from outside, and the file of the home that keeps the hashes. They
serve the sensor alone; a run hashes for itself what it reads.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipelines.ingest.discover import file_sha256

FILE = "landing_hashes.json"
BUDGET_SECONDS = 20.0
"""How long one look may read files; Dagster gives a sensor a minute. The next look goes on."""
LARGEST_HASHED = 2 << 30
"""Bytes; of a larger file the stamp stands for its contents, because reading it could take longer than a look may."""


class Stamp(NamedTuple):
    """A file from outside: where these are equal, its contents are taken to be."""

    size: int
    mtime_ns: int
    inode: int


def stamp_of(place: Path) -> Stamp | None:
    """Return a file's stamp; None where it has vanished or cannot be reached."""
    try:
        status = place.stat()
    except OSError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(slots=True)
class HashStore:
    """The hashes of a landing folder's files by path, with the stamp that each file had when it was read."""

    landing: Path
    file: Path
    budget_seconds: float = BUDGET_SECONDS
    held: dict[str, tuple[Stamp, str]] = field(default_factory=dict)

    @property
    def n_held(self) -> int:
        """The number of files whose contents are known."""
        return len(self.held)

    def update(self, files: Mapping[str, Stamp]) -> dict[str, str] | None:
        """Return the hash of each file, having read what changed; None where time ran out or a file kept changing.

        At least one file is read in each call. A file that cannot be read has a word for its hash: the run will
        say what is wrong with it.
        """
        before = self._read()
        self.held = {path: before[path] for path in files if path in before and before[path][0] == files[path]}
        deadline = time.monotonic() + self.budget_seconds
        missing = [path for path in sorted(files) if path not in self.held]
        is_whole = True
        for number, path in enumerate(missing):
            if number and time.monotonic() >= deadline:
                is_whole = False
                break
            digest = self._hash(path, files[path])
            if stamp_of(self.landing / path) == files[path]:
                self.held[path] = (files[path], digest)
            else:
                is_whole = False
        if missing or len(before) != len(self.held):
            self._write()
        return {path: digest for path, (_, digest) in self.held.items()} if is_whole else None

    def _hash(self, path: str, stamp: Stamp) -> str:
        """Return the hash of a file's contents."""
        if stamp.size > LARGEST_HASHED:
            return f"large-{stamp.size}-{stamp.mtime_ns}-{stamp.inode}"
        try:
            return file_sha256(self.landing / path)
        except OSError as error:
            return f"unreadable-{error.errno}"

    def _read(self) -> dict[str, tuple[Stamp, str]]:
        """Return the hashes that were kept; none where they cannot be read, which costs time and nothing else."""
        with suppress(OSError, ValueError, TypeError, AttributeError):
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            return {path: (Stamp(*stamp), str(digest)) for path, (stamp, digest) in kept.items()}
        return {}

    def _write(self) -> None:
        """Keep the hashes, in one step."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".partial")
        partial.write_text(json.dumps(self.held), encoding="utf-8")
        partial.replace(self.file)
