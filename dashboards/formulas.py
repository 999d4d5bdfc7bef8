"""What keeps a text of an export from being run by the spreadsheet that opens it; for pages and the command line alike.

Texts alone are looked at: a number stays a number, whatever its sign.
"""

from __future__ import annotations

import polars as pl

MARKS = "=+\\-@|%\uff1d\uff0b\uff0d\uff20"
"""How a formula may begin, as in a set of a regular expression; the wide forms count too."""

BEGINS = rf"^(?:[\t\r\n]|[\s\p{{Cf}}]*[{MARKS}])"
"""A text that a spreadsheet may run: it may pass over blanks and what cannot be seen before the mark."""

BREAKS = rf"([;\t\r\n]\s*)([{MARKS}])"
"""A mark that begins a cell of its own where a spreadsheet parts cells otherwise than this file does."""


def defused(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame in which no text is a formula to a spreadsheet: an apostrophe stands before each mark.

    NUL, which no spreadsheet keeps and which may hide a mark, is left out of texts.
    """
    return frame.with_columns(_defused(name) for name, dtype in frame.schema.items() if dtype == pl.String)


def _defused(name: str) -> pl.Expr:
    """Return a column of texts of which none is a formula."""
    text = pl.col(name).str.replace_all("\0", "", literal=True)
    inside = text.str.replace_all(BREAKS, "${1}'${2}")
    return pl.when(text.str.contains(BEGINS)).then(pl.lit("'") + inside).otherwise(inside).alias(name)
