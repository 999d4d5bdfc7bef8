"""The plan of what comes back: for each order whether, when and why, for each line how much. Plain records."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.simulate.draw import Ints
from pipelines.simulate.vocabulary import ARCHETYPES, KINDS, LOOKALIKES, REASONS

RETURN, NOT_RECEIVED, MISSING, DAMAGED, WARRANTY = range(len(KINDS))
BAD_LOT, GIFT_SEASON, BRACKETING, HEAVY_PROFITABLE = range(len(LOOKALIKES))
SERIAL_RETURNER, ITEM_NOT_RECEIVED, WARDROBING, EMPTY_BOX = range(len(ARCHETYPES))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked back.

    By order: ``kind`` (NONE: nothing), ``asked`` (the moment of the request), ``archetype`` of an abuse (NONE:
    honest) and ``lookalike`` (NONE: none). By line: units ``back`` (0: kept) and ``reason``.
    """

    kind: Ints
    asked: Ints
    archetype: Ints
    lookalike: Ints
    back: Ints
    reason: Ints


def reason(word: str) -> int:
    """Return the code of a reason word."""
    return REASONS.index(word)
