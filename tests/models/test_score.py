from datetime import datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from models.detector import Detector
from models.params import DecisionParams, HoldRule
from models.score import SCORES_SCHEMA, flagged_queue, score_rmas

AS_OF = datetime.fromisoformat("2026-06-01")


@pytest.fixture
def amounts(shop: pl.DataFrame) -> pl.DataFrame:
    return shop.select("rma_id", pl.col("rma_amount").round(2).cast(pl.Decimal(18, 4)).alias("refund_amount"))


@pytest.fixture
def scores(shop: pl.DataFrame, amounts: pl.DataFrame, detector: Detector) -> pl.DataFrame:
    return score_rmas(shop, amounts, detector, DecisionParams(), AS_OF)


def test_every_rma_has_one_row_in_the_order_of_risk(scores: pl.DataFrame, shop: pl.DataFrame) -> None:
    assert dict(scores.schema) == SCORES_SCHEMA
    assert sorted(scores["rma_id"]) == shop["rma_id"].to_list()
    assert scores["risk_rank"].to_list() == list(range(1, 301))
    assert scores["risk_score"].is_sorted(descending=True)


def test_the_planted_outlier_is_first_flagged_and_explained(scores: pl.DataFrame, detector: Detector) -> None:
    first = scores.row(0, named=True)
    assert first["rma_id"] == "r299"
    assert (first["is_flagged"], first["outcome"], first["archetype"]) == (True, "REVIEW", "bulk_reversal")
    assert first["reasons"][0]["code"] == "HIGH_VALUE"
    assert (first["model_version"], first["scored_at"]) == (detector.version, AS_OF)
    assert first["refund_amount"] == Decimal("90000.0000")


def test_the_flagged_and_the_highest_tenth_have_reasons_and_nobody_else(scores: pl.DataFrame) -> None:
    told = scores["reasons"].list.len() > 0
    assert told.to_list() == (scores["is_flagged"] | (scores["risk_score"] >= 90)).to_list()
    assert 30 <= told.sum() <= 31
    assert scores.filter(~told)["archetype"].null_count() == 300 - told.sum()


def test_the_contributions_told_add_up_to_the_score(scores: pl.DataFrame) -> None:
    told = scores.filter(pl.col("reasons").list.len() > 0)
    total = told["reasons"].list.eval(pl.element().struct.field("contribution")).list.sum()
    np.testing.assert_allclose(total, told["risk_score"], rtol=1e-12)
    customer = told["reasons"].explode().struct.field("customer_text")
    assert customer.str.ends_with(".").all()


def test_before_a_refund_the_value_asked_back_is_at_stake(shop: pl.DataFrame, detector: Detector) -> None:
    nothing = pl.DataFrame(schema={"rma_id": pl.String, "refund_amount": pl.Decimal(18, 4)})
    first = score_rmas(shop, nothing, detector, DecisionParams(), AS_OF).row(0, named=True)
    assert first["refund_amount"] is None
    assert first["expected_loss"] > 1_000


def test_the_score_is_of_the_latest_stage_beside_the_one_at_the_request(
    shop: pl.DataFrame, amounts: pl.DataFrame, detector: Detector, scores: pl.DataFrame
) -> None:
    worse = shop.head(1).with_columns(stage=pl.lit("received"), rma_amount=pl.lit(90_000.0))
    both = score_rmas(pl.concat([shop, worse]), amounts, detector, DecisionParams(), AS_OF)
    before = scores.filter(pl.col("rma_id") == "r000").row(0, named=True)
    after = both.filter(pl.col("rma_id") == "r000").row(0, named=True)
    assert after["stage"] == "received"
    assert after["risk_score_at_request"] == before["risk_score"] == before["risk_score_at_request"]
    assert after["risk_score"] > before["risk_score"]


def test_hard_evidence_that_is_rare_and_tells_holds_the_refund(
    shop: pl.DataFrame, amounts: pl.DataFrame, detector: Detector
) -> None:
    rule = HoldRule("NO_PURCHASE_FOUND", 1.0, 1.0)
    every = score_rmas(shop, amounts, detector, DecisionParams(review_capacity=300, hold_rules=(rule,)), AS_OF)
    held = every.filter(pl.col("outcome") == "HOLD")
    unmatched = shop.filter(pl.col("unmatched_unit_share") == 1.0)["rma_id"].to_list()
    assert sorted(held["rma_id"]) == sorted(unmatched)
    codes = held["reasons"].list.eval(pl.element().struct.field("code")).list.contains("NO_PURCHASE_FOUND")
    assert codes.all()
    rarer = DecisionParams(review_capacity=300, hold_rules=(HoldRule("NO_PURCHASE_FOUND", 1.0, 5.0),))
    above = DecisionParams(review_capacity=300, hold_rules=(HoldRule("NO_PURCHASE_FOUND", 1.01, 0.0),))
    for decision in (rarer, above):
        assert "HOLD" not in score_rmas(shop, amounts, detector, decision, AS_OF)["outcome"].to_list()


def test_the_queue_is_the_flagged_rmas_by_expected_loss(scores: pl.DataFrame) -> None:
    queue = flagged_queue(scores)
    assert queue["queue_rank"].to_list() == [1, 2, 3, 4, 5, 6]
    assert sorted(queue["rma_id"]) == sorted(scores.filter("is_flagged")["rma_id"])
    assert queue["expected_loss"].is_sorted(descending=True)
    assert queue["case_id"].null_count() == 0
    assert set(queue.columns) == {*SCORES_SCHEMA, "queue_rank", "case_id"}


def test_the_same_rmas_give_the_same_table_in_any_order(
    shop: pl.DataFrame, amounts: pl.DataFrame, detector: Detector, scores: pl.DataFrame
) -> None:
    again = score_rmas(shop.reverse(), amounts.reverse(), detector, DecisionParams(), AS_OF)
    assert again.equals(scores)


def test_no_rmas_give_an_empty_table(shop: pl.DataFrame, amounts: pl.DataFrame, detector: Detector) -> None:
    empty = score_rmas(shop.clear(), amounts, detector, DecisionParams(), AS_OF)
    assert dict(empty.schema) == SCORES_SCHEMA
    assert empty.height == flagged_queue(empty).height == 0


def test_two_amounts_for_one_rma_are_refused(shop: pl.DataFrame, amounts: pl.DataFrame, detector: Detector) -> None:
    with pytest.raises(pl.exceptions.ComputeError, match="1:1"):
        score_rmas(shop, pl.concat([amounts, amounts]), detector, DecisionParams(), AS_OF)
