"""Whether the lines of a file are its rows, told from its bytes at the speed at which they can be read.

They are where every line ends alike, but for those within quotes. Then the count of lines holds the quick
reader to account, which is not told when it goes wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LONGEST = 1 << 20
"""Bytes of a line; one that is longer is left to the strict reader."""
LINE_END, RETURN, QUOTE = 0x0A, 0x0D, 0x22


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
    _is_open: bool = False
    _rest: bytes = b""
    _has_ended: bool = False

    def add(self, chunk: bytes) -> None:
        """Take in the next bytes."""
        if not self.is_plain:
            return
        end = chunk.rfind(b"\n") + 1
        block, rest = self._rest + chunk[:end], chunk[end:]
        if end:
            self._take(block)
            self._rest = rest
        else:
            self._rest += rest
        self.is_plain = self.is_plain and len(self._rest) <= LONGEST

    def finish(self) -> None:
        """Take in the last line, which may have no end."""
        if self._rest.strip() and self.is_plain:
            self._take(self._rest + (b"\r\n" if self.n_windows else b"\n"))
        self.is_plain = self.is_plain and self.n_windows in {0, self.n_lines} and not self._is_open
        self._rest = b""

    @property
    def line_end(self) -> str:
        """What ends every line."""
        return "\r\n" if self.n_windows else "\n"

    def _take(self, block: bytes) -> None:
        """Take in whole lines. Blank ones may stand at the end of the file only, where they say nothing."""
        is_quoted = b'"' in block or self._is_open
        ends, n_windows, is_plain = self._quoted_ends(block) if is_quoted else self._ends(block)
        self.is_plain = is_plain and block.count(b"\r") == block.count(b"\r\n") and not (ends and self._has_ended)
        self.n_lines += ends
        self.n_windows += n_windows
        # a cell may hold blank lines, but a file that does not go on behind them holds no such cell
        self._has_ended = not self._is_open and (self._has_ended or block.endswith((b"\n\n", b"\n\r\n")) or not ends)

    def _ends(self, block: bytes) -> tuple[int, int, bool]:
        """Return how many lines end, how many of them with a carriage return, and whether they are plain."""
        lines = block.rstrip(b"\r\n")
        if not lines:
            return 0, 0, True
        is_plain = b"\n\n" not in lines and b"\n\r" not in lines and not lines.startswith((b"\n", b"\r"))
        return lines.count(b"\n") + 1, block.count(b"\r\n", 0, len(lines) + 2), is_plain

    def _quoted_ends(self, block: bytes) -> tuple[int, int, bool]:
        """Return the same where quotes are: a line that ends within them goes on.

        A quote behind a backslash may stand for its escape, and is not plain.
        """
        signs = np.frombuffer(block, np.uint8)
        is_open = np.bitwise_xor.accumulate(signs == QUOTE) ^ self._is_open
        places = np.flatnonzero((signs == LINE_END) & ~is_open)
        self.has_inner_ends |= len(places) < block.count(b"\n")
        self._is_open = bool(is_open[-1])
        is_windows = signs[places - 1] == RETURN
        is_blank = np.diff(places, prepend=-1) <= 1 + is_windows
        first_blank = int(is_blank.argmax()) if is_blank.any() else len(places)
        is_plain = bool(is_blank[first_blank:].all()) and b'\\"' not in block
        return first_blank, int(is_windows[:first_blank].sum()), is_plain
