"""From drawn numbers to the text of cells: words, money, moments, identifiers; a null is an empty cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pipelines.simulate.draw import Flags, Ints


def words(codes: Ints, vocabulary: Sequence[str]) -> pl.Series:
    """Return the word of each code; a code below zero is null."""
    known = pl.Series([*vocabulary, None], dtype=pl.String)
    return known.gather(pl.Series(np.where(codes < 0, len(vocabulary), codes)))


def numbered(prefix: str, numbers: Ints) -> pl.Series:
    """Return identifiers: the prefix and the number."""
    return pl.select(pl.lit(prefix) + pl.Series(numbers).cast(pl.String)).to_series()


def money(cents: Ints) -> pl.Series:
    """Return amounts of cents (not negative) as text with two decimals."""
    amount = pl.Series(cents)
    cent = (amount % 100).cast(pl.String).str.zfill(2)
    return pl.select((amount // 100).cast(pl.String) + pl.lit(".") + cent).to_series()


def moments(seconds: Ints, ends_at: int) -> pl.Series:
    """Return seconds since 1970 as UTC moments; what comes after ``ends_at`` is not known yet: null."""
    happened = seconds <= ends_at
    micros = np.where(happened, seconds, 0) * 1_000_000
    return only(pl.Series(micros).cast(pl.Datetime("us")), happened)


def only(values: pl.Series, known: Flags) -> pl.Series:
    """Return the values where they are known, null elsewhere."""
    return pl.select(pl.when(pl.Series(known)).then(values)).to_series()
