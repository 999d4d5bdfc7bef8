"""Every feature: what it is, its unit, what null means, which direction is suspicious, how to say it.

One module for each family's definitions; how the figures come about stands in ``features/<family>.py``.
"""

from __future__ import annotations

from features.catalogue.account import ACCOUNT
from features.catalogue.agent import AGENT
from features.catalogue.doubles import DOUBLES
from features.catalogue.excess import EXCESS
from features.catalogue.identity import IDENTITY
from features.catalogue.item import ITEM
from features.catalogue.logistics import LOGISTICS
from features.catalogue.model import NO_SHOPPER, WINDOWS_DAYS, Direction, Family, Feature, Stage, Strength
from features.catalogue.occasion import OCCASION
from features.catalogue.pace import PACE
from features.catalogue.policy import POLICY
from features.catalogue.reason import REASON
from features.catalogue.sequence import SEQUENCE
from features.catalogue.settlement import SETTLEMENT
from features.catalogue.shopper import SHOPPER
from features.catalogue.signs import SIGNS
from features.catalogue.strengths import with_strengths
from features.catalogue.tender import TENDER
from features.catalogue.text import TEXT
from features.catalogue.timing import TIMING
from features.catalogue.value import VALUE
from features.catalogue.velocity import VELOCITY

__all__ = ["FEATURES", "NO_SHOPPER", "WINDOWS_DAYS", "Direction", "Family", "Feature", "Stage", "Strength"]

FEATURES: tuple[Feature, ...] = with_strengths(
    (
        *SHOPPER,
        *EXCESS,
        *VALUE,
        *TIMING,
        *POLICY,
        *ITEM,
        *REASON,
        *VELOCITY,
        *IDENTITY,
        *ACCOUNT,
        *TEXT,
        *SEQUENCE,
        *PACE,
        *AGENT,
        *OCCASION,
        *(*SIGNS, *LOGISTICS, *SETTLEMENT, *TENDER, *DOUBLES),
    )
)
