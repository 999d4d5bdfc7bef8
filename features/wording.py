"""Which comments say the same in the same words, or nearly so.

What belongs here: the keys that comments of one wording have in common. What does not: who wrote what when
(``text``).

A comment's normal form is in lower case, without accents and punctuation, every digit the same. It is one key. A
longer one has three keys more, from MinHash: each is made of the smallest of three hashes of its runs of four
characters, so two comments have such a key in common with the probability ``1 - (1 - J^3)^3`` for the share ``J`` of
runs that they share: 0.997 at 0.95, 0.88 at 0.8, 0.08 at 0.3. A slip of the pen does not hide a copy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

RUN = 4
"""Characters in a run."""
LONG = 20
"""Characters of the normal form from which on copies are looked for beyond the very words."""
BANDS = 3
ROWS = 3

Hashes = npt.NDArray[np.uint64]

_MULTIPLIERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_SHIFT = np.uint64(29)


def wordings(comments: pl.Series) -> pl.DataFrame:
    """Return one row a distinct comment and key: ``comment``, ``key``, and ``is_words`` for the key of its very words.

    Comments without a letter or digit have none.
    """
    normal = pl.DataFrame({"comment": comments.drop_nulls().unique()}, schema={"comment": pl.String})
    normal = normal.with_columns(normal=_normal_form("comment")).filter(pl.col("normal") != "")
    long = normal.filter(pl.col("normal").str.len_chars() >= LONG)
    words = normal.select("comment", pl.Series("key", _whole(normal["normal"])), is_words=pl.lit(value=True))
    near = [
        long.select("comment", pl.Series("key", key), is_words=pl.lit(value=False)) for key in _bands(long["normal"])
    ]
    return pl.concat([words, *near])


def _normal_form(column: str) -> pl.Expr:
    """Return a text in lower case, without accents and punctuation, digits as ``#``, words apart by one blank."""
    plain = pl.col(column).str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
    words = plain.str.replace_all(r"\p{N}", "#").str.replace_all(r"[^\p{L}#]+", " ")
    return words.str.strip_chars()


def _whole(texts: pl.Series) -> Hashes:
    """Return a hash of each whole text."""
    if texts.is_empty():
        return np.empty(0, dtype=np.uint64)
    signs, starts, ends = _signs(texts)
    place = np.arange(signs.size, dtype=np.uint64) - np.repeat(starts, ends - starts).astype(np.uint64)
    return _mixed(np.add.reduceat(_mixed(signs + (place + np.uint64(1)) * _MULTIPLIERS[0]), starts))


def _signs(texts: pl.Series) -> tuple[Hashes, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the texts' characters one after the other, and where each text begins and ends."""
    signs = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    ends = np.cumsum(lengths)
    return signs, ends - lengths, ends


def _bands(texts: pl.Series) -> list[Hashes]:
    """Return each text's key of each band; texts are at least ``LONG`` characters."""
    if texts.is_empty():
        return [np.empty(0, dtype=np.uint64)] * BANDS
    signs, starts, ends = _signs(texts)
    runs = np.zeros(signs.size, dtype=np.uint64)
    for offset in range(RUN):
        runs[: signs.size - offset] = runs[: signs.size - offset] * _MULTIPLIERS[0] + signs[offset:]
    # The last places of a text begin runs that reach into the next one.
    crosses = np.concatenate([ends - step for step in range(1, RUN)])
    seeds = np.arange(1, BANDS * ROWS + 1, dtype=np.uint64) * _MULTIPLIERS[1]
    keys = []
    for band in range(BANDS):
        key = np.full(texts.len(), band + 1, dtype=np.uint64)
        for row in range(ROWS):
            hashed = _mixed(runs + seeds[band * ROWS + row])
            hashed[crosses] = np.iinfo(np.uint64).max
            key = _mixed(key * _MULTIPLIERS[2] + np.minimum.reduceat(hashed, starts))
        keys.append(key)
    return keys


def _mixed(values: Hashes) -> Hashes:
    """Return values whose every bit depends on many of theirs."""
    once = (values ^ (values >> _SHIFT)) * _MULTIPLIERS[1]
    twice = (once ^ (once >> _SHIFT)) * _MULTIPLIERS[2]
    last: Hashes = twice ^ (twice >> _SHIFT)
    return last
