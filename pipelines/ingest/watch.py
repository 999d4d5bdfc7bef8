"""Watch a landing folder: tell when it has come to rest, and whether a run was asked for what it holds.

What belongs here: what a look at the folder means, given what the last one saw. What does not: Dagster (the
sensor is in ``pipelines/defs/ingest/automation.py``), and reading files.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import UNFINISHED, is_delivered, walk
from pipelines.ingest.hashes import HashStore, Stamp, stamp_of

FORGOTTEN_SECONDS = 3600
"""A file with the ending of an unfinished one that did not change for so long is left over: nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is remembered between two looks."""

    shape: str = ""
    """Names, sizes, times and inodes as they were last seen, hashed."""
    since: float = 0.0
    """When that shape was first seen (seconds since 1970)."""
    settled: str = ""
    """The shape whose contents were last compared."""
    requested: str = ""
    """The contents, hashed, that a run was last asked for."""
    n_requested: int = 0

    @classmethod
    def of(cls, text: str | None) -> Self:
        """Return a cursor from its text; a fresh one where there is none, or it is another version's."""
        try:
            return cls(**json.loads(text)) if text else cls()
        except (ValueError, TypeError):
            return cls()

    def text(self) -> str:
        """Return the cursor as text."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Look:
    """A folder at a moment: the delivered files with their stamps, and the newest one still being written."""

    moment: float
    files: Mapping[str, Stamp]
    unfinished: str | None = None

    @property
    def shape(self) -> str:
        """The hash of every file's name and stamp."""
        lines = (f"{path}\0{stamp}\n" for path, stamp in sorted(self.files.items()))
        return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done: a run asked for under ``run_key``, or nothing, and why in words."""

    cursor: Cursor
    reason: str
    run_key: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


def look_at(landing: Path, now: float) -> Look:
    """Return what lies in a landing folder, from names and stamps alone.

    Raises ReturnwatchError where the folder is not there or a folder in it cannot be listed; a file that
    vanishes meanwhile is no longer there.
    """
    if not landing.is_dir():
        raise ReturnwatchError(f"{landing}: no such landing folder; create it, or mend RETURNWATCH_LANDING")
    files, unfinished = {}, []
    for place in walk(landing):
        path = place.relative_to(landing).as_posix()
        stamp = stamp_of(place)
        if stamp is None:
            continue
        if is_delivered(place, landing):
            files[path] = stamp
        elif path.lower().endswith(UNFINISHED) and now - stamp.mtime_ns / 1e9 < FORGOTTEN_SECONDS:
            unfinished.append((stamp.mtime_ns, path))
    return Look(now, files, max(unfinished)[1] if unfinished else None)


def judge_look(look: Look, cursor: Cursor, quiet_seconds: float, store: HashStore, known: Mapping[str, str]) -> Verdict:
    """Return whether a run is to be asked for; ``known`` holds path and hash of what is published already."""
    if not look.files:
        return Verdict(cursor, "no delivered files are here yet")
    shape = look.shape
    if shape != cursor.shape:
        cursor = replace(cursor, shape=shape, since=look.moment)
    if look.unfinished is not None:
        return Verdict(replace(cursor, since=look.moment), f"{look.unfinished} is still being written")
    if shape == cursor.settled:
        return Verdict(cursor, f"nothing has changed since run request {cursor.n_requested}")
    rested = look.moment - cursor.since
    if rested < quiet_seconds:
        return Verdict(cursor, f"files changed {rested:.0f} s ago; waiting for {quiet_seconds:g} s without a change")
    hashes = store.update(look.files)
    if hashes is None:
        return Verdict(cursor, f"reading new files: {store.n_held} of {len(look.files)} are done")
    return _judge_contents(hashes, replace(cursor, settled=shape), known)


def _judge_contents(hashes: Mapping[str, str], cursor: Cursor, known: Mapping[str, str]) -> Verdict:
    """Return whether contents that came to rest are new."""
    lines = (f"{path}\0{digest}\n" for path, digest in sorted(hashes.items()))
    state = hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()
    if state == cursor.requested:
        return Verdict(cursor, "only times changed: a run was asked for these contents already")
    new = {path: digest for path, digest in sorted(hashes.items()) if known.get(path) != digest}
    cursor = replace(cursor, requested=state)
    if not new:
        return Verdict(cursor, "everything here is in the published set already")
    cursor = replace(cursor, n_requested=cursor.n_requested + 1)
    return Verdict(
        cursor, f"{len(new)} new or changed files", f"{cursor.n_requested}-{state[:16]}", _tags(state, hashes, new)
    )


def _tags(state: str, hashes: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of a run: the contents that it is for, and the first few new files with their hashes."""
    named = ", ".join(f"{path}@{digest[:12]}" for path, digest in list(new.items())[:5])
    return {
        "returnwatch/landing_state": state[:16],
        "returnwatch/landing_files": str(len(hashes)),
        "returnwatch/new_files": str(len(new)),
        "returnwatch/new": named.encode(errors="replace").decode(),
    }


def clock() -> float:
    """Return the seconds since 1970: how long a folder has been at rest is told by the real clock alone."""
    return time.time()
