"""The files of a landing folder: which there are, what they are called, what they hold (by hash)."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ReturnwatchError
from pipelines.ingest.options import NOTHING_DECLARED, ReaderOptions
from pipelines.ingest.sources import CANONICAL, FileKind, kind_of, source_names
from pipelines.ingest.versions import natural_order

UNFINISHED = (".tmp", ".part", ".crdownload")
TEXT_FORMATS = ("csv", "tsv", "jsonl", "json")
FORMATS = (*TEXT_FORMATS, "parquet")
COMPRESSIONS = ("gz", "zst")
_LINKS_OUT = "links out of the landing folder; deliver the file itself"


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One delivered file. ``reason`` says why it cannot be used by its name alone, else it is None."""

    path: str
    """Below the landing folder, with forward slashes; bytes of a name that are no UTF-8 as ``\\xff``."""
    place: Path
    sha256: str
    n_bytes: int
    source: str
    kind: FileKind | None
    format: str
    compression: str | None
    reason: str | None = None
    options: ReaderOptions = NOTHING_DECLARED
    """How it is to be read, as its source's manifest and the settings declare."""
    stamp: tuple[int, ...] = ()
    """What changes when the file is replaced or written to (see ``stamp_of``); empty where that is not known."""

    @property
    def landing(self) -> Path:
        """The landing folder that the file was found in."""
        return self.place.parents[self.path.count("/")]

    @property
    def table(self) -> str | None:
        """The raw table that the file's rows go to; None where it is not known."""
        return self.kind.table.name if self.kind else None


def discover(landing: Path) -> list[DeliveredFile]:
    """Return the delivered files below ``landing`` in the order of their paths.

    Files still being written and hidden ones are left alone. Raises ReturnwatchError where the
    folder does not exist or holds no file.
    """
    if not landing.is_dir():
        raise ReturnwatchError(f"{landing}: no such landing folder; create it, or name another with --landing")
    places = sorted(
        (place for place in walk(landing) if is_delivered(place, landing)),
        key=lambda place: natural_order(place.relative_to(landing).as_posix()),
    )
    if not places:
        sources = ", ".join(f"{landing.name}/{source}/" for source in (CANONICAL, "shopify"))
        raise ReturnwatchError(f"{landing}: no delivered files; put exports below {sources} …")
    return [file for file in (describe(place, landing) for place in places) if file is not None]


def walk(landing: Path) -> Iterator[Path]:
    """Yield the files below a folder; links to folders are not followed, but yielded, so that they are told of."""
    for folder, folders, names in os.walk(landing, onerror=_refuse_folder):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in names + links)


def _refuse_folder(error: OSError) -> None:
    """Raise ReturnwatchError for a folder that cannot be listed: what is in it must not be missed in silence."""
    raise ReturnwatchError(f"{error.filename}: cannot be listed ({error.strerror}); check its permissions")


def is_delivered(place: Path, landing: Path) -> bool:
    """Whether a file is meant to be read: not hidden, not in a hidden folder, not still being written."""
    parts = place.relative_to(landing).parts
    return not any(part.startswith(".") for part in parts) and not place.name.lower().endswith(UNFINISHED)


def describe(place: Path, landing: Path) -> DeliveredFile | None:
    """Return what the name and the bytes of one file say; None where it has vanished since it was listed."""
    relative = place.relative_to(landing)
    source = relative.parts[0] if len(relative.parts) > 1 else ""
    format_, compression = _format_of(place.name)
    kind = kind_of(source, place.name) if source in source_names() else None
    # a link to itself has no end for Path.resolve
    links_out = not Path(os.path.realpath(place)).is_relative_to(landing.resolve())
    reason = _LINKS_OUT if links_out else _reason(source, kind, format_, compression)
    digest, n_bytes = "", 0
    stamp: tuple[int, ...] = ()
    if not links_out:
        try:
            stamp = stamp_of(place)
            digest, n_bytes = file_sha256(place), place.stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = f"cannot be read ({error.strerror}); check its permissions"
    path = os.fsencode(relative.as_posix()).decode(errors="backslashreplace")
    options = kind.reader if kind else NOTHING_DECLARED
    return DeliveredFile(path, place, digest, n_bytes, source, kind, format_, compression, reason, options, stamp)


def _reason(source: str, kind: FileKind | None, format_: str, compression: str | None) -> str | None:
    """Return why the file cannot be used, by its name alone; None where it may be read."""
    if source not in source_names():
        return f"'{source or 'the top folder'}' is no source; use one of {', '.join(source_names())}"
    if format_ not in FORMATS or (compression and format_ == "parquet"):
        return f"not a known ending; use .{', .'.join(FORMATS)} (text also with .gz or .zst)"
    if kind is None:
        return f"the name begins with no table of source '{source}'; see docs/data_contract.md"
    return None


def _format_of(name: str) -> tuple[str, str | None]:
    """Return the format and the compression that a file's name ends with."""
    parts = name.lower().split(".")
    if len(parts) > 2 and parts[-1] in COMPRESSIONS:  # noqa: PLR2004 - name, format, compression
        return parts[-2], parts[-1]
    return parts[-1] if len(parts) > 1 else "", None


def file_sha256(place: Path) -> str:
    """Return the hash of the delivered bytes; OSError where they cannot be read.

    A pipe or a device is no file: reading it could wait for ever, so it is opened without waiting and not read.
    """
    with os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp_of(place: Path) -> tuple[int, ...]:
    """Return what tells a file from the one that takes its place: its number, size and moment of the last change.

    Empty where there is no file.
    """
    try:
        found = place.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
