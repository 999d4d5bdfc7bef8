"""A shop in parts: what is gathered of each, learned of all together, and told of each again.

What belongs here: going through the parts, and what of it lies in files. What does not: the steps and their order
(``features/assemble.py``), and which rows a part has (``sql/buckets``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from engines.base import CORE, Parts, Tables
from engines.kept import Kept, put_away
from engines.parts import ShopWide, part_of, tell
from features.assemble import Learned
from features.contracts import CORE_FRAMES
from features.learning import Gathered, Gatherers, Part, Teller
from features.params import FeatureParams


@dataclass(slots=True)
class PartedShop:
    """The stored core tables as parts; of a shop of several, what is gathered and learned lies in files of a folder.

    It is a ``features.learning.Ground``.
    """

    tables: Tables
    parts: Parts
    products: pl.DataFrame
    folder: Path | None
    kept: Kept
    _only: Part | None = None

    @staticmethod
    def open(tables: Tables, most: int, until: ExitStack) -> PartedShop:
        """Part the stored shop, about ``most`` RMAs a part; its files lie there until the stack is left."""
        parts = until.enter_context(tables.parts(most))
        folder = until.enter_context(tables.scratch("learned")) if parts.n > 1 else None
        products = tables.frame(f"{CORE}.products", list(CORE_FRAMES["products"].schema))
        tables.give_back()
        return PartedShop(tables, parts, products, folder, Kept(folder))

    def gather(self, steps: Gatherers) -> None:
        """Keep what each step gathers of each part."""
        for part in self._each():
            for name, step in steps.items():
                self.kept.add(name, step(part))

    def take(self, name: str) -> Gathered:
        """Return, once, what all parts gave to the step of a name."""
        return self.kept.take(name)

    def put(self, name: str, teller: Teller) -> Teller:
        """Put a teller into a file, where there are files."""
        return teller if self.folder is None else put_away(teller, self.folder / f"{name}.teller")

    def tell(
        self, learned: Learned, params: FeatureParams, asked: pl.DataFrame | None = None
    ) -> Iterator[pl.DataFrame]:
        """Yield the features of every RMA, or of those that are asked for (``rma_id``)."""
        known = ShopWide(learned, self.products, params)
        for part in self._each():
            yield tell(part, known, asked)

    def _each(self) -> Iterator[Part]:
        """Yield the parts; the only one of a small shop is made once."""
        if self._only is not None:
            yield self._only
            return
        for number in range(self.parts.n):
            part = part_of(self.parts.rows(number), self.products)
            self.tables.give_back()
            if self.parts.n == 1:
                self._only = part
            yield part
