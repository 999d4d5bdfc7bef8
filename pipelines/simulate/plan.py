"""The plan of what comes back: for each order whether, when and why, for each line how much. Plain records."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.simulate.draw import Ints
from pipelines.simulate.vocabulary import ARCHETYPES, KINDS, LOOKALIKES, REASONS

RETURN, NOT_RECEIVED, MISSING, DAMAGED, WARRANTY = range(len(KINDS))
BAD_LOT, GIFT_SEASON, BRACKETING, HEAVY_PROFITABLE = range(4)
HOUSEHOLD, FREIGHT_FORWARDER, MOVED_HOUSE, CLUMSY_CARRIER = range(4, len(LOOKALIKES))
SERIAL_RETURNER, ITEM_NOT_RECEIVED, WARDROBING, EMPTY_BOX, BRICKING, SWITCH, FAKE_TRACKING = range(7)
OVERSTATED_QUANTITY, RECEIPT_SWITCHING, OPEN_BOX_REBUY, TENDER_SWITCH, AGENT_COLLUSION = range(7, 12)
GIFT_CARD_LAUNDERING, LINKED_RING, DOUBLE_DIP, LATE_BEYOND_POLICY = range(12, 16)
STOLEN_GOODS, REASON_ESCALATION = range(16, len(ARCHETYPES))


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
