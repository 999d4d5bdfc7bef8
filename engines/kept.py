"""What was gathered of a shop's parts and what families learned of it, in memory or, for a large shop, in files.

What belongs here: putting away and taking out again. What does not: what is gathered or learned
(``features/assemble.py``).
"""

from __future__ import annotations

import pickle
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
    """What each gatherer returned of each part, until it is taken: in files of ``folder``, without one in memory."""

    folder: Path | None
    _held: dict[str, dict[str, list[pl.DataFrame | Path]]] = field(default_factory=dict)

    def add(self, name: str, gathered: Gathered) -> None:
        """Keep what the gatherer of a name returned of one more part."""
        for table, frame in gathered.items():
            held = self._held.setdefault(name, {}).setdefault(table, [])
            if self.folder is None:
                held.append(frame)
            else:
                file = self.folder / f"{name}-{table}-{len(held)}.arrow"
                frame.write_ipc(file)
                held.append(file)

    def take(self, name: str) -> Gathered:
        """Return, once, what the gatherer of a name returned of all parts, one below the other."""
        return {table: pl.concat(map(_taken, held)) for table, held in self._held.pop(name, {}).items()}


def _taken(held: pl.DataFrame | Path) -> pl.DataFrame:
    """Return a frame that was kept; its file is needed no more."""
    if isinstance(held, pl.DataFrame):
        return held
    frame = pl.read_ipc(held)
    held.unlink()
    return frame


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
