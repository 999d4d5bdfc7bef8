from __future__ import annotations

import pytest

from features.canonical import CANONICAL_TABLES
from pipelines.simulate import vocabulary
from pipelines.simulate.returns_table import STATUSES


@pytest.mark.parametrize(
    ("column", "used"),
    [
        ("claim_type", vocabulary.KINDS),
        ("return_method", vocabulary.METHODS),
        ("condition_grade", vocabulary.GRADES),
        ("refund_method", vocabulary.REFUND_METHODS),
        ("status", STATUSES),
    ],
)
def test_closed_words_are_those_of_the_contract(column: str, used: tuple[str, ...]) -> None:
    assert set(used) == set(CANONICAL_TABLES["returns"].column(column).words)


def test_proofs_are_those_of_the_contract() -> None:
    assert set(vocabulary.PROOFS) == set(CANONICAL_TABLES["orders"].column("delivery_proof").words)


def test_every_reason_has_four_wordings_of_its_own() -> None:
    assert len(vocabulary.COMMENTS) == len(vocabulary.REASONS)
    assert {len(ways) for ways in vocabulary.COMMENTS} == {4}
    texts = [text for ways in vocabulary.COMMENTS for text in ways]
    assert len(set(texts)) == len(texts)


def test_mail_goes_to_domains_that_nobody_can_own() -> None:
    reserved = ("example.com", "example.org", "example.net", ".example")
    assert all(domain.endswith(reserved) for domain in vocabulary.MAIL_DOMAINS)


def test_every_place_has_a_country_and_a_weight() -> None:
    assert len(vocabulary.PLACES) == len(vocabulary.PLACE_WEIGHTS)
    assert all(len(country) == 2 and country.isupper() for country, _ in vocabulary.PLACES)
    assert sum(vocabulary.PLACE_WEIGHTS) == pytest.approx(100, abs=5)


@pytest.mark.parametrize(
    "listed", [vocabulary.FIRST_NAMES, vocabulary.LAST_NAMES, vocabulary.STREETS, vocabulary.STYLE_NAMES]
)
def test_names_are_not_listed_twice(listed: tuple[str, ...]) -> None:
    assert len(set(listed)) == len(listed)


def test_every_colour_has_a_code() -> None:
    assert len(vocabulary.COLOURS) == len(vocabulary.COLOUR_CODES) == len(set(vocabulary.COLOUR_CODES))


def test_labels_are_told_apart() -> None:
    assert set(vocabulary.ARCHETYPES).isdisjoint(vocabulary.LOOKALIKES)
    assert {"serial_returner", "item_not_received", "wardrobing"} <= set(vocabulary.ARCHETYPES)
    assert {"bracketing", "heavy_profitable", "bad_lot", "gift_season"} <= set(vocabulary.LOOKALIKES)
    assert len(set(vocabulary.ARCHETYPES)) == 18
    assert len(set(vocabulary.LOOKALIKES)) == 8
