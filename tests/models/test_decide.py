from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest

from models.decide import NO_VERDICTS, capacity, case_name, decide
from models.params import DecisionParams

FIVE = pl.DataFrame(
    {
        "rma_id": ["a", "b", "c", "d", "e"],
        "customer_id": ["x", None, "x", "y", None],
        "requested_at": [datetime.fromisoformat(f"2026-01-0{day}") for day in (5, 2, 1, 4, 3)],
        "amount": [
            Decimal("10.0000"),
            Decimal("400.0000"),
            Decimal("100.0000"),
            Decimal("20.0000"),
            Decimal("20.0000"),
        ],
        "raw_score": [4.0, 3.0, 2.0, 2.0, 9.0],
        "fraud_probability": [0.5, 0.4, 0.2, 0.2, 0.9],
        "has_evidence": [True, True, True, True, False],
        "has_hard_evidence": [False, True, False, False, True],
    },
    schema_overrides={"amount": pl.Decimal(18, 4)},
)


def decided(places: int | None, review_cost: float = 5.0, insult_cost: float = 25.0) -> dict[str, dict[str, object]]:
    frame = decide(FIVE, DecisionParams(review_capacity=places, review_cost=review_cost, insult_cost=insult_cost))
    return {row["rma_id"]: row for row in frame.iter_rows(named=True)}


def test_two_percent_rounded_up_unless_told() -> None:
    default = DecisionParams()
    assert [capacity(n, default) for n in (0, 1, 50, 51, 3_800)] == [0, 1, 1, 2, 76]
    assert capacity(1_000, DecisionParams(review_capacity=7)) == 7


def test_the_rank_follows_risk_then_amount_then_name() -> None:
    assert {name: row["risk_rank"] for name, row in decided(3).items()} == {"e": 1, "a": 2, "b": 3, "c": 4, "d": 5}
    tied = FIVE.with_columns(raw_score=pl.lit(1.0))
    assert decide(tied, DecisionParams())["rma_id"].to_list() == ["b", "c", "d", "e", "a"]


def test_the_first_rmas_with_evidence_are_flagged() -> None:
    rows = decided(3)
    assert [name for name, row in rows.items() if row["is_flagged"]] == ["a", "b", "c"]
    assert not any(row["is_flagged"] for row in decided(0).values())
    assert sum(bool(row["is_flagged"]) for row in decided(99).values()) == 4


def test_of_about_as_suspicious_ones_the_dearer_is_looked_at() -> None:
    # Odds of 1 times 10 ** 0.25 are less than odds of 2/3 times 400 ** 0.25.
    assert [name for name, row in decided(1).items() if row["is_flagged"]] == ["b"]
    by_risk = decide(FIVE, DecisionParams(review_capacity=1, amount_power=0.0))
    assert by_risk.filter("is_flagged")["rma_id"].to_list() == ["a"]


def test_only_flagged_rmas_with_hard_evidence_are_held() -> None:
    outcomes = {name: row["outcome"] for name, row in decided(3).items()}
    assert outcomes == {"a": "REVIEW", "b": "HOLD", "c": "REVIEW", "d": "CLEAR", "e": "CLEAR"}


def test_the_expected_loss_weighs_the_amount_against_the_costs() -> None:
    rows = decided(3, review_cost=5.0, insult_cost=25.0)
    # 0.5 x 10 - 5 - 0.5 x 25; 0.4 x 400 - 5 - 0.6 x 25; 0.2 x 100 - 5 - 0.8 x 25
    assert [rows[name]["expected_loss"] for name in "abc"] == [
        Decimal("-12.5000"),
        Decimal("140.0000"),
        Decimal("-5.0000"),
    ]


def test_the_expected_loss_is_rounded_to_cents() -> None:
    one = FIVE.head(1).with_columns(fraud_probability=pl.lit(1 / 3))
    frame = decide(one, DecisionParams(review_cost=0.0, insult_cost=0.0))
    assert frame["expected_loss"].to_list() == [Decimal("3.3300")]


def test_the_queue_begins_with_the_most_expected_loss() -> None:
    ranks = {name: row["queue_rank"] for name, row in decided(3).items()}
    assert ranks == {"a": 3, "b": 1, "c": 2, "d": None, "e": None}


def test_equal_expected_losses_are_looked_at_in_the_order_of_risk() -> None:
    even = FIVE.with_columns(fraud_probability=pl.lit(0.0), has_evidence=pl.lit(value=True))
    frame = decide(even, DecisionParams(review_capacity=4, amount_power=0.0))
    assert frame["queue_rank"].to_list() == [1, 2, 3, 4, None]


def test_a_shoppers_flagged_rmas_are_one_case_named_after_the_shoppers_first_rma() -> None:
    cases = {name: row["case_id"] for name, row in decided(3).items()}
    assert cases == {"a": case_name("c"), "b": case_name("b"), "c": case_name("c"), "d": None, "e": None}
    # The first RMA names the case even while it is not flagged itself.
    by_risk = decide(FIVE, DecisionParams(review_capacity=1, amount_power=0.0))
    assert by_risk.filter("is_flagged")["case_id"].to_list() == [case_name("c")]


def test_a_ring_is_one_case_across_shoppers() -> None:
    ring = FIVE.with_columns(ring_id=pl.Series(["g", "g", None, None, None], dtype=pl.String))
    frame = decide(ring, DecisionParams(review_capacity=4, review_cost=0.0))
    cases = dict(frame.select("rma_id", "case_id").iter_rows())
    # b was requested before a; c is of a's shopper but of no ring.
    assert cases == {"a": case_name("b"), "b": case_name("b"), "c": case_name("c"), "d": case_name("d"), "e": None}


def test_a_shopper_named_like_a_ring_is_another_case() -> None:
    ring = FIVE.with_columns(ring_id=pl.Series(["y", None, None, None, None], dtype=pl.String))
    frame = decide(ring, DecisionParams(review_capacity=4))
    cases = dict(frame.select("rma_id", "case_id").iter_rows())
    assert cases["a"] != cases["d"]


def test_an_amount_below_the_cost_of_a_look_gets_no_place_and_an_unknown_one_does() -> None:
    cheap = FIVE.with_columns(amount=pl.Series([Decimal("4.99"), Decimal(0), Decimal(5), Decimal(20), Decimal(20)]))
    frame = decide(cheap, DecisionParams(review_capacity=2, review_cost=5.0))
    assert frame.filter("is_flagged")["rma_id"].sort().to_list() == ["b", "d"]
    more = decide(cheap, DecisionParams(review_capacity=9, review_cost=5.0))
    assert more.filter("is_flagged")["rma_id"].sort().to_list() == ["b", "c", "d"]


def test_an_expected_loss_below_nothing_costs_no_place() -> None:
    frame = decide(FIVE, DecisionParams(review_capacity=1, review_cost=5.0, insult_cost=1_000.0))
    flagged = frame.filter("is_flagged")
    assert flagged["rma_id"].to_list() == ["b"]
    assert flagged["expected_loss"][0] < 0


def test_a_case_name_is_short_and_stays() -> None:
    assert case_name("a") == "C-ca978112ca"


def test_the_order_of_the_rows_does_not_matter() -> None:
    params = DecisionParams(review_capacity=3)
    assert decide(FIVE.reverse(), params).equals(decide(FIVE, params))


def test_nothing_to_decide_gives_an_empty_frame() -> None:
    frame = decide(FIVE.clear(), DecisionParams())
    assert frame.height == 0
    assert {"risk_rank", "is_flagged", "outcome", "expected_loss", "queue_rank", "case_id"} <= set(frame.columns)


@pytest.mark.parametrize("places", [None, 1, 4])
def test_no_more_are_flagged_than_can_be_looked_at(places: int | None) -> None:
    params = DecisionParams(review_capacity=places)
    assert decide(FIVE, params)["is_flagged"].sum() == capacity(5, params)


def ruled(**shares: float) -> pl.DataFrame:
    """Return verdicts: how many of an RMA's deciders say fraud."""
    columns = {"rma_id": list(shares), "fraud_share": list(shares.values())}
    return pl.DataFrame(columns, schema=NO_VERDICTS.schema)


@pytest.mark.parametrize(
    ("places", "shares", "flagged"),
    [
        (1, {}, ["b"]),
        (1, {"b": 1.0}, ["a", "b"]),  # places go in the order b, a, c, d; e has no evidence
        (2, {"b": 1.0}, ["a", "b", "c"]),
        (1, {"d": 1.0}, ["b"]),  # what stands behind the last place is not flagged for its verdict
        (2, {"b": 0.0, "a": 1.0}, ["a", "b", "c", "d"]),
        (0, {"b": 1.0}, []),
        (9, {"b": 1.0}, ["a", "b", "c", "d"]),
        (1, {"b": 1.0, "unknown": 1.0}, ["a", "b"]),
        (4, {"e": 1.0}, ["a", "b", "c", "d"]),
    ],
)
def test_a_decided_rma_takes_no_place(places: int, shares: dict[str, float], flagged: list[str]) -> None:
    frame = decide(FIVE, DecisionParams(review_capacity=places), ruled(**shares))
    assert sorted(frame.filter("is_flagged")["rma_id"]) == flagged
    assert frame.columns == decide(FIVE, DecisionParams()).columns


@pytest.mark.parametrize(("share", "outcome"), [(0.0, "REVIEW"), (0.4, "REVIEW"), (0.5, "HOLD"), (1.0, "HOLD")])
def test_what_people_found_legitimate_is_not_held(share: float, outcome: str) -> None:
    frame = decide(FIVE, DecisionParams(review_capacity=9), ruled(b=share))
    assert frame.filter(pl.col("rma_id") == "b")["outcome"].item() == outcome
