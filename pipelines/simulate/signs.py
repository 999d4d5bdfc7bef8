"""Which signs each RMA leaves. Every sign is partial: abusers leave it out at times, honest shoppers show it too.

A sign is drawn once by RMA; what it looks like in the files is for the steps that write them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from pipelines.simulate.draw import NONE, Flags, Floats, Ints
from pipelines.simulate.plan import (
    AGENT_COLLUSION,
    BAD_LOT,
    BRICKING,
    CLUMSY_CARRIER,
    DOUBLE_DIP,
    EMPTY_BOX,
    FAKE_TRACKING,
    GIFT_CARD_LAUNDERING,
    GIFT_SEASON,
    HOUSEHOLD,
    ITEM_NOT_RECEIVED,
    LATE_BEYOND_POLICY,
    LINKED_RING,
    MOVED_HOUSE,
    OPEN_BOX_REBUY,
    OVERSTATED_QUANTITY,
    REASON_ESCALATION,
    RECEIPT_SWITCHING,
    STOLEN_GOODS,
    SWITCH,
    TENDER_SWITCH,
    WARDROBING,
)
from pipelines.simulate.vocabulary import ARCHETYPES, LOOKALIKES


class Sign(IntEnum):
    """What may be odd about an RMA."""

    LIGHT = 0
    """The parcel weighs less than its goods."""
    OFF_WEIGHT = 1
    """It weighs something else than its goods."""
    FOREIGN_SERIAL = 2
    WRONG_ITEM = 3
    EMPTIED = 4
    WORN = 5
    SCRAPPED = 6
    OPENED = 7
    SHORT = 8
    """Fewer units come than were announced."""
    MISROUTED = 9
    """The tracking ends at another postcode than a warehouse's."""
    UNSEEN = 10
    """The dock never sees the parcel."""
    ADVANCE = 11
    """The money is paid at the carrier's first scan."""
    UNRETURNED = 12
    """The money is paid and nothing has to come back."""
    OTHER_TENDER = 13
    AS_CREDIT = 14
    CASH = 15
    OVER_REFUND = 16
    """More is paid back than was paid."""
    NO_ORDER = 17
    """No order is named."""
    EXCEPTION = 18
    """Somebody waives the rules: it is not denied and costs no fee."""
    DISPUTED = 19
    """The payment is disputed as well."""
    OWN_AGENT = 20
    """One of the few people handles it who are in on it."""
    TEMPLATE = 21
    """The comment is the one that others were given, too."""


ORDINARY: Final = {
    Sign.LIGHT: 0.0075,
    Sign.OFF_WEIGHT: 0.008,
    Sign.FOREIGN_SERIAL: 0.026,
    Sign.WRONG_ITEM: 0.0014,
    Sign.EMPTIED: 0.0018,
    Sign.WORN: 0.003,
    Sign.SCRAPPED: 0.002,
    Sign.SHORT: 0.0016,
    Sign.MISROUTED: 0.0014,
    Sign.UNSEEN: 0.0016,
    Sign.ADVANCE: 0.05,
    Sign.UNRETURNED: 0.0024,
    Sign.OTHER_TENDER: 0.0025,
    Sign.AS_CREDIT: 0.05,
    Sign.OVER_REFUND: 0.0016,
    Sign.NO_ORDER: 0.0014,
    Sign.EXCEPTION: 0.2,
    Sign.DISPUTED: 0.0011,
}
"""How often the RMAs of everybody show each sign; what is not named is not shown unless for a reason."""

ABUSE: Final = {
    WARDROBING: {Sign.WORN: 0.9, Sign.OPENED: 0.8},
    EMPTY_BOX: {Sign.LIGHT: 0.8, Sign.EMPTIED: 0.7, Sign.ADVANCE: 0.25},
    BRICKING: {Sign.SCRAPPED: 0.9, Sign.OPENED: 0.95, Sign.OFF_WEIGHT: 0.6},
    SWITCH: {Sign.FOREIGN_SERIAL: 0.8, Sign.WRONG_ITEM: 0.35, Sign.OFF_WEIGHT: 0.6, Sign.OPENED: 0.8},
    FAKE_TRACKING: {Sign.MISROUTED: 0.75, Sign.UNSEEN: 0.8, Sign.ADVANCE: 0.85, Sign.LIGHT: 0.7},
    OVERSTATED_QUANTITY: {Sign.SHORT: 0.88, Sign.LIGHT: 0.6, Sign.ADVANCE: 0.15},
    RECEIPT_SWITCHING: {Sign.OVER_REFUND: 0.8, Sign.EXCEPTION: 0.5, Sign.CASH: 0.15},
    OPEN_BOX_REBUY: {Sign.OPENED: 0.85, Sign.WORN: 0.6},
    TENDER_SWITCH: {Sign.OTHER_TENDER: 0.88, Sign.AS_CREDIT: 0.05, Sign.CASH: 0.15},
    AGENT_COLLUSION: {Sign.OWN_AGENT: 0.9, Sign.UNRETURNED: 0.92, Sign.EXCEPTION: 0.95, Sign.OVER_REFUND: 0.15},
    GIFT_CARD_LAUNDERING: {Sign.AS_CREDIT: 0.92, Sign.OTHER_TENDER: 0.1, Sign.DISPUTED: 0.2},
    LINKED_RING: {
        Sign.TEMPLATE: 0.8,
        Sign.LIGHT: 0.6,
        Sign.EMPTIED: 0.45,
        Sign.WRONG_ITEM: 0.15,
        Sign.ADVANCE: 0.3,
        Sign.OTHER_TENDER: 0.15,
    },
    DOUBLE_DIP: {Sign.DISPUTED: 0.9, Sign.ADVANCE: 0.2},
    LATE_BEYOND_POLICY: {Sign.EXCEPTION: 0.95, Sign.WORN: 0.65, Sign.OPENED: 0.8},
    STOLEN_GOODS: {Sign.NO_ORDER: 0.8, Sign.CASH: 0.4, Sign.AS_CREDIT: 0.45, Sign.FOREIGN_SERIAL: 0.5},
    REASON_ESCALATION: {Sign.WORN: 0.6, Sign.OPENED: 0.8},
    ITEM_NOT_RECEIVED: {Sign.DISPUTED: 0.1, Sign.TEMPLATE: 0.3},
}
"""How often a kind of abuse shows each sign where it is more than everybody."""

LOOKS: Final = {
    BAD_LOT: {Sign.SCRAPPED: 0.2, Sign.OPENED: 0.8},
    GIFT_SEASON: {Sign.AS_CREDIT: 0.82, Sign.NO_ORDER: 0.02, Sign.OTHER_TENDER: 0.0},
    HOUSEHOLD: {Sign.OTHER_TENDER: 0.01},
    MOVED_HOUSE: {Sign.OTHER_TENDER: 0.1},
    CLUMSY_CARRIER: {Sign.LIGHT: 0.02, Sign.UNSEEN: 0.012, Sign.MISROUTED: 0.01, Sign.EMPTIED: 0.008},
}
"""How often a look-alike shows each sign, where it differs from everybody's."""

CAREFUL = (0.02, 0.1)
"""Share of the abuse that is done with care, at the beginning and at the end: abusers learn."""
OF_THE_CAREFUL = 0.3
"""How much of what others show the careful do."""

SignTable = npt.NDArray[np.bool_]
"""By RMA and ``Sign``."""


def draw_signs(rng: np.random.Generator, archetype: Ints, lookalike: Ints, progress: Floats) -> SignTable:
    """Draw the signs of RMAs of those archetypes and look-alikes (NONE: of neither).

    ``progress`` is when each is asked for: 0 at the beginning of the simulated time, 1 at its end.
    """
    usual = _row(ORDINARY)
    abuse = np.array([np.maximum(usual, _row(ABUSE.get(code, {}))) for code in range(len(ARCHETYPES))])
    looks = np.array([_row(ORDINARY | LOOKS.get(code, {})) for code in range(len(LOOKALIKES))])
    is_abuse, n = archetype != NONE, len(archetype)
    rates = np.where(
        is_abuse[:, None], abuse[archetype], np.where((lookalike != NONE)[:, None], looks[lookalike], usual)
    )
    is_careful = is_abuse & (rng.random(n) < CAREFUL[0] + (CAREFUL[1] - CAREFUL[0]) * progress)
    rates = np.where(is_careful[:, None], usual + (rates - usual) * OF_THE_CAREFUL, rates)
    return rng.random(rates.shape) < rates


def shows(signs: SignTable, sign: Sign) -> Flags:
    """Return which RMAs show that sign."""
    return signs[:, sign]


def _row(rates: dict[Sign, float]) -> npt.NDArray[np.float64]:
    """Return the rates by sign, 0 where none is named."""
    return np.array([rates.get(sign, 0.0) for sign in Sign])
