"""What shoppers write about their reasons: an opening, a way to say the reason, a detail and a closing."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulate.draw import NONE, Flags, Ints, chance, pick
from pipelines.simulate.texts import only, words
from pipelines.simulate.vocabulary import CLOSINGS, COMMENTS, DETAILS, OPENINGS

SILENT = 0.45
"""Share of the RMA lines without a comment."""
SAYINGS = len(COMMENTS[0])
WAYS = SAYINGS * len(OPENINGS) * len(DETAILS) * len(CLOSINGS)
"""How many comments there are for each reason."""
PLAIN = (0.6, 0.5, 0.35)
"""How often the opening, the detail and the closing are left out."""
VARIED = 0.25
"""How often somebody who was given a text changes its closing."""


def draw_comments(rng: np.random.Generator, reason: Ints, given: Flags, source: Ints) -> Ints:
    """Draw a comment for each reason: the number of its text, NONE where nothing is written.

    Where ``given``, all of the same ``source`` write the same beside the reason.
    """
    n = len(reason)
    opening, detail, closing = (
        np.where(chance(rng, plain, n), 0, rng.integers(1, len(choices), n))
        for plain, choices in zip(PLAIN, (OPENINGS, DETAILS, CLOSINGS), strict=True)
    )
    way = _number(rng.integers(0, SAYINGS, n), opening, detail, closing)
    template = _templates(rng, source)
    closing = np.where(chance(rng, VARIED, n), closing, template % len(CLOSINGS))
    template = template - template % len(CLOSINGS) + closing
    silent = chance(rng, SILENT, n)
    return np.where(silent, NONE, reason * WAYS + np.where(given, template, way))


def _templates(rng: np.random.Generator, source: Ints) -> Ints:
    """Return the text of each source: with an opening and a detail."""
    n = int(source.max(initial=0)) + 1
    saying, opening = rng.integers(0, SAYINGS, n), rng.integers(1, len(OPENINGS), n)
    detail, closing = rng.integers(1, len(DETAILS), n), pick(rng, np.ones(len(CLOSINGS)), n)
    return _number(saying, opening, detail, closing)[source]


def _number(saying: Ints, opening: Ints, detail: Ints, closing: Ints) -> Ints:
    """Return the number of a text among those of one reason."""
    return ((saying * len(OPENINGS) + opening) * len(DETAILS) + detail) * len(CLOSINGS) + closing


def comment_texts(comment: Ints) -> pl.Series:
    """Return the texts of comments, null for NONE."""
    code = np.maximum(comment, 0)
    code, closing = np.divmod(code, len(CLOSINGS))
    code, detail = np.divmod(code, len(DETAILS))
    saying, opening = np.divmod(code, len(OPENINGS))
    sayings = [text for ways in COMMENTS for text in ways]
    parts = [words(opening, OPENINGS), words(saying, sayings), words(detail, DETAILS), words(closing, CLOSINGS)]
    return only(pl.select(pl.concat_str(parts)).to_series(), comment >= 0)
