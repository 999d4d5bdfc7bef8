"""Changing many files of a home as one: what is new lies ready beside them, and a journal says what takes whose place.

Before the journal is there nothing has changed, and what was prepared is thrown away. From then on every step can be
taken again: a process that dies meanwhile leaves the rest to the next command that works in the home.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.disk import sync
from pipelines.errors import ReturnwatchError
from pipelines.ingest.sandbox import raise_if_ours
from pipelines.lock import LOCK, RunLock

FOLDER = "switch"
JOURNAL = "journal.json"
SCRATCH = ("staging", "spill")
"""Folders of a home that a run that died may have left full."""


@dataclass(slots=True)
class Switch:
    """What takes whose place in a home. Paths are below the home, with forward slashes."""

    home: Path
    what: str
    """The command that it is of."""
    moves: list[tuple[str, str]] = field(default_factory=list)
    """From below the switch's folder to below the home, in this order."""
    removes: list[str] = field(default_factory=list)
    """Files, folders and links that go after the moves, but before the last one."""

    @property
    def folder(self) -> Path:
        """Where what is new lies ready."""
        return self.home / FOLDER

    def place(self, name: str) -> Path:
        """Return a place below the folder; the folders on the way are made."""
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def move(self, name: str, to: str) -> None:
        """Plan that what lies ready under a name takes the place of what stands in the home."""
        self.moves.append((name, to))

    def commit(self) -> None:
        """Make sure that all that is new is on disk, write the journal, and carry it out."""
        for place in sorted(self.folder.rglob("*"), reverse=True):
            if not place.is_symlink():
                sync(place)
        journal = self.folder / f"{JOURNAL}.part"
        content = {"what": self.what, "moves": self.moves, "removes": self.removes}
        journal.write_text(json.dumps(content, indent=2), encoding="utf-8")
        sync(journal)
        journal.replace(self.folder / JOURNAL)
        sync(self.folder)
        sync(self.home)
        complete(self.home)


@contextmanager
def prepared(home: Path, what: str) -> Iterator[Switch]:
    """Yield an empty switch; what was prepared is thrown away where it is not committed.

    Raises ReturnwatchError where the disk has no room or a file cannot be written.
    """
    switch = Switch(home, what)
    try:
        switch.folder.mkdir()
        yield switch
    except OSError as error:
        raise_if_ours(error)
        raise ReturnwatchError(
            f"{error.filename or home}: cannot be written ({error.strerror}); check the permissions of the home folder"
        ) from None
    finally:
        if not (switch.folder / JOURNAL).exists():
            shutil.rmtree(switch.folder, ignore_errors=True)


def complete(home: Path) -> str | None:
    """Carry out the journal of a home to its end, or throw away what was prepared without one; the lock must be held.

    Return the command that the journal was of; None where there is none.
    """
    folder = home / FOLDER
    if not folder.is_dir():
        return None
    if not (folder / JOURNAL).is_file():
        shutil.rmtree(folder)
        return None
    journal: dict[str, Any] = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
    *moves, last = journal["moves"]
    for name, to in moves:
        _move(folder / name, home / to)
    for name in journal["removes"]:
        _remove(home / name)
    _move(folder / last[0], home / last[1])
    shutil.rmtree(folder)
    sync(home)
    return str(journal["what"])


def complete_locked(home: Path) -> None:
    """Complete what a dead command left in a home, under its lock; nothing is done where there is none."""
    if (home / FOLDER).is_dir():
        lock = RunLock(home / LOCK)
        lock.acquire()
        try:
            complete(home)
        finally:
            lock.release()


def _move(source: Path, target: Path) -> None:
    """Put a file, a link or a folder in place, unless that was done before."""
    if os.path.lexists(source):
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        sync(target.parent)


def _remove(place: Path) -> None:
    """Remove a file, a link or a folder, unless that was done before."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
