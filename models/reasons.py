"""Reasons for people: which of an RMA's facts made its score, in words, with the usual value beside them.

A reason speaks of the RMA ("unusual", "does not match"), never of the person. What belongs here: codes,
words, the guess of an archetype. What does not: how much each fact counts (``models.explain``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import TypedDict

import numpy as np
import polars as pl

from features.contracts import FEATURES, Family, Feature
from models.detector import Detector, feature_evidence
from models.matrix import FloatArray, known_values


class Reason(TypedDict):
    """One reason: ``value`` and ``typical`` in the feature's unit, ``contribution`` in raw score's unit."""

    code: str
    text: str
    value: float | None
    typical: float | None
    contribution: float


FALLBACK_CODE = "UNUSUAL_COMBINATION"
FALLBACK_TEXT = "no single fact stands out, but together they are unusual for this shop"

REASON_CODES: Mapping[str, str] = {
    **{feature.reason_code: feature.definition for feature in reversed(FEATURES) if feature.reason_code},
    FALLBACK_CODE: "No fact with words of its own raised the score: the combination of facts is unusual.",
}
"""Every reason code that can be published, with what its value means."""

ARCHETYPE_OF_CODE: Mapping[str, str] = {
    "NO_PURCHASE_FOUND": "no_purchase",
    "REFUNDS_ABOVE_PAID": "over_refund",
    "REPEATED_CLAIMS": "claim_abuse",
    "LATE_IN_WINDOW": "wardrobing",
}
"""Archetypes that one reason tells by itself; the family decides for all other reasons."""

ARCHETYPE_OF_FAMILY: Mapping[Family, str] = {
    Family.SHOPPER: "serial_returns",
    Family.EXCESS: "serial_returns",
    Family.VALUE: "bulk_reversal",
    Family.TIMING: "policy_abuse",
    Family.POLICY: "policy_abuse",
    Family.REASON: "claim_abuse",
    Family.CLAIM: "claim_abuse",
    Family.VELOCITY: "return_burst",
    Family.IDENTITY: "linked_ring",
    Family.ACCOUNT: "account_change",
    Family.TEXT: "linked_ring",
    Family.SEQUENCE: "reason_escalation",
    Family.PACE: "return_burst",
}
"""The archetype that the family of the strongest reason suggests; a family that is not here suggests none."""


def _placeholders(template: str) -> tuple[str, ...]:
    """Return the names in braces of a reason's template."""
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def reason_text(feature: Feature, facts: Mapping[str, float | None]) -> str:
    """Return the feature's words for an RMA with these facts (its features, ``value`` and ``typical``).

    Where the template needs a fact that is not known, a plain sentence says the value alone.
    """
    template = feature.reason_text or ""
    if template and all(facts.get(name) is not None for name in _placeholders(template)):
        return template.format_map(facts)
    return f"{feature.name.replace('_', ' ')} ({feature.unit}) is {facts['value']:,.2f}, which is unusual"


def _row_facts(features: pl.DataFrame, names: Sequence[str]) -> list[dict[str, float | None]]:
    """Return each RMA's known values by feature name, None where a value is not known or not finite."""
    values = known_values(features, names)
    known = np.isfinite(values).tolist()
    return [
        {name: value if is_known else None for name, value, is_known in zip(names, row, flags, strict=True)}
        for row, flags in zip(values.tolist(), known, strict=True)
    ]


def _row_reasons(
    facts: dict[str, float | None], parts: FloatArray, evidence: FloatArray, detector: Detector, most: int
) -> list[Reason]:
    """Return one RMA's reasons, the largest contribution first."""
    columns = detector.columns
    reasons: list[Reason] = []
    for index in np.argsort(-parts, kind="stable"):
        feature, part = columns[index], float(parts[index])
        told = {reason["code"] for reason in reasons}
        if part <= 0 or evidence[index] <= 0 or not feature.reason_code or feature.reason_code in told:
            continue
        value, typical = facts[feature.name], detector.medians.get(feature.name)
        text = reason_text(feature, {**facts, "value": value, "typical": typical})
        reasons.append(Reason(code=feature.reason_code, text=text, value=value, typical=typical, contribution=part))
    if not reasons:
        total = float(parts.sum())
        return [Reason(code=FALLBACK_CODE, text=FALLBACK_TEXT, value=None, typical=None, contribution=total)]
    return reasons[:most]


def reasons_for(
    features: pl.DataFrame, contributions: FloatArray, detector: Detector, max_reasons: int = 5
) -> list[list[Reason]]:
    """Return the reasons of each RMA of the frame, in its order: at least one, one a code, strongest first.

    Only features with a positive contribution and evidence of their own are told; where none is, the
    one reason is ``UNUSUAL_COMBINATION``, whose contribution is the whole score above the base.
    """
    needed = {name for column in detector.columns for name in _placeholders(column.reason_text or "")}
    told = needed | {column.name for column in detector.columns}
    names = [feature.name for feature in detector.catalogue if feature.name in told]
    evidence = feature_evidence(detector, features)
    return [
        _row_reasons(facts, contributions[row], evidence[row], detector, max_reasons)
        for row, facts in enumerate(_row_facts(features, names))
    ]


def archetype_guess(reasons: Sequence[Reason], catalogue: Sequence[Feature], minimum: float) -> str | None:
    """Return the archetype that the strongest reason suggests, None where it contributes less than ``minimum``."""
    if not reasons or reasons[0]["contribution"] < minimum:
        return None
    code = reasons[0]["code"]
    if code in ARCHETYPE_OF_CODE:
        return ARCHETYPE_OF_CODE[code]
    families = [feature.family for feature in catalogue if feature.reason_code == code]
    return ARCHETYPE_OF_FAMILY.get(families[0]) if families else None
