"""How much a rare value of each feature says of abuse, by how many honest ways lead to it.

Reasoned, not fitted: no label has a part in it. What is named nowhere is a sign.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from features.catalogue.model import Feature, Strength

FACTS = frozenset({
    # The same words on linked accounts.
    "ring_same_comment",
    # Another account's card or mailbox, or a card that several accounts are refunded to: hardly ever by mistake.
    "payment_accounts", "email_accounts", "refund_card_accounts",
    # A refund of what was never charged.
    "refunded_cancelled_order",
    # What came back is not what was sent: another serial number, too few units, too light for its content, repeatedly.
    "serial_mismatch_surprise", "missing_unit_share", "parcel_weight_deficit", "destination_surprise",
    # A parcel that served another return before.
    "tracking_reused",
    # Money that no purchase explains.
    "unmatched_unit_share", "cheaper_rebuy_share", "refund_above_paid_ratio",
    # Cards that are tried one after the other.
    "new_cards_excess",
    # What this RMA shows and the shopper's others showed, oftener than chance and honest habits bring about. One such
    # sign happens to everybody; that it goes on happening to one shopper is no accident. Goods that come back used
    # late are not among them: some wear what they buy. Nor are refunds above the price: a shop whose prices change pays
    # some customers so again and again.
    "loss_claim_ledger", "damage_claim_ledger", "late_request_ledger", "short_parcel_ledger", "light_parcel_ledger",
    "no_dock_receipt_ledger", "poor_grade_ledger", "scrap_ledger", "wrong_content_ledger",
    "serial_mismatch_ledger", "other_card_ledger", "refund_before_receipt_ledger", "credit_refund_ledger",
    "new_card_credit_ledger", "no_purchase_ledger", "rebuy_ledger", "kept_goods_ledger",
    # One agent's exceptions for one shopper, again and again.
    "agent_favour_excess",
})  # fmt: skip
"""Facts that hardly any honest way leads to where they are rare in the shop."""

HINTS = frozenset({
    # Dear goods are what a shop lives on, and who bought little has kept little.
    "rma_amount", "returned_share_of_spend",
    # Who returns again mostly has the reason that they had before: a foot too broad, a colleague who did not want it.
    "same_reason_excess",
    # Who asks for what is not taken back does not know the rules, and who asks again had no answer.
    "restricted_line_share", "units_asked_twice",
    # Who asks again says more than the first time, and looks closer.
    "reason_escalation",
    # Returning often is what customers of fashion do.
    "excess_lines_returned_90d", "excess_lines_returned_365d", "ring_excess",
    "rma_acceleration", "excess_amount_returned_365d",
    # Being late has a hundred reasons.
    "window_used_share", "days_past_window", "refunded_days_past_window",
    # The carrier's, the warehouse's and the team's doing before it is the shopper's.
    "transit_excess", "parcel_weight_surplus", "refund_before_receipt_surprise", "fee_waived_surprise",
    "damage_claim_surprise", "lost_and_returned", "poor_grade_surprise", "used_late_surprise", "scrap_surprise",
    # Who refuses errs, too, and gives in to who insists; who pays twice errs before anybody asks for it.
    "refunded_after_refusal", "paid_twice_share",
    # One parcel is mixed up, at home or at the dock.
    "wrong_content_surprise",
    # What came of linked accounts' requests is theirs.
    "ring_refused_lines", "ring_amiss_lines",
    # What was used late or mixed up before says little of what comes back as it should.
    "used_late_before", "wrong_content_before",
    # People move, buy telephones and cards, and send gifts.
    "new_addresses_excess", "new_names_excess", "order_new_identifiers",
    "phone_accounts",
    # Habits: when people ask, how often, in how many requests, what many write at the same time, and what one writes
    # always.
    "comment_burst", "own_comment_again", "order_rmas_split", "item_asked_after_no", "burst_rmas_1d", "regular_spacing",
    "same_clock_visits", "late_against_peers", "weekend_excess",
})  # fmt: skip
"""What many honest shoppers show, too: it counts beside other evidence, and little by itself."""


def with_strengths(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """Return the features with the strengths named here; ValueError where one names no feature."""
    known = tuple(features)
    unknown = (FACTS | HINTS) - {feature.name for feature in known}
    if unknown:
        raise ValueError(f"strengths are given for {', '.join(sorted(unknown))}, which the catalogue does not hold")
    return tuple(replace(feature, strength=_strength(feature)) for feature in known)


def _strength(feature: Feature) -> Strength:
    """Return what the lists say of a feature."""
    if feature.name in FACTS:
        return Strength.FACT
    return Strength.HINT if feature.name in HINTS else feature.strength
