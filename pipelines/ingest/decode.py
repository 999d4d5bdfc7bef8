"""Open a delivered text file: undo the compression, find the encoding, prove that it is whole."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import zstandard

from pipelines.errors import FileRefusedError
from pipelines.ingest.plain_lines import MARKS as MARKED
from pipelines.ingest.plain_lines import PlainLines

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
    n_rows: int | None = None
    """Lines that are not blank, the header too, where each of them must be a row; None where that is not sure."""
    has_inner_ends: bool = False
    """Whether quoted cells hold line ends, where the lines are counted."""
    n_marks: Mapping[str, int] = field(default_factory=dict)
    """How often each common delimiter stands outside quotes, where the lines are counted."""

    @contextmanager
    def open(self) -> Iterator[IO[str]]:
        """Open for reading as text, line ends as they stand; bytes that are no text become ``NOT_TEXT``."""
        with (
            open_bytes(self.place, self.compression) as raw,
            io.TextIOWrapper(raw, self.encoding, errors="not_text", newline="") as text,
        ):
            yield text


MIXED = 20
"""Broken places for one valid character beyond ASCII from which on a file is no UTF-8 any more."""
SAMPLE = 1 << 12
"""First bytes whose NUL bytes tell UTF-16, where every second byte of plain letters is one."""


@dataclass(slots=True)
class Evidence:
    """What the bytes of a file say about its encoding and its lines."""

    n_bytes: int = 0
    first: bytes = b""
    has_nul: bool = False
    n_foreign: int = 0
    """Characters beyond ASCII that are valid UTF-8."""
    n_broken: int = 0
    """Places that are not valid UTF-8."""
    lines: PlainLines = field(default_factory=PlainLines)
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("not_text")
    )
    _is_amid: bool = False

    def add(self, chunk: bytes, *, is_last: bool = False) -> None:
        """Take in the next bytes."""
        self.first = self.first or chunk[:SAMPLE]
        self.n_bytes += len(chunk)
        self.has_nul = self.has_nul or b"\0" in chunk
        self.lines.add(chunk)
        if self._is_amid or is_last or not chunk.isascii():
            text = self._decoder.decode(chunk, final=is_last)
            self._is_amid = bool(self._decoder.getstate()[0])
            broken = text.count(NOT_TEXT)
            self.n_broken += broken
            self.n_foreign += len(text) - len(text.encode("ascii", "ignore")) - broken if not text.isascii() else 0
        if is_last:
            self.lines.finish()

    @property
    def encoding(self) -> str:
        """The encoding: by its mark, by NUL bytes where UTF-16 has them, UTF-8 where most of it is, Windows-1252."""
        mark = next((name for mark, name in MARKS.items() if self.first.startswith(mark)), None)
        if mark is None and self.has_nul:
            mark = self._utf16()
        # what is both, as two exports that were put into one file, stays UTF-8: its broken rows go to quarantine
        if mark is None and self.n_broken and self.n_broken >= MIXED * self.n_foreign:
            mark = "cp1252"
        return mark or "utf-8"

    def _utf16(self) -> str | None:
        """Return which UTF-16 a file without a mark is: the bytes on one side of its letters are mostly NUL."""
        even, odd = self.first[::2], self.first[1::2]
        n_even, n_odd = even.count(0), odd.count(0)
        if 2 * n_odd > len(odd) and n_odd > MIXED * n_even:
            return "utf-16-le"
        return "utf-16-be" if 2 * n_even > len(even) and n_even > MIXED * n_odd else None


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


def inspect_text(place: Path, compression: str | None, encoding: str | None = None) -> TextFile:
    """Read a text file from end to end and return what it is.

    Without a byte-order mark it is UTF-8 where its bytes are (a few broken ones cost their rows only),
    else Windows-1252; a declared ``encoding`` is taken at its word. Raises FileRefusedError where it is
    empty, cut short or damaged.
    """
    evidence = Evidence()
    try:
        for chunk in _chunks(place, compression):
            evidence.add(chunk)
            _refuse_bomb(evidence.n_bytes, place, compression)
    except DAMAGED as error:
        raise FileRefusedError(f"the compressed file is cut short or damaged ({error}); deliver it again") from None
    evidence.add(b"", is_last=True)
    if evidence.n_bytes == 0:
        raise FileRefusedError("the file is empty; deliver it again, at least with its header")
    found = encoding or evidence.encoding
    is_utf8 = evidence.encoding.startswith("utf-8") and codecs.lookup(found).name.startswith("utf-8")
    is_clean = is_utf8 and not evidence.n_broken and not evidence.has_nul
    lines = evidence.lines
    n_rows = lines.n_lines if is_clean and lines.is_plain else None
    n_marks = dict(zip(MARKED.decode(), lines.n_marks, strict=True))
    return TextFile(place, compression, found, evidence.n_bytes, is_clean, n_rows, lines.has_inner_ends, n_marks)


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
