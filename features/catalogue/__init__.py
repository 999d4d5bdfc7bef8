"""Every feature: what it is, its unit, what null means, which direction is suspicious, how to say it.

One module for each family's definitions; how the figures come about stands in ``features/<family>.py``.
"""

from __future__ import annotations

from features.catalogue.account import ACCOUNT
from features.catalogue.excess import EXCESS
from features.catalogue.identity import IDENTITY
from features.catalogue.item import ITEM
from features.catalogue.model import NO_SHOPPER, WINDOWS_DAYS, Direction, Family, Feature, Stage
from features.catalogue.pace import PACE
from features.catalogue.policy import POLICY
from features.catalogue.reason import REASON
from features.catalogue.sequence import SEQUENCE
from features.catalogue.shopper import SHOPPER
from features.catalogue.text import TEXT
from features.catalogue.timing import TIMING
from features.catalogue.value import VALUE
from features.catalogue.velocity import VELOCITY

__all__ = ["FEATURES", "NO_SHOPPER", "WINDOWS_DAYS", "Direction", "Family", "Feature", "Stage"]

FEATURES: tuple[Feature, ...] = (
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
)
