"""Reasons for people: which of an RMA's facts made its score, in words, with the usual value beside them.

A reason speaks of the RMA ("unusual", "does not match"), never of the person. What belongs here: codes,
words, the guess of an archetype. What does not: how much each fact counts (``models.explain``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import TypedDict

import numpy as np
import polars as pl

from features.contracts import FEATURES, Family, Feature
from models.detector import Detector, feature_evidence
from models.matrix import FloatArray, known_values


class Reason(TypedDict):
    """One reason: ``value`` and ``typical`` in the feature's unit, ``contribution`` in the raw score's unit.

    ``text`` is for the analyst. ``customer_text`` may be said to the shopper: it names what is looked at, neither
    figures nor a suspicion.
    """

    code: str
    text: str
    value: float | None
    typical: float | None
    contribution: float
    customer_text: str


FALLBACK_CODE = "UNUSUAL_COMBINATION"
FALLBACK_TEXT = "no single fact stands out, but together they are unusual for this shop"

CUSTOMER_TEXT = "We are taking a closer look at this return before we complete it."
"""What may be said to the shopper where nothing narrower fits."""

CUSTOMER_TEXT_OF_FAMILY: Mapping[str, str] = {
    "timing": "We are checking the dates of this return against its return window.",
    "policy": "We are checking this return against its order and the return conditions.",
    "value": "We are checking the items and the amount of this return.",
    "item": "We are checking the returns of this product.",
    "reason": "We are checking the reason given for this return.",
    "text": "We are checking the reason given for this return.",
    "claim": "We are checking with the carrier what happened to this parcel.",
    "claims": "We are checking with the carrier what happened to this parcel.",
    "logistics": "We are checking with the carrier what happened to this parcel.",
    "inspection": "We are checking the item that reached us.",
    "tender": "We are checking how this refund is to be paid.",
    "agent": "We are checking how this return was handled on our side.",
}
"""What may be said to the shopper, by the family of a reason that has no words of its own for it."""

PRECEDENT_TEXT: Mapping[str, str] = {
    "FRAUD_CONFIRMED_BEFORE": "other returns of this shopper were found to be abuse",
    "FRAUD_CONFIRMED_NEARBY": "returns of accounts linked with this shopper's were found to be abuse",
}
"""What people decided on other RMAs, by what they share with this one, in the order of ``precedents.KINDS``."""

TOLD_FROM = 0.1
"""A reason is told that contributes at least this share of the strongest; below it would distract."""

REASON_CODES: Mapping[str, str] = {
    **{feature.reason_code: feature.definition for feature in reversed(FEATURES) if feature.reason_code},
    FALLBACK_CODE: "No fact with words of its own raised the score: the combination of facts is unusual.",
    "FRAUD_CONFIRMED_BEFORE": "How many of the shopper's other RMAs people found to be abuse, as surely as they can "
    "know it. Only where verdicts count (docs/detection.md).",
    "FRAUD_CONFIRMED_NEARBY": "How many RMAs of accounts linked with the shopper's people found to be abuse, as surely "
    "as they can know it. Only where verdicts count (docs/detection.md).",
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
    Family.LOGISTICS: "parcel_abuse",
    Family.AGENT: "agent_collusion",
    Family.INSPECTION: "goods_abuse",
    Family.WEAR: "wardrobing",
    Family.TENDER: "refund_abuse",
    Family.DOUBLE_DIP: "double_refund",
    Family.IDENTITY: "linked_accounts",
    Family.ACCOUNT: "account_change",
    Family.TEXT: "linked_ring",
    Family.SEQUENCE: "reason_escalation",
    Family.PACE: "return_burst",
}
"""The archetype that the family of the strongest reason suggests; a family that is not here suggests none."""


class Figure(float):
    """A feature's value in a sentence: as any number, and as ``{value:one}`` a power of ten in words for people."""

    def __format__(self, spec: str) -> str:
        """Return "one in 50,000" for 4.7 where the template asks so, two digits told; else as a number."""
        if spec != "one":
            return super().__format__(spec)
        if self > SELDOMEST:
            return "less than one in a million"
        times = 10.0**self
        digits = max(0, int(math.log10(times)) - 1) if times > 1 else 0
        return f"one in {round(times, -digits):,.0f}"


SELDOMEST = 6.0
"""Beyond one in ten to this power a figure is no estimate."""


def _placeholders(template: str) -> tuple[str, ...]:
    """Return the names in braces of a reason's template."""
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def reason_text(feature: Feature, facts: Mapping[str, float | None]) -> str:
    """Return the feature's words for an RMA with these facts (its features, ``value`` and ``typical``).

    Where the template needs a fact that is not known, a plain sentence says the value alone.
    """
    template = feature.reason_text or ""
    if template and all(facts.get(name) is not None for name in _placeholders(template)):
        return template.format_map({name: None if fact is None else Figure(fact) for name, fact in facts.items()})
    return f"{feature.name.replace('_', ' ')} ({feature.unit}) is {facts['value']:,.2f}, which is unusual"


def customer_text(feature: Feature) -> str:
    """Return what may be said to the shopper: the feature's words, else its family's, else the general ones."""
    return feature.customer_text or CUSTOMER_TEXT_OF_FAMILY.get(feature.family.value, CUSTOMER_TEXT)


def _row_facts(features: pl.DataFrame, names: Sequence[str]) -> list[dict[str, float | None]]:
    """Return each RMA's known values by feature name, None where a value is not known or not finite."""
    values = known_values(features, names)
    known = np.isfinite(values).tolist()
    return [
        {name: value if is_known else None for name, value, is_known in zip(names, row, flags, strict=True)}
        for row, flags in zip(values.tolist(), known, strict=True)
    ]


def _reason(  # noqa: PLR0913, PLR0917 -- the fields of a reason
    code: str, text: str, part: float, customer: str, value: float | None = None, typical: float | None = None
) -> Reason:
    """Return a reason of these fields."""
    return Reason(code=code, text=text, value=value, typical=typical, contribution=part, customer_text=customer)


def in_points(reasons: Sequence[Reason], risk_score: float) -> list[Reason]:
    """Return the reasons with their contributions as points of the risk score, which they add up to.

    Each has its share among the reasons told; where they add up to nothing, they share evenly.
    """
    total = sum(reason["contribution"] for reason in reasons)
    shares = [reason["contribution"] / total if total > 0 else 1.0 / len(reasons) for reason in reasons]
    return [
        Reason(**{**reason, "contribution": risk_score * share}) for reason, share in zip(reasons, shares, strict=True)
    ]


def _of_precedents(parts: FloatArray, confirmed: FloatArray) -> list[Reason]:
    """Return the reasons of what was decided on other RMAs, ``confirmed`` of them abuse; one a kind that speaks."""
    told = zip(PRECEDENT_TEXT.items(), parts.tolist(), confirmed.tolist(), strict=True)
    return [_reason(code, text, part, CUSTOMER_TEXT, value, 0.0) for (code, text), part, value in told if part > 0]


def _of_features(
    facts: dict[str, float | None], parts: FloatArray, evidence: FloatArray, detector: Detector
) -> list[Reason]:
    """Return the reasons of one RMA's features, one a code, the largest contribution first."""
    columns = detector.columns
    reasons: list[Reason] = []
    for index in np.argsort(-parts, kind="stable"):
        feature, part = columns[index], float(parts[index])
        told = {reason["code"] for reason in reasons}
        if part <= 0 or evidence[index] <= 0 or not feature.reason_code or feature.reason_code in told:
            continue
        value, typical = facts[feature.name], detector.medians.get(feature.name)
        text = reason_text(feature, {**facts, "value": value, "typical": typical})
        reasons.append(_reason(feature.reason_code, text, part, customer_text(feature), value, typical))
    return reasons


def _worth_telling(reasons: list[Reason], above_base: float, most: int) -> list[Reason]:
    """Return the reasons that are told of one RMA, the largest contribution first, at least one."""
    reasons = sorted(reasons, key=lambda reason: -reason["contribution"])
    worth_telling = [reason for reason in reasons if reason["contribution"] >= TOLD_FROM * reasons[0]["contribution"]]
    return worth_telling[:most] or [_reason(FALLBACK_CODE, FALLBACK_TEXT, above_base, CUSTOMER_TEXT)]


def reasons_for(
    features: pl.DataFrame, contributions: FloatArray, detector: Detector, max_reasons: int = 5
) -> list[list[Reason]]:
    """Return the reasons of each RMA of the frame, in its order: at least one, one a code, strongest first.

    Only features with evidence of their own are told, and only those that contribute at least a tenth of what
    the strongest does; beside them what was decided on other RMAs, where ``contributions`` have it after the features
    (``rate.Rating``). Where none is, the one reason is ``UNUSUAL_COMBINATION``, whose contribution is the whole score
    above the base.
    """
    needed = {name for column in detector.columns for name in _placeholders(column.reason_text or "")}
    told = needed | {column.name for column in detector.columns}
    names = [feature.name for feature in detector.catalogue if feature.name in told]
    evidence = feature_evidence(detector, features)
    of_features, of_others = np.split(contributions, [len(detector.columns)], axis=1)
    confirmed = _confirmed(features, detector) if of_others.size else of_others
    reasons = []
    for row, facts in enumerate(_row_facts(features, names)):
        found = _of_features(facts, of_features[row], evidence[row], detector)
        if of_others.size:
            found = _of_precedents(of_others[row], confirmed[row]) + found
        reasons.append(_worth_telling(found, float(contributions[row].sum()), max_reasons))
    return reasons


def _confirmed(features: pl.DataFrame, detector: Detector) -> FloatArray:
    """Return how many of each RMA's precedents are abuse, as surely as people can know it; a column a kind."""
    if detector.taught is None:
        raise ValueError("These contributions are of a detector that verdicts taught; explain with that one.")
    return detector.taught.heard(features).fraud


def archetype_guess(reasons: Sequence[Reason], catalogue: Sequence[Feature], minimum: float) -> str | None:
    """Return the archetype that the strongest reason suggests, None where it contributes less than ``minimum``.

    What was decided on other RMAs does not say how this one was done: the strongest of the others counts.
    """
    told = [reason for reason in reasons if reason["code"] not in PRECEDENT_TEXT]
    if not told or told[0]["contribution"] < minimum:
        return None
    code = told[0]["code"]
    return next((archetype_of(feature) for feature in catalogue if feature.reason_code == code), None)


def archetype_of(feature: Feature) -> str | None:
    """Return the archetype that a feature suggests: its own, else its code's, else its family's; None without one."""
    of_code = ARCHETYPE_OF_CODE.get(feature.reason_code or "")
    return feature.archetype or of_code or ARCHETYPE_OF_FAMILY.get(feature.family)
