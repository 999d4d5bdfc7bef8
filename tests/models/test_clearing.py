"""What the project's own catalogue lets an honest reason take away."""

from __future__ import annotations

import polars as pl
import pytest

from features.catalogue import FEATURES, Strength
from models.matrix import cleared_columns, evidence_features, shares_left

COLUMNS = evidence_features(FEATURES)
EXPLAINING = sorted({name for feature in COLUMNS for name in feature.cleared_by})


def left(name: str, **explained: float) -> float:
    """Return the share of a feature's evidence that is left on an RMA of which nothing else is told."""
    frame = pl.DataFrame({known: [explained.get(known)] for known in EXPLAINING}).with_columns(
        pl.all().cast(pl.Float64)
    )
    places = [COLUMNS[place].name for place in cleared_columns(COLUMNS)]
    return float(shares_left(frame, COLUMNS)[0, places.index(name)])


@pytest.mark.parametrize(
    "name", ["new_addresses_excess", "new_names_excess", "order_new_identifiers", "refund_method_surprise"]
)
def test_who_sends_presents_has_many_addresses_and_recipients_have_credit(name: str) -> None:
    assert left(name) == 1
    assert left(name, gift_like=0.5) == 0.5
    assert left(name, gift_like=1.0) == 0


def test_a_present_explains_no_further_cards_and_no_strange_card() -> None:
    clearing = {feature.name: feature.cleared_by for feature in COLUMNS}

    for name in ("new_cards_excess", "refund_card_accounts", "payment_accounts"):
        assert "gift_like" not in clearing[name]


def test_what_a_habit_shows_is_no_more_than_a_hint() -> None:
    strengths = {feature.name: feature.strength for feature in FEATURES}

    assert strengths["same_reason_excess"] == Strength.HINT
    assert strengths["reason_escalation"] == Strength.HINT  # who asks again words it anew
    assert strengths["above_paid_ledger"] == Strength.SIGN  # a price that went up is paid back again and again
    assert strengths["rma_units"] == Strength.SIGN  # eighty thousand of a thing are more than an office buys
