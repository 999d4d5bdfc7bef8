"""A shop in parts: what is gathered of each, learned of all together, and told of each again.

What belongs here: the order of these steps, and what of them lies in files. What does not: the steps themselves
(``features``), and which rows a part has (``sql/buckets``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from engines.base import CORE, Parts, Tables
from engines.kept import Kept, put_away
from engines.parts import ShopWide, part_of, tell
from features.assemble import Learned, gatherers, later_gatherers, learn_basics, learners
from features.contracts import CORE_FRAMES
from features.learning import Gather, Part, Teller
from features.params import FeatureParams

Gatherers = Mapping[str, Gather]


@dataclass(slots=True)
class PartedShop:
    """The stored core tables as parts; of a shop of several, what is gathered and learned lies in files of a folder."""

    tables: Tables
    params: FeatureParams
    parts: Parts
    products: pl.DataFrame
    folder: Path | None
    _only: Part | None = None

    @staticmethod
    def open(tables: Tables, params: FeatureParams, most: int, until: ExitStack) -> PartedShop:
        """Part the stored shop, about ``most`` RMAs a part; its files lie there until the stack is left."""
        parts = until.enter_context(tables.parts(most))
        folder = until.enter_context(tables.scratch("learned")) if parts.n > 1 else None
        products = tables.frame(f"{CORE}.products", list(CORE_FRAMES["products"].schema))
        tables.give_back()
        return PartedShop(tables, params, parts, products, folder)

    def learn(self, also: Gatherers) -> tuple[Learned, Kept]:
        """Return what is learned of the whole shop, and what was gathered, by ``also`` as well."""
        kept = Kept(self.folder)
        self._gather({**gatherers(), **also}, kept)
        basics = learn_basics(kept.all_of)
        for name in ("rates", "goods", "links"):
            kept.forget(name)
        self._gather(later_gatherers(basics, self.params), kept)
        families = learners(kept.all_of, basics, self.params)
        tellers = []
        for name, learn in families.items():
            tellers.append(self._put_away(name, learn()))
            kept.forget(name)
        return Learned(basics.tables, basics.goods, tuple(tellers)), kept

    def tell(self, learned: Learned, asked: pl.DataFrame | None = None) -> Iterator[pl.DataFrame]:
        """Yield the features of every RMA, or of those that are asked for (``rma_id``)."""
        known = ShopWide(learned, self.products, self.params)
        for part in self._each():
            yield tell(part, known, asked)

    def _gather(self, steps: Gatherers, kept: Kept) -> None:
        """Keep what each step gathers of each part."""
        for part in self._each():
            for name, step in steps.items():
                kept.add(name, step(part))

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

    def _put_away(self, name: str, teller: Teller) -> Teller:
        """Put a teller into a file, where there are files."""
        return teller if self.folder is None else put_away(teller, self.folder / f"{name}.teller")
