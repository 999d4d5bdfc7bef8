"""How each kind of abuser goes about it: how willing, with what claim, how late, with what excuse. Only a table."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.simulate.plan import (
    AGENT_COLLUSION,
    BRICKING,
    DOUBLE_DIP,
    EMPTY_BOX,
    FAKE_TRACKING,
    GIFT_CARD_LAUNDERING,
    ITEM_NOT_RECEIVED,
    LATE_BEYOND_POLICY,
    LINKED_RING,
    OPEN_BOX_REBUY,
    OVERSTATED_QUANTITY,
    REASON_ESCALATION,
    RECEIPT_SWITCHING,
    SERIAL_RETURNER,
    STOLEN_GOODS,
    SWITCH,
    TENDER_SWITCH,
    WARDROBING,
)


@dataclass(frozen=True, slots=True)
class Habit:
    """The habit of one kind of abuser.

    ``weight`` is how many shoppers would have it if all abused returns, ``willing`` on which share of the orders
    that suit it they act. ``claims`` are weights of ``KINDS``; ``late`` is how often the request comes at the end of
    the window, ``beyond`` how often after it, ``quick`` how often within days of the delivery. ``excuses`` are
    weights of ``EXCUSES``, given in place of an ordinary reason in ``EXCUSED`` of the cases.
    """

    weight: float
    willing: float
    claims: tuple[float, float, float, float, float] = (1, 0, 0, 0, 0)
    late: float = 0.0
    beyond: float = 0.0
    quick: float = 0.0
    excuses: tuple[float, float, float, float, float] = (5, 2, 2, 1, 1)


EXCUSES = ("changed_mind", "not_as_described", "defective", "damaged", "wrong_item")
EXCUSED = 0.4

HABITS = {
    SERIAL_RETURNER: Habit(1.0, 0.75, late=0.55, excuses=(5, 4, 1, 0, 0)),
    ITEM_NOT_RECEIVED: Habit(1.0, 0.5, claims=(0, 7, 3, 0, 0)),
    WARDROBING: Habit(1.2, 0.65, late=0.65, excuses=(6, 3, 1, 0, 0)),
    EMPTY_BOX: Habit(1.2, 0.6, late=0.2, excuses=(4, 2, 3, 0, 1)),
    BRICKING: Habit(1.2, 0.75, claims=(8, 0, 0, 1, 2), late=0.4, excuses=(1, 2, 7, 1, 0)),
    SWITCH: Habit(1.2, 0.75, late=0.3, excuses=(2, 3, 4, 0, 2)),
    FAKE_TRACKING: Habit(1.0, 0.6, late=0.2, excuses=(4, 3, 2, 0, 1)),
    OVERSTATED_QUANTITY: Habit(1.2, 0.7, excuses=(5, 3, 1, 1, 1)),
    RECEIPT_SWITCHING: Habit(1.2, 0.7, quick=0.2, excuses=(6, 2, 1, 0, 1)),
    OPEN_BOX_REBUY: Habit(2.0, 0.9, quick=0.5, excuses=(5, 4, 1, 0, 0)),
    TENDER_SWITCH: Habit(1.0, 0.65, quick=0.3, excuses=(6, 3, 1, 0, 0)),
    AGENT_COLLUSION: Habit(1.0, 0.6, claims=(8, 1, 1, 1, 0), late=0.2, beyond=0.3),
    GIFT_CARD_LAUNDERING: Habit(1.0, 0.75, quick=0.7, excuses=(8, 2, 0, 0, 0)),
    LINKED_RING: Habit(3.0, 0.85, claims=(5, 3, 1, 2, 0), quick=0.4, excuses=(2, 3, 4, 2, 1)),
    DOUBLE_DIP: Habit(1.0, 0.5, claims=(6, 3, 1, 0, 0), quick=0.2, excuses=(2, 5, 3, 1, 1)),
    LATE_BEYOND_POLICY: Habit(1.0, 0.6, late=0.06, beyond=0.92, excuses=(4, 2, 3, 0, 0)),
    STOLEN_GOODS: Habit(0.8, 0.6, quick=0.2, excuses=(7, 1, 1, 0, 0)),
    REASON_ESCALATION: Habit(1.0, 0.6, late=0.2, beyond=0.2, excuses=(4, 2, 1, 0, 0)),
}
"""By archetype. The abusive orders divide evenly among them for as long as there are enough that suit."""
