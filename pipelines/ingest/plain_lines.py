"""Whether the lines of a file are its rows, told from its bytes at the speed at which they can be read.

They are where every line ends alike, but for those within quotes. Then the counts of lines and of
delimiters hold the quick reader to account, which does not tell when it goes wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]

LONGEST = 1 << 20
"""Bytes of a line; one that is longer is left to the strict reader."""
LINE_END, RETURN, QUOTE, BACKSLASH = b'\n\r"\\'
MARKS = b",;\t|"
"""Delimiters that are counted."""
BEFORE_QUOTES = np.frombuffer(b'\n ,;\t|"\xbf', np.uint8)
"""What may stand before a quote that begins a cell: a line end, a blank, a delimiter, a byte-order mark."""


@dataclass(slots=True)
class PlainLines:
    """Counts lines, chunk by chunk, until something shows that they are not plain."""

    n_lines: int = 0
    """Lines that are not blank."""
    n_windows: int = 0
    """Lines that end with a carriage return, too."""
    is_plain: bool = True
    has_inner_ends: bool = False
    """Whether quoted cells hold line ends."""
    n_marks: list[int] = field(default_factory=lambda: [0] * len(MARKS))
    """How often each of the ``MARKS`` stands outside quotes."""
    _length: int = 0
    """Bytes of the line that the last chunk did not end."""
    _last: int = LINE_END
    _is_open: bool = False
    _has_ended: bool = False

    def add(self, chunk: bytes) -> None:
        """Take in the next bytes."""
        if self.is_plain and chunk:
            signs = np.frombuffer(chunk, np.uint8)
            places = np.flatnonzero(signs == LINE_END)
            if b'"' in chunk or self._is_open:
                places = self._outer(chunk, signs, places)
            else:
                self.n_marks = [n + chunk.count(mark) for n, mark in zip(self.n_marks, MARKS, strict=True)]
            self._take(signs, places, has_returns=b"\r" in chunk or self._last == RETURN)
            self._last = chunk[-1]

    def finish(self) -> None:
        """Take in the last line, which may have no end."""
        if self.is_plain and self._length:
            self.add(b"\r\n" if self.n_windows and self._last != RETURN else b"\n")
        self.is_plain = self.is_plain and self.n_windows in {0, self.n_lines} and not self._is_open

    def _outer(self, chunk: bytes, signs: Bytes, places: Places) -> Places:
        """Return the line ends that do not stand within quotes.

        A quote that begins amid a cell is not plain; so is none behind a backslash, its escape.
        """
        is_quote = signs == QUOTE
        is_open = np.bitwise_xor.accumulate(is_quote) ^ self._is_open
        begins = np.flatnonzero(is_quote & is_open)
        before = np.where(begins > 0, signs[begins - 1], self._last)
        self.is_plain = self.is_plain and bool(np.isin(before, BEFORE_QUOTES).all())
        self.n_marks = [
            n + (int(np.count_nonzero((signs == mark) & ~is_open)) if mark in chunk else 0)
            for n, mark in zip(self.n_marks, MARKS, strict=True)
        ]
        outer = places[~is_open[places]]
        self.has_inner_ends |= len(outer) < len(places)
        self._is_open = bool(is_open[-1])
        is_escaped = (self._last == BACKSLASH and signs[0] == QUOTE) or (b"\\" in chunk and b'\\"' in chunk)
        self.is_plain = self.is_plain and not is_escaped
        return outer

    def _take(self, signs: Bytes, places: Places, *, has_returns: bool) -> None:
        """Take in the line ends of a chunk. Blank lines may stand at the end of the file only, and say nothing."""
        lengths = np.diff(places, prepend=-1 - self._length) - 1
        n_windows = 0
        if has_returns:
            before = np.where(places > 0, signs[places - 1], self._last)
            is_windows = (before == RETURN) & (lengths > 0)
            lengths = lengths - is_windows
            n_windows = int((is_windows & (lengths > 0)).sum())
            self.is_plain = self.is_plain and self._are_returns_plain(signs)
        n_lines = int(np.count_nonzero(lengths))
        is_amid = n_lines < len(lengths) and bool(lengths[int(np.argmin(lengths)) :].any())
        self.is_plain = self.is_plain and not is_amid and not (self._has_ended and n_lines)
        self._has_ended |= n_lines < len(lengths)
        self.n_lines += n_lines
        self.n_windows += n_windows
        self._length = len(signs) - 1 - int(places[-1]) if len(places) else self._length + len(signs)
        self.is_plain = self.is_plain and self._length <= LONGEST

    def _are_returns_plain(self, signs: Bytes) -> bool:
        """Whether a line end follows every carriage return, so far."""
        behind = np.flatnonzero(signs[:-1] == RETURN) + 1
        return bool((signs[behind] == LINE_END).all()) and not (self._last == RETURN and signs[0] != LINE_END)
