"""How a family learns from a whole shop without having it in memory: it gathers from some shoppers at a time.

What belongs here: the two steps that every family's learning has, and what the rows are that it gathers from. What does
not: what any family gathers or learns, and how the shop is parted (``sql/buckets``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import polars as pl

from features.params import FeatureParams
from features.purchases import with_purchase
from features.shop import Shop
from features.stages import Cases

Teller = Callable[[Cases], pl.DataFrame]
"""Returns one row an RMA and stage (``rma_id``, ``stage``) with a family's features as of ``stage_at``.

Features of RMAs depend on their own shoppers' rows (``cases.part``) and on what was learned, and on nothing else, so
that shoppers can be told in any number of groups."""

Gathered = Mapping[str, pl.DataFrame]
"""Frames by name. Those of all parts, one below the other, say as much as those of the whole shop."""


@dataclass(frozen=True)
class Part:
    """Rows of some shoppers, with what ``assemble.prepare`` adds.

    Each row of the shop is at ``home`` in one part alone, an order with its shopper, an RMA with whom its first lines
    name. ``around`` holds the rows at home and all that they are joined with: the orders that RMA lines name, and all
    that any shopper named there did.
    """

    home: Shop
    around: Shop

    @staticmethod
    def whole(prepared: Shop) -> Part:
        """Return the one part of a shop that is not parted."""
        return Part(prepared, prepared)

    @cached_property
    def purchased(self) -> pl.DataFrame:
        """The RMA lines at home with their purchases."""
        return with_purchase(self.home.rma_lines, self.around)


Gather = Callable[[Part], Gathered]
"""Returns what is kept of a part."""

Gatherers = Mapping[str, Gather]
"""What is gathered of every part, by name."""


class Ground(Protocol):
    """A shop to learn from: where its parts are, and where what they give and what is learned lies."""

    def gather(self, steps: Gatherers) -> None:
        """Have every part give to each step, and keep it by the step's name."""

    def take(self, name: str) -> Gathered:
        """Return, once, what all parts gave to the step of a name."""

    def put(self, name: str, teller: Teller) -> Teller:
        """Put a family's teller where it belongs, and return what tells from there."""


@dataclass(frozen=True, slots=True)
class Learner:
    """What a family keeps of each part, and what it learns of all that was kept."""

    gather: Gather
    learn: Callable[[Gathered, FeatureParams], Teller]


def gather_nothing(part: Part) -> Gathered:  # noqa: ARG001 - as every gatherer
    """Keep nothing: for a family that needs nothing of the whole shop."""
    return {}
