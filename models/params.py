"""What can be set about detection and decisions, with the reason for each default.

What belongs here: frozen parameters. What does not: where their values come from (settings files).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from features.contracts import FEATURES, Feature


@dataclass(frozen=True, slots=True)
class DetectorParams:
    """What the detector learns from a training window. Every field is part of the model's version.

    ``min_known``: a feature that is known for fewer training RMAs gives no evidence at all.
    ``tail_share``, ``tail_min``, ``tail_index_max``: the Pareto tail of ``models.tail``.
    ``family_discount``: what the next strongest evidence of a family counts beside the stronger one.
    ``family_power``: a family counts with its evidence to this power. Above 1, one damning fact
    outweighs several mild ones: at 1, five families that are each a little unusual would outrank it; at 2.5, a fact
    of one in two thousand counts as much as five of one in fifty.
    ``forest_share``: how far the forest's part varies over the training window, in standard deviations of
    the evidence's part, whether five families have data or fifteen. At a tenth it decides between RMAs of like
    evidence and never against a rare fact (columns without directions: ``models.plain``).
    ``assumed_fraud_share``: the mean probability over the training window. No labels exist, so it is
    an assumption, never a measurement: as many as the default review capacity can look at.
    ``quantile_points``: how many order statistics of the training scores are kept for the 0-100 score.
    ``small_training``: with fewer training RMAs the metadata say that scores are rough.
    ``max_training``: of more RMAs, about so many are learned from, drawn by a hash of their names: what is rare among
    three hundred thousand is rare among millions, and memory stays what it is.
    """

    n_trees: int = 200
    max_samples: int = 256
    seed: int = 20261123
    min_known: int = 5
    tail_share: float = 0.05
    tail_min: int = 10
    tail_index_max: float = 2.0
    family_discount: float = 0.5
    family_power: float = 2.5
    forest_share: float = 0.1
    assumed_fraud_share: float = 0.02
    quantile_points: int = 10_001
    small_training: int = 50
    max_training: int = 300_000


@dataclass(frozen=True, slots=True)
class HoldRule:
    """Hard evidence: the feature with this reason code is at least so large and at least so rare.

    ``min_value`` in the feature's own unit. ``min_evidence`` is the rarity of the value alone, in the unit of
    ``models.evidence`` (1: about one training RMA in twenty reaches it, 1.3: one in forty).
    """

    reason_code: str
    min_value: float
    min_evidence: float


HOLD_EVIDENCE = 1.3
"""What is to hold a refund must be as rare as one RMA in forty: what is common in a shop is its way of working."""


def hold_rules(catalogue: Iterable[Feature]) -> tuple[HoldRule, ...]:
    """Return the rules of the features that the catalogue declares as hard evidence (``Feature.hold_from``)."""
    return tuple(
        HoldRule(feature.reason_code, feature.hold_from, HOLD_EVIDENCE)
        for feature in catalogue
        if feature.reason_code and feature.hold_from is not None
    )


HOLD_RULES = hold_rules(FEATURES)
"""The project's own rules."""


@dataclass(frozen=True, slots=True)
class DecisionParams:
    """How scores become work for people.

    ``review_capacity``: how many RMAs can be looked at; None is ``capacity_share`` of the RMAs scored,
    rounded up. ``review_cost`` (one look at an RMA) and ``insult_cost`` (wronging an honest shopper: lost
    sales) are in the reporting currency. ``explain_from``: RMAs with at least this risk score get
    reasons even when they are not flagged. ``archetype_min``: the strongest reason must contribute at
    least this much for an archetype to be guessed. ``amount_power``: how the
    amount at stake weighs beside the odds of abuse when places are given out; at 0 risk alone decides, at 1 the likely
    loss, which few dear RMAs would win. ``audit_share``: of the RMAs that are not flagged, the share that
    people look at by lot.
    """

    review_capacity: int | None = None
    capacity_share: float = 0.02
    review_cost: float = 5.0
    insult_cost: float = 25.0
    hold_rules: tuple[HoldRule, ...] = HOLD_RULES
    explain_from: float = 90.0
    max_reasons: int = 5
    archetype_min: float = 1.0
    amount_power: float = 0.25
    audit_share: float = 0.01
