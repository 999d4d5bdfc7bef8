from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from features.catalogue import Direction, Family, Feature
from features.contracts import FEATURES
from models.detector import Detector
from models.explain import contributions
from models.params import HOLD_RULES, HoldRule, hold_rules
from models.reasons import (
    ARCHETYPE_OF_CODE,
    ARCHETYPE_OF_FAMILY,
    CUSTOMER_TEXT,
    CUSTOMER_TEXT_OF_FAMILY,
    FALLBACK_CODE,
    FALLBACK_TEXT,
    PRECEDENT_TEXT,
    REASON_CODES,
    Figure,
    Reason,
    archetype_guess,
    customer_text,
    in_points,
    reason_text,
    reasons_for,
)


def reason(code: str, contribution: float) -> Reason:
    return Reason(code=code, text="", value=1.0, typical=0.0, contribution=contribution, customer_text="")


def test_a_reason_says_the_value_the_typical_and_other_facts() -> None:
    feature = Feature(
        "x", Family.VALUE, "EUR", "d", "n", Direction.HIGH, "X", "asks {value:,.2f} of {typical:.0f} in {n:.0f}"
    )
    assert reason_text(feature, {"value": 1234.5, "typical": 20.0, "n": 3.0}) == "asks 1,234.50 of 20 in 3"


def test_a_reason_whose_template_needs_an_unknown_fact_is_a_plain_sentence() -> None:
    feature = Feature("rma_amount", Family.VALUE, "EUR", "d", "n", Direction.HIGH, "X", "{value:.0f} of {n:.0f}")
    assert reason_text(feature, {"value": 1234.5, "n": None}) == "rma amount (EUR) is 1,234.50, which is unusual"


def test_the_outliers_reason_is_its_amount(shop: pl.DataFrame, detector: Detector) -> None:
    last = shop.tail(1)
    (found,) = reasons_for(last, contributions(detector, last), detector)
    typical = float(np.median(shop["rma_amount"].to_numpy()))
    assert found[0]["code"] == "HIGH_VALUE"
    assert found[0]["text"] == f"asks 90,000.00; typical {typical:,.2f}"
    assert found[0]["value"] == 90_000.0
    assert found[0]["typical"] == pytest.approx(typical)


def test_reasons_are_ordered_by_contribution_and_at_most_so_many(shop: pl.DataFrame, detector: Detector) -> None:
    row = shop.tail(1).with_columns(unmatched_unit_share=pl.lit(1.0), hours_kept=pl.lit(0.5), orders_ever=pl.lit(4.0))
    parts = np.array([[0.5, 0.0, 3.0, 2.0]])
    (found,) = reasons_for(row, parts, detector)
    assert [(each["text"], each["contribution"]) for each in found] == [
        ("none for 100%", 3.0),
        ("0 h, 4 orders", 2.0),
        (found[2]["text"], 0.5),
    ]
    (fewer,) = reasons_for(row, parts, detector, max_reasons=2)
    assert [each["code"] for each in fewer] == ["NO_PURCHASE_FOUND", "BACK_AT_ONCE"]


def test_a_part_without_evidence_is_no_reason(shop: pl.DataFrame, detector: Detector) -> None:
    row = shop.head(1).with_columns(unmatched_unit_share=pl.lit(0.0))
    (found,) = reasons_for(row, np.array([[0.0, 0.0, 3.0, -1.0]]), detector)
    assert found == [
        Reason(
            code=FALLBACK_CODE,
            text=FALLBACK_TEXT,
            value=None,
            typical=None,
            contribution=2.0,
            customer_text=CUSTOMER_TEXT,
        )
    ]


def test_no_rmas_have_no_reasons(shop: pl.DataFrame, detector: Detector) -> None:
    assert reasons_for(shop.clear(), np.empty((0, 4)), detector) == []


def test_the_strongest_reason_gives_the_archetype() -> None:
    assert (
        archetype_guess([reason("NO_PURCHASE_FOUND", 2.0), reason("HIGH_VALUE", 1.5)], FEATURES, 1.0) == "no_purchase"
    )
    assert archetype_guess([reason("HIGH_VALUE", 2.0)], FEATURES, 1.0) == ARCHETYPE_OF_FAMILY[Family.VALUE]


@pytest.mark.parametrize("reasons", [[], [reason("HIGH_VALUE", 0.9)], [reason(FALLBACK_CODE, 5.0)]])
def test_weak_or_wordless_evidence_gives_no_archetype(reasons: list[Reason]) -> None:
    assert archetype_guess(reasons, FEATURES, 1.0) is None


def test_what_contributes_less_than_a_tenth_of_the_strongest_is_not_told(
    shop: pl.DataFrame, detector: Detector
) -> None:
    row = shop.tail(1).with_columns(unmatched_unit_share=pl.lit(1.0), hours_kept=pl.lit(0.5), orders_ever=pl.lit(4.0))
    (found,) = reasons_for(row, np.array([[0.29, 0.0, 3.0, 0.31]]), detector)
    assert [each["code"] for each in found] == ["NO_PURCHASE_FOUND", "BACK_AT_ONCE"]


def test_points_add_up_to_the_risk_score() -> None:
    told = in_points([reason("A", 6.0), reason("B", 2.0)], 96.0)
    assert [each["contribution"] for each in told] == [72.0, 24.0]
    assert [each["code"] for each in told] == ["A", "B"]
    assert [each["contribution"] for each in in_points([reason("A", -1.0)], 40.0)] == [40.0]


def test_the_shopper_hears_the_features_words_else_the_familys_else_the_general_ones() -> None:
    feature = Feature("x", Family.TIMING, "d", "d", "n", Direction.HIGH, "X", "late")
    assert customer_text(replace(feature, customer_text="We are counting days.")) == "We are counting days."
    assert customer_text(feature) == CUSTOMER_TEXT_OF_FAMILY["timing"]
    assert customer_text(replace(feature, family=Family.SHOPPER)) == CUSTOMER_TEXT


def test_no_word_for_the_shopper_accuses_or_tells_a_figure() -> None:
    said = {customer_text(feature) for feature in FEATURES if feature.reason_code} | {CUSTOMER_TEXT}
    accusing = ("fraud", "abuse", "suspicious", "suspect", "unusual", "risk", "you ", "your", "claimed", "too many")
    assert [text for text in said if any(word in text.lower() for word in accusing)] == []
    assert [text for text in said if any(mark.isdigit() for mark in text) or "{" in text] == []


def test_a_features_own_archetype_comes_before_its_familys() -> None:
    feature = Feature("x", Family.VALUE, "d", "d", "n", Direction.HIGH, "X", "t", archetype="gift_card_laundering")
    assert archetype_guess([reason("X", 2.0)], (feature,), 1.0) == "gift_card_laundering"


def test_only_what_the_catalogue_calls_hard_evidence_holds() -> None:
    soft = Feature("x", Family.VALUE, "d", "d", "n", Direction.HIGH, "X", "t")
    assert hold_rules((soft, replace(soft, name="y", reason_code="Y", hold_from=2.0))) == (HoldRule("Y", 2.0, 1.3),)


def test_every_code_is_described_and_every_rule_names_a_code_that_exists() -> None:
    published = {feature.reason_code for feature in FEATURES if feature.reason_code} | {FALLBACK_CODE, *PRECEDENT_TEXT}
    assert set(REASON_CODES) == published
    assert all(REASON_CODES.values())
    assert set(ARCHETYPE_OF_CODE) <= published
    assert {rule.reason_code for rule in HOLD_RULES} <= published


def test_every_family_of_the_catalogue_with_reasons_suggests_an_archetype() -> None:
    assert {feature.family for feature in FEATURES if feature.reason_code} <= set(ARCHETYPE_OF_FAMILY)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "one in 1"),
        (0.7, "one in 5"),
        (1.3, "one in 20"),
        (2.2, "one in 160"),
        (4.7, "one in 50,000"),
        (6.5, "less than one in a million"),
    ],
)
def test_a_power_of_ten_is_told_as_one_in_so_many(value: float, words: str) -> None:
    assert f"{Figure(value):one}" == words
    assert f"{Figure(value):.1f}" == f"{value:.1f}"
