from __future__ import annotations

import pytest

from pipelines.simulate import plan
from pipelines.simulate.vocabulary import ARCHETYPES, KINDS, LOOKALIKES, REASONS


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (plan.RETURN, "return"),
        (plan.NOT_RECEIVED, "item_not_received"),
        (plan.MISSING, "missing_item"),
        (plan.DAMAGED, "damaged_in_transit"),
        (plan.WARRANTY, "warranty"),
    ],
)
def test_kinds_stand_for_their_words(code: int, word: str) -> None:
    assert KINDS[code] == word


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (plan.BAD_LOT, "bad_lot"),
        (plan.GIFT_SEASON, "gift_season"),
        (plan.BRACKETING, "bracketing"),
        (plan.HEAVY_PROFITABLE, "heavy_profitable"),
    ],
)
def test_lookalikes_stand_for_their_words(code: int, word: str) -> None:
    assert LOOKALIKES[code] == word


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (plan.SERIAL_RETURNER, "serial_returner"),
        (plan.ITEM_NOT_RECEIVED, "item_not_received"),
        (plan.WARDROBING, "wardrobing"),
        (plan.EMPTY_BOX, "empty_box"),
    ],
)
def test_archetypes_stand_for_their_words(code: int, word: str) -> None:
    assert ARCHETYPES[code] == word


def test_a_reason_has_a_code() -> None:
    assert [plan.reason(word) for word in REASONS] == list(range(len(REASONS)))
    with pytest.raises(ValueError, match="not in tuple"):
        plan.reason("never heard of")
