"""What was gathered of a shop's parts and what families learned of it, in memory or, for a large shop, in files.

What belongs here: putting away and taking out again. What does not: what is gathered or learned
(``features/assemble.py``).
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path

import polars as pl

from features.learning import Gathered, Teller
from features.stages import Cases

ALIGNED = 64
"""Arrays begin at a multiple of so many bytes."""


@dataclass(slots=True)
class Kept:
    """What each gatherer returned of each part: in files of ``folder``, without one in memory."""

    folder: Path | None
    _frames: dict[str, dict[str, list[pl.DataFrame]]] = field(default_factory=dict)
    _files: dict[str, dict[str, list[Path]]] = field(default_factory=dict)

    def add(self, name: str, gathered: Gathered) -> None:
        """Keep what the gatherer of a name returned of one more part."""
        for table, frame in gathered.items():
            if self.folder is None:
                self._frames.setdefault(name, {}).setdefault(table, []).append(frame)
            else:
                files = self._files.setdefault(name, {}).setdefault(table, [])
                place = self.folder / f"{name}-{table}-{len(files)}.arrow"
                frame.write_ipc(place)
                files.append(place)

    def all_of(self, name: str) -> Gathered:
        """Return what the gatherer of a name returned of all parts, one below the other."""
        held: Mapping[str, list[pl.DataFrame]] = self._frames.get(name, {})
        read = {table: [pl.read_ipc(file) for file in files] for table, files in self._files.get(name, {}).items()}
        return {table: pl.concat(frames) for table, frames in {**held, **read}.items()}

    def forget(self, name: str) -> None:
        """Keep no more what the gatherer of a name returned."""
        self._frames.pop(name, None)
        for files in self._files.pop(name, {}).values():
            for file in files:
                file.unlink()


@dataclass(frozen=True, slots=True)
class PutAway:
    """A teller in a file, mapped into memory while it tells: of a large shop, all together are larger than memory.

    The file holds the teller's arrays one after the other, each at one of ``places`` (its first byte and the one after
    its last), and ``rest``, the pickled teller without them.
    """

    file: Path
    places: tuple[tuple[int, int], ...]
    rest: bytes

    def __call__(self, cases: Cases) -> pl.DataFrame:
        """Return what the teller tells."""
        with self.file.open("rb") as opened:
            is_empty = not self.places or not self.places[-1][1]  # nothing that could be mapped
            whole = memoryview(b"" if is_empty else mmap(opened.fileno(), 0, access=ACCESS_READ))
        arrays = [whole[first:end] for first, end in self.places]
        teller: Teller = pickle.loads(self.rest, buffers=arrays)  # noqa: S301 - made by this very process (put_away)
        return teller(cases)


def put_away(teller: Teller, file: Path) -> PutAway:
    """Write a teller's arrays into a file and return what tells from there."""
    arrays: list[pickle.PickleBuffer] = []
    rest = pickle.dumps(teller, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=arrays.append)
    places = []
    with file.open("wb") as opened:
        for array in arrays:
            opened.write(b"\0" * (-opened.tell() % ALIGNED))
            first = opened.tell()
            opened.write(array.raw())
            places.append((first, opened.tell()))
    return PutAway(file, tuple(places), rest)
