"""Open a delivered text file: undo the compression, find the encoding, prove that it is whole."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

from pipelines.errors import FileRefusedError

CHUNK = 1 << 20
ZSTD_CHUNK = 1 << 12
"""Packed bytes that are unpacked at once: zstd can make 30,000 bytes of one."""
BOMB_BYTES, BOMB_RATIO = 1 << 28, 200
"""A packed file that unpacks to more than both (bytes, times its size) is no export."""
NOT_TEXT = "\udcff"
"""Stands for bytes that the encoding does not know; no text can hold it."""
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError)
"""What unpacking raises where a file is cut short or damaged."""
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte-order marks and what they say; that of UTF-32 begins with that of UTF-16."""


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for bytes that cannot be decoded, and where to go on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return NOT_TEXT, error.end


codecs.register_error("not_text", _stand_in)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that was read once from end to end: its encoding, its size once unpacked."""

    place: Path
    compression: str | None
    encoding: str
    n_bytes: int
    is_clean: bool = True
    """Whether it is UTF-8 throughout, without NUL bytes: what a reader that knows nothing else reads rightly."""

    @contextmanager
    def open(self) -> Iterator[IO[str]]:
        """Open for reading as text, line ends as they stand; bytes that are no text become ``NOT_TEXT``."""
        with (
            open_bytes(self.place, self.compression) as raw,
            io.TextIOWrapper(raw, self.encoding, errors="not_text", newline="") as text,
        ):
            yield text


@dataclass(slots=True)
class Evidence:
    """What the bytes of a file say about its encoding."""

    n_bytes: int = 0
    first: bytes = b""
    has_nul: bool = False
    n_foreign: int = 0
    """Characters beyond ASCII that are valid UTF-8."""
    n_broken: int = 0
    """Places that are not valid UTF-8."""

    def add(self, chunk: bytes, text: str) -> None:
        """Take in the next bytes and what they are as UTF-8."""
        self.first = self.first or chunk[:4]
        self.n_bytes += len(chunk)
        self.has_nul = self.has_nul or b"\0" in chunk
        broken = text.count(NOT_TEXT)
        self.n_broken += broken
        self.n_foreign += len(text) - len(text.encode("ascii", "ignore")) - broken if not text.isascii() else 0

    @property
    def encoding(self) -> str:
        """The encoding: by its mark, by NUL bytes where UTF-16 has them, UTF-8 where most of it is, Windows-1252."""
        mark = next((name for mark, name in MARKS.items() if self.first.startswith(mark)), None)
        if mark is None and self.has_nul and len(self.first) > 1 and 0 in self.first[:2]:
            mark = "utf-16-be" if self.first[0] == 0 else "utf-16-le"
        if mark is None and self.n_broken and self.n_broken >= self.n_foreign:
            mark = "cp1252"
        return mark or "utf-8"


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

    Without a byte-order mark it is UTF-8 where its bytes are (a few broken ones cost their rows only),
    else Windows-1252. Raises FileRefusedError where it is empty, cut short or damaged.
    """
    evidence, decoder = Evidence(), codecs.getincrementaldecoder("utf-8")("not_text")
    try:
        for chunk in _chunks(place, compression):
            evidence.add(chunk, decoder.decode(chunk))
            _refuse_bomb(evidence.n_bytes, place, compression)
    except DAMAGED as error:
        raise FileRefusedError(f"the compressed file is cut short or damaged ({error}); deliver it again") from None
    evidence.add(b"", decoder.decode(b"", final=True))
    if evidence.n_bytes == 0:
        raise FileRefusedError("the file is empty; deliver it again, at least with its header")
    is_clean = evidence.encoding.startswith("utf-8") and not evidence.n_broken and not evidence.has_nul
    return TextFile(place, compression, evidence.encoding, evidence.n_bytes, is_clean)


def _refuse_bomb(n_bytes: int, place: Path, compression: str | None) -> None:
    """Raise FileRefusedError where a packed file unpacks to far more than a text can be packed from."""
    if compression and n_bytes > BOMB_BYTES and n_bytes > BOMB_RATIO * place.stat().st_size:
        raise FileRefusedError(
            f"it unpacks to more than {BOMB_RATIO} times its size; deliver it unpacked if it is real"
        )


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
    while data := packed.read(ZSTD_CHUNK):
        while data:
            is_open = True
            yield frame.decompress(data)
            data = b""
            if frame.eof:
                data, frame, is_open = frame.unused_data, zstandard.ZstdDecompressor().decompressobj(), False
    if is_open:
        raise EOFError("the last frame has no end")
