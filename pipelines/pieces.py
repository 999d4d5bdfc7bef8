"""A frame that comes in pieces, in order of its key, some rows at a time: none but these are ever in memory.

What belongs here: keeping pieces in files, and taking a span of keys out of all of them. What does not: what the rows
are, and where they go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from pipelines.sqltext import identifier, literal

BATCH = 8_192
"""Rows of a piece that are read together: a span reads few more than it needs."""


@dataclass(frozen=True, slots=True)
class Span:
    """The keys from ``first`` up to, and without, ``end``; without either, all before or after."""

    first: str | None
    end: str | None

    def condition(self, key: str) -> str:
        """Return what rows of the span hold to, as it stands in a statement."""
        bounds = [(">=", self.first), ("<", self.end)]
        told = [f"{identifier(key)} {sign} {literal(bound)}" for sign, bound in bounds if bound is not None]
        return " and ".join(told) or "true"


@dataclass(frozen=True, slots=True)
class SortedPieces:
    """Pieces, each in a file and in order of ``order``, whose first column is the key; a key may stand in several."""

    order: Sequence[str]
    no_rows: pl.DataFrame
    files: Sequence[Path]
    keys: Sequence[pl.Series]

    @staticmethod
    def of(pieces: Iterable[pl.DataFrame], order: Sequence[str], folder: Path) -> SortedPieces:
        """Keep pieces, at least one, in files of a folder."""
        files, keys, no_rows = [], [], pl.DataFrame()
        for number, piece in enumerate(pieces):
            rows = piece.sort(order)
            files.append(folder / f"{number}.arrow")
            rows.write_ipc(files[-1], compression="lz4", record_batch_size=BATCH)
            keys.append(rows.get_column(order[0]))
            no_rows = rows.clear()
        return SortedPieces(order, no_rows, files, keys)

    def spans(self, most: int, others: pl.Series | None = None) -> list[Span]:
        """Return spans of about ``most`` keys each, of the pieces' and of ``others`` (each named once)."""
        known = pl.concat([keys.unique() for keys in self.keys] + ([] if others is None else [others])).sort()
        bounds: list[str | None] = [None, *known.gather_every(most, most).unique(maintain_order=True), None]
        return [Span(first, end) for first, end in pairwise(bounds)]

    def rows(self, span: Span) -> pl.DataFrame:
        """Return the rows of a span, in order."""
        found = []
        for file, keys in zip(self.files, self.keys, strict=True):
            start = 0 if span.first is None else keys.search_sorted(span.first, side="left")
            stop = len(keys) if span.end is None else keys.search_sorted(span.end, side="left")
            if stop > start:
                found.append(pl.scan_ipc(file).slice(start, stop - start).collect())
        return pl.concat(found).sort(self.order) if found else self.no_rows
