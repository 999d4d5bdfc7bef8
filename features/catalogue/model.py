"""What a feature is: its meaning for people, its direction for the detector, its words for a reason.

A feature describes one RMA at one stage, with nothing that was not known by then. Directions: ``HIGH`` and
``LOW`` features are evidence for the detector, in that direction only; ``CONTEXT`` features explain, they never
raise a score by themselves. A reason's text is a template over the RMA's own features, with ``{value}`` for this
one and ``{typical}`` for what is usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

WINDOWS_DAYS = {"30d": 30, "90d": 90, "365d": 365, "ever": None}
"""Look-back windows: from (and including) that many days before the request up to just before it."""

NO_SHOPPER = "the shopper is not known (anonymous return)"


class Stage(StrEnum):
    """How much was known about an RMA: when requested, when the parcel arrived, when all was settled."""

    REQUEST = "request"
    RECEIVED = "received"
    SETTLED = "settled"


class Family(StrEnum):
    """Features of one family tell of the same thing; the detector counts a family's evidence once."""

    SHOPPER = "shopper"
    EXCESS = "excess"
    VALUE = "value"
    TIMING = "timing"
    POLICY = "policy"
    ITEM = "item"
    REASON = "reason"
    CLAIM = "claim"
    VELOCITY = "velocity"
    LOGISTICS = "logistics"
    INSPECTION = "inspection"
    WEAR = "wear"
    TENDER = "tender"
    DOUBLE_DIP = "double_dip"
    IDENTITY = "identity"
    ACCOUNT = "account"
    AGENT = "agent"
    TEXT = "text"
    SEQUENCE = "sequence"
    PACE = "pace"
    OCCASION = "occasion"


class Direction(StrEnum):
    """Which end of a feature is suspicious."""

    HIGH = "high"
    LOW = "low"
    CONTEXT = "context"


class Strength(Enum):
    """How much a rare value says of abuse: a hint (many honest ways to it), a sign, or a fact (hardly any).

    The value is what the feature's evidence is multiplied by.
    """

    HINT = 0.6
    SIGN = 1.0
    FACT = 1.5


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its meaning for people, its direction for the detector, its words for a reason.

    ``stage`` is the first at which it is known: it is null before. ``reason_text`` is for the analyst,
    ``customer_text`` for the shopper (neutral, without figures of others; null: the general sentence).
    ``cleared_by`` names features from 0 (clears nothing) to 1 (explains it wholly) that take away the evidence of
    this one. A flagged RMA whose value is at least ``hold_from`` is held, where that is rare; null: the feature never
    holds anything. ``archetype`` is the kind of abuse that the feature's reason suggests when it is the strongest;
    null: what its family suggests (``models.reasons``). ``is_of_others``: it tells of the shopper's other RMAs and
    not of this one, so that verdicts on those say more than it (``models.feedback``).
    """

    name: str
    family: Family
    unit: str
    definition: str
    null_means: str
    direction: Direction = Direction.CONTEXT
    reason_code: str | None = None
    reason_text: str | None = None
    stage: Stage = Stage.REQUEST
    customer_text: str | None = None
    cleared_by: tuple[str, ...] = ()
    strength: Strength = Strength.SIGN
    hold_from: float | None = None
    archetype: str | None = None
    is_of_others: bool = False
