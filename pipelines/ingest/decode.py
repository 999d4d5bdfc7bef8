"""Open a delivered text file: undo the compression, find the encoding, prove that it is whole."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import zstandard

from pipelines.errors import FileRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 20
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""Byte-order marks and what they say."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that was read once from end to end: its encoding, its size once unpacked."""

    place: Path
    compression: str | None
    encoding: str
    n_bytes: int

    @property
    def is_plain_utf8(self) -> bool:
        """Whether a reader that knows only UTF-8 reads it rightly."""
        return self.encoding in ("utf-8", "utf-8-sig")

    @contextmanager
    def open(self) -> Iterator[IO[str]]:
        """Open for reading as text, line ends as they stand."""
        with open_bytes(self.place, self.compression) as raw, io.TextIOWrapper(raw, self.encoding, newline="") as text:
            yield text


@contextmanager
def open_bytes(place: Path, compression: str | None) -> Iterator[IO[bytes]]:
    """Open a delivered file as unpacked bytes."""
    with place.open("rb") as packed:
        if compression == "gz":
            with gzip.GzipFile(fileobj=packed) as file:
                yield io.BufferedReader(file, CHUNK)
        elif compression == "zst":
            with zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as file:
                yield io.BufferedReader(file, CHUNK)
        else:
            yield packed


def inspect_text(place: Path, compression: str | None) -> TextFile:
    """Read a text file from end to end and return what it is.

    Without a byte-order mark it is UTF-8 where its bytes are valid UTF-8, else Windows-1252. Raises
    FileRefusedError where it is empty, cut short or damaged.
    """
    utf8, n_bytes, mark = codecs.getincrementaldecoder("utf-8")(), 0, None
    is_utf8 = True
    try:
        for chunk in _chunks(place, compression):
            mark = _mark(chunk) if n_bytes == 0 else mark
            n_bytes += len(chunk)
            is_utf8 = is_utf8 and _decodes(utf8, chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise FileRefusedError(f"the compressed file is cut short or damaged ({error}); deliver it again") from None
    if n_bytes == 0:
        raise FileRefusedError("the file is empty; deliver it again, at least with its header")
    return TextFile(place, compression, mark or ("utf-8" if is_utf8 and _ends(utf8) else "cp1252"), n_bytes)


def _chunks(place: Path, compression: str | None) -> Iterator[bytes]:
    """Yield the unpacked bytes; a frame of zstd that ends too early is an error, as in gzip."""
    if compression == "zst":
        with place.open("rb") as packed:
            yield from _zstd_chunks(packed)
        return
    with open_bytes(place, compression) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _zstd_chunks(packed: IO[bytes]) -> Iterator[bytes]:
    """Yield the unpacked bytes of all frames; the stream reader of the library takes a cut frame for its end."""
    frame = zstandard.ZstdDecompressor().decompressobj()
    is_open = False
    while data := packed.read(CHUNK):
        while data:
            is_open = True
            yield frame.decompress(data)
            data = b""
            if frame.eof:
                data, frame, is_open = frame.unused_data, zstandard.ZstdDecompressor().decompressobj(), False
    if is_open:
        raise EOFError("the last frame has no end")


def _mark(chunk: bytes) -> str | None:
    """Return the encoding that a byte-order mark at the beginning names."""
    return next((name for mark, name in MARKS.items() if chunk.startswith(mark)), None)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    """Whether the next chunk is valid for the decoder."""
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _ends(decoder: codecs.IncrementalDecoder) -> bool:
    """Whether the text ended at the end of a character."""
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
