import math
from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest

from features.contracts import FEATURE_NAMES
from models.baselines import RULES, TOTALS
from models.evaluate import evaluate

SCORES = pl.DataFrame(
    {
        "rma_id": ["a", "b", "c", "d", "e"],
        "refund_amount": [Decimal(100), Decimal(50), None, Decimal(10), Decimal(40)],
        "risk_score": [90.0, 80.0, 70.0, 60.0, 50.0],
        "risk_rank": [1, 2, 3, 4, 5],
        "is_flagged": [True, True, False, False, False],
        "archetype": ["guess"] * 5,
    },
    schema_overrides={"refund_amount": pl.Decimal(18, 4)},
)
TRUTH = pl.DataFrame(
    {
        "rma_id": ["a", "b", "c", "d", "gone"],
        "is_fraud": [True, False, True, True, True],
        "archetype": ["wardrobing", None, "empty_box", "wardrobing", "wardrobing"],
        "lookalike": [None, "gift", None, None, None],
    }
)
FEATURES = pl.DataFrame(
    {
        "rma_id": ["a", "b", "c", "d", "e"],
        "stage": ["request"] * 5,
        "customer_id": ["x", "x", "y", "z", None],
        "requested_at": [datetime.fromisoformat(f"2026-01-0{day}") for day in (1, 2, 3, 4, 5)],
        "rma_amount": [100.0, 50.0, 300.0, 10.0, 40.0],
        "return_rate_ever": [0.1, 0.9, 0.5, None, None],
        "orders_ever": [1.0, 2.0, 900.0, 3.0, None],
        "spend_ever": [10.0, 20.0, 9e5, 30.0, None],
        "lines_bought_ever": [1.0, 2.0, 900.0, 3.0, None],
        "lines_returned_ever": [0.0, 1.0, 800.0, 1.0, None],
        "returned_amount_ever": [0.0, 10.0, 8e5, 10.0, None],
        "lines_returned_90d": [0.0, 1.0, 80.0, 1.0, None],
        "days_past_window": [0.0, 0.0, 0.0, 9.0, None],
        "unmatched_unit_share": [0.0, 0.0, 0.0, 0.0, 1.0],
    }
)


def test_the_measures_at_capacity() -> None:
    result = evaluate(SCORES, TRUTH, FEATURES, 2, seed=1)
    # Fraud at ranks 1, 3 and 4: precisions there 1, 2/3 and 3/4.
    assert result["average_precision"] == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert result["precision_at_capacity"] == 1 / 2
    assert result["recall_at_capacity"] == 1 / 3
    # c is not refunded yet: the 300 that it asks back count. 100 of 100 + 300 + 10.
    assert result["value_recall_at_capacity"] == pytest.approx(100 / 410)


def test_recall_by_archetype_is_of_the_truths_archetypes_and_lookalikes_are_honest() -> None:
    result = evaluate(SCORES, TRUTH, FEATURES, 3, seed=1)
    assert result["recall_by_archetype"] == {"empty_box": 1.0, "wardrobing": 0.5}
    assert result["flag_rate_by_lookalike"] == {"gift": 1.0}
    assert evaluate(SCORES, TRUTH, FEATURES, 1, seed=1)["flag_rate_by_lookalike"] == {"gift": 0.0}


def test_the_capacity_is_what_was_flagged_unless_told() -> None:
    assert evaluate(SCORES, TRUTH, FEATURES, None, seed=1) == evaluate(SCORES, TRUTH, FEATURES, 2, seed=1)


def test_what_was_flagged_is_judged_though_it_is_not_the_head_of_the_ranking() -> None:
    # The cheapest of the head got no place: a and c are looked at, both of them fraud.
    flagged = SCORES.with_columns(is_flagged=pl.Series([True, False, True, False, False]))
    assert evaluate(flagged, TRUTH, FEATURES, None, seed=1)["precision_at_capacity"] == 1.0


def test_the_return_rate_alone_ranks_b_c_a() -> None:
    # Order b, c, a, then d and e (not known) tied: fraud at ranks 2 and 3, d among the last two.
    expected = (1 / 2 + 2 / 3 + 3 / 5) / 3
    baseline = evaluate(SCORES, TRUTH, FEATURES, 2, seed=1)["baselines"]["return_rate"]
    assert baseline["average_precision"] == pytest.approx(expected)
    assert (baseline["precision_at_capacity"], baseline["recall_at_capacity"]) == (1 / 2, 1 / 3)
    assert baseline["value_recall_at_capacity"] == pytest.approx(300 / 410)


def test_the_naive_forest_puts_the_biggest_shopper_first() -> None:
    baseline = evaluate(SCORES, TRUTH, FEATURES, 1, seed=1)["baselines"]["customer_isolation_forest"]
    assert baseline["precision_at_capacity"] == 1.0
    assert baseline["value_recall_at_capacity"] == pytest.approx(300 / 410)


def test_chance_is_the_seeds_and_nothing_elses() -> None:
    one, again, other = (evaluate(SCORES, TRUTH, FEATURES, 2, seed=seed)["baselines"]["random"] for seed in (1, 1, 5))
    assert one == again
    assert one != other


def test_equal_scores_give_the_share_of_fraud_as_average_precision() -> None:
    flat = SCORES.with_columns(risk_score=pl.lit(1.0))
    assert evaluate(flat, TRUTH, FEATURES, 2, seed=1)["average_precision"] == pytest.approx(3 / 5)


def test_the_order_of_the_rows_does_not_matter() -> None:
    turned = evaluate(SCORES.reverse(), TRUTH.reverse(), FEATURES.reverse(), 2, seed=3)
    assert turned == evaluate(SCORES, TRUTH, FEATURES, 2, seed=3)


def test_a_truth_without_fraud_has_no_recall() -> None:
    honest = pl.DataFrame({"rma_id": ["a"], "is_fraud": [False]})
    result = evaluate(SCORES, honest, FEATURES, 2, seed=1)
    assert result["average_precision"] is result["recall_at_capacity"] is result["value_recall_at_capacity"] is None
    assert result["precision_at_capacity"] == 0.0
    assert result["recall_by_archetype"] == {}


def test_nobody_looking_finds_nothing() -> None:
    result = evaluate(SCORES, TRUTH, FEATURES, 0, seed=1)
    assert result["precision_at_capacity"] is None
    assert result["recall_at_capacity"] == 0.0
    assert math.isclose(result["average_precision"], (1 + 2 / 3 + 3 / 4) / 3)


def test_an_rma_that_the_truth_names_twice_is_fraud_if_either_is() -> None:
    twice = pl.DataFrame({"rma_id": ["b", "b"], "is_fraud": [0, 1]})
    assert evaluate(SCORES, twice, FEATURES, 2, seed=1)["recall_at_capacity"] == 1.0


def test_no_scores_are_said() -> None:
    with pytest.raises(ValueError, match="no scores to evaluate"):
        evaluate(SCORES.clear(), TRUTH, FEATURES, 2, seed=1)


def test_what_baselines_read_are_features_of_the_catalogue() -> None:
    assert {*TOTALS, *RULES, "return_rate_ever", "rma_amount"} <= set(FEATURE_NAMES)


def test_without_delivered_columns_there_is_no_baseline_on_them() -> None:
    baselines = evaluate(SCORES, TRUTH, FEATURES, 2, seed=1)["baselines"]
    assert set(baselines) == {"customer_isolation_forest", "return_rate", "simple_rules", "random"}


def test_delivered_columns_bring_ecod_and_the_taught_reference() -> None:
    raw = pl.DataFrame(
        {"rma_id": ["a", "b", "c", "d", "e"], "num_ask_amount": [9.0, 1.0, 1.0, 1.0, 1.0], "word_grade": ["A"] * 5}
    )
    baselines = evaluate(SCORES, TRUTH, FEATURES, 1, 1, raw)["baselines"]
    assert baselines["ecod"]["precision_at_capacity"] == 1.0
    assert set(baselines["taught"]) == {
        "average_precision",
        "precision_at_capacity",
        "recall_at_capacity",
        "value_recall_at_capacity",
        "intervals",
    }


def test_honest_rmas_at_large_are_beside_the_lookalikes() -> None:
    # b and e are honest; b is flagged.
    assert evaluate(SCORES, TRUTH, FEATURES, 2, seed=1)["flag_rate_of_honest"] == 0.5


def test_what_was_judged_is_counted() -> None:
    result = evaluate(SCORES, TRUTH, FEATURES, 2, seed=1)
    assert (result["n_rmas"], result["n_fraud"], result["capacity"]) == (5, 3, 2)
