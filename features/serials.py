"""Whether a serial number that came back is the one that was sold, as people type them.

What belongs here: comparing two written serial numbers. What does not: what another number says about an RMA.

Case, blanks and punctuation do not count, and a number that differs in a single character was mistyped: a warehouse
that reads thousands of labels by eye makes such slips, and another unit of the same make differs in more.
"""

from __future__ import annotations

import polars as pl

SHORTEST = 6
"""Shorter numbers may differ by one character and be two numbers."""


def _plain(serial: pl.Expr) -> pl.Expr:
    return serial.str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")


def is_other_serial(received: pl.Series, sold: pl.Series) -> pl.Series:
    """Return for each row whether the received number is another one than was sold; null where one is not known."""
    both = pl.DataFrame({"received": received, "sold": sold}).with_row_index("_row")
    known = both.drop_nulls().with_columns(_plain(pl.col("received", "sold")))
    differing = known.filter(pl.col("received") != pl.col("sold"))
    others = differing.join(_mistyped(differing), on="_row", how="anti").select("_row", is_other=pl.lit(value=True))
    told = (
        known.select("_row").join(others, on="_row", how="left").with_columns(pl.col("is_other").fill_null(value=False))
    )
    return both.select("_row").join(told, on="_row", how="left", maintain_order="left")["is_other"]


def _mistyped(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose two numbers are equally long and differ in one character."""
    length = pl.col("received").str.len_chars()
    alike = pairs.filter(length >= SHORTEST, length == pl.col("sold").str.len_chars())
    characters = alike.with_columns(pl.col("received", "sold").str.split("")).explode("received", "sold")
    gaps = characters.group_by("_row").agg(gaps=(pl.col("received") != pl.col("sold")).sum())
    return gaps.filter(pl.col("gaps") == 1).select("_row")
