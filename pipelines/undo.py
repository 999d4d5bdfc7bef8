"""What a checkpoint writes over: kept beside the warehouse until the checkpoint is through.

DuckDB writes into free blocks and takes them in by one write of a header. Blocks of its metadata are the exception:
where one has room left, it is written again in its place. A disk that fails in the midst of that leaves a block that
fits neither the old header nor the new one, and a file that cannot be opened any more. With the old blocks put back it
is the file of before, beside its log, and DuckDB takes that in as after any crash.

What is read of DuckDB's format: three headers of 4,096 bytes, then blocks of equal size, numbered from 0; a checkpoint
is through when it has changed a header.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

import duckdb

from pipelines.disk import sync

SUFFIX = ".undo"
HEADERS = 3 * 4096
"""Bytes before the first block."""
START = "0"
"""The name of the headers among what is kept: each part is named by where it begins in the file."""


class Undo:
    """The blocks that a checkpoint may write over, in a file beside the warehouse.

    The warehouse's file is held open for longer than DuckDB has it: locks of DuckDB's kind are the process's, and
    closing any descriptor of the file frees them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = place_of(path)
        self._descriptor = -1
        self._kept_for = b""

    def open(self) -> None:
        """Hold the file, before DuckDB opens it; OSError where it cannot be read."""
        self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)

    def keep(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Keep what the next checkpoint may write over; it is on disk when this returns. OSError where it cannot be."""
        headers = self._read(0, HEADERS)
        if headers == self._kept_for:
            return
        ((size,),) = connection.execute(
            "select block_size from pragma_database_size() where database_name = current_database()"
        ).fetchall()
        blocks = connection.execute("select block_id from pragma_metadata_info() order by block_id").fetchall()
        content = BytesIO()
        with ZipFile(content, "w") as kept:
            kept.writestr(ZipInfo(START), headers)
            for (block,) in blocks:
                begin = HEADERS + block * size
                # one that is not in the file yet is in no header either
                if old := self._read(begin, size):
                    kept.writestr(ZipInfo(str(begin)), old)
        part = self.place.with_name(f".{self.place.name}.part")
        part.write_bytes(content.getvalue())
        sync(part)
        part.replace(self.place)
        sync(self.place.parent)
        self._kept_for = headers

    def drop(self) -> None:
        """Remove what was kept: the checkpoint is through."""
        self.place.unlink(missing_ok=True)
        self._kept_for = b""

    def close(self) -> None:
        """Let the file go, after DuckDB has closed it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self, begin: int, size: int) -> bytes:
        """Return so many bytes of the file, fewer at its end."""
        return os.pread(self._descriptor, size, begin)


def place_of(path: Path) -> Path:
    """Return where the blocks of a warehouse's file are kept."""
    return path.with_name(f"{path.name}{SUFFIX}")


def put_back(path: Path) -> None:
    """Put back what was kept of a warehouse's file that nobody has open, where a checkpoint has not come through.

    OSError where the disk fails; what was kept stays then, and the next to open the file tries again.
    """
    place = place_of(path)
    if not place.exists():
        return
    if path.exists():
        try:
            with ZipFile(place) as kept, path.open("r+b") as file:
                if file.read(HEADERS) == kept.read(START):
                    for name in kept.namelist():
                        file.seek(int(name))
                        file.write(kept.read(name))
                    file.flush()
                    os.fsync(file.fileno())
        except BadZipFile:
            # it got its name when all of it was on disk: what is no such file any more can help nobody
            pass
    place.unlink()
