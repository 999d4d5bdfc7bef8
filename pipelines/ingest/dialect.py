"""How a text table is written: what a user may declare of it, and what was found out.

Belongs here: the words for a dialect. How it is found out stands in ``header.py``, how rows are
split by it in ``split.py``.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass

from pipelines.errors import ReturnwatchError

DELIMITERS = ",;\t|"
"""Delimiters that are tried on every file; others must stand between two known names of the header."""
LONGEST_DELIMITER = 3
STAND_IN = "\ue000"
"""Stands for a delimiter of several signs while a row is split: a sign of private use, which no text should hold."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is declared of a source's text tables; None is found out from the file.

    ``quote`` is the mark around cells, empty where there is none; ``escape`` the mark before a quote
    within quotes, empty where quotes are doubled; ``skip_lines`` counts the lines before the header.
    Raises ReturnwatchError where it makes no sense.
    """

    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    encoding: str | None = None
    skip_lines: int | None = None

    def __post_init__(self) -> None:
        if self.delimiter is not None and not is_delimiter(self.delimiter):
            raise ReturnwatchError(
                f"delimiter {self.delimiter!r} cannot be one; name one to {LONGEST_DELIMITER} signs that are no "
                "letters, digits, quotes or line ends"
            )
        for name, mark in (("quote", self.quote), ("escape", self.escape)):
            if mark and (len(mark) > 1 or mark.isalnum() or mark.isspace() or mark == self.delimiter):
                raise ReturnwatchError(f"{name} {mark!r} cannot be one; name one sign, or '' for none")
        if self.skip_lines is not None and self.skip_lines < 0:
            raise ReturnwatchError(f"skip_lines {self.skip_lines} is below zero; count the lines before the header")
        if self.encoding is not None:
            _check_encoding(self.encoding)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a text table and how its rows are written.

    ``names`` stand as in the file, without blanks around them; ``n_lines_before`` are passed over;
    ``n_cells`` is what a whole row has: one more than names where every row ends with a delimiter.
    An ``escape`` other than a doubled quote is one sign.
    """

    delimiter: str
    names: tuple[str, ...]
    n_lines_before: int = 0
    quote: str = '"'
    escape: str = ""
    n_more: int = 0
    """Empty cells at the end of each row beyond the names, or, below zero, nameless names beyond the cells."""

    @property
    def n_cells(self) -> int:
        """Cells of a whole row."""
        return len(self.names) + self.n_more

    @property
    def n_named(self) -> int:
        """Columns up to the last one that has a name; what stands behind it belongs to none."""
        return max((place for place, name in enumerate(self.names, 1) if name.strip()), default=0)

    @property
    def is_plain(self) -> bool:
        """Whether rows are written as most programs do: one sign between cells, quotes doubled within quotes."""
        return len(self.delimiter) == 1 and (self.quote, self.escape, self.n_more) == ('"', "", 0)


def is_delimiter(text: str) -> bool:
    """Whether a text can stand between cells."""
    return 0 < len(text) <= LONGEST_DELIMITER and not re.search(r"[^\W_]|[\"'\\\r\n\0_.+-]", text)


def csv_options(delimiter: str, quote: str, escape: str) -> dict[str, object]:
    """Return the options of the csv module for a dialect; blanks before a quote are passed over."""
    return {
        "delimiter": delimiter if len(delimiter) == 1 else STAND_IN,
        "quotechar": quote or None,
        "quoting": csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        "doublequote": True,
        "escapechar": escape or None,
        "strict": True,
        "skipinitialspace": delimiter != " ",
    }


def _check_encoding(name: str) -> None:
    """Raise ReturnwatchError where nothing is known of an encoding."""
    try:
        "".encode(name)
        codecs.lookup(name)
    except (LookupError, TypeError, ValueError):
        raise ReturnwatchError(f"encoding {name!r} is not known; name one as utf-8, cp1252 or latin-1") from None
