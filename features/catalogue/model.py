"""What a feature is: its meaning for people, its direction for the detector, its words for a reason.

A feature describes one RMA at one stage, with nothing that was not known by then. Directions: ``HIGH`` and
``LOW`` features are evidence for the detector, in that direction only; ``CONTEXT`` features explain, they never
raise a score by themselves. A reason's text is a template over the RMA's own features, with ``{value}`` for this
one and ``{typical}`` for what is usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    TENDER = "tender"
    DOUBLE_DIP = "double_dip"
    IDENTITY = "identity"
    ACCOUNT = "account"
    AGENT = "agent"
    TEXT = "text"
    SEQUENCE = "sequence"
    PACE = "pace"
    LEDGER = "ledger"


class Direction(StrEnum):
    """Which end of a feature is suspicious."""

    HIGH = "high"
    LOW = "low"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its meaning for people, its direction for the detector, its words for a reason.

    ``stage`` is the first at which it is known: it is null before. ``customer_text`` says the reason to the
    customer, without a figure and without a doubt of anybody. ``cleared_by`` names a context feature from 0 to 1
    that explains the fact honestly: the evidence is taken times one less its value (null: nothing explains it).
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
    cleared_by: str | None = None
