from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from dashboards import evidence
from dashboards.components.peers import histogram
from dashboards.components.timeline import remarks
from dashboards.data import PublishedSet
from dashboards.signs import clauses, sign_of
from tests.desk_shop import N, features, page_tables, publish


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishedSet:
    return PublishedSet.open(publish(tmp_path_factory.mktemp("home"), page_tables()))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_case_is_told_with_its_lines_and_newest_features(published: PublishedSet) -> None:
    ids = evidence.rmas(published, "C-ring")["rma_id"].to_list()
    assert ids == ["RMA-0", "RMA-1", "RMA-2"]
    assert evidence.lines(published, ids)["rma_id"].to_list() == ids
    assert set(evidence.features(published, ids)["stage"]) == {"settled"}
    assert evidence.rmas(published, "C-none").is_empty()


def test_steps_come_in_order_and_only_those_that_are_published(published: PublishedSet) -> None:
    told = evidence.steps(evidence.lines(published, ["RMA-0"]))
    assert [name for name, _ in told] == ["ordered_at", "delivered_at", "requested_at", "received_at", "refunded_at"]
    assert told[2][1] == at("2026-01-01T12:00:00")


def test_steps_of_the_operations_table_are_added_where_it_is_published(tmp_path: Path) -> None:
    moments = {"shipped_at": [at("2026-01-02T00:00:00")], "is_opened": [True], "return_window_days": [30]}
    more = pl.DataFrame({"rma_id": ["RMA-0"], "rma_line_id": ["1"], **moments})
    wider = PublishedSet.open(publish(tmp_path, page_tables() | {"report_return_steps": more}))
    found = evidence.lines(wider, ["RMA-0"])
    assert dict(evidence.steps(found))["shipped_at"] == at("2026-01-02T00:00:00")
    assert found["return_window_days"].item() == 30


def test_rarity_counts_those_as_far_out_on_the_same_side() -> None:
    others = pl.Series([0.0] * 90 + [5.0] * 9 + [9.0])
    assert evidence.rarity(others, 9.0, 0.0) == 100
    assert evidence.rarity(others, 5.0, 0.0) == 10
    assert evidence.rarity(others, -1.0, 0.0) == 100
    assert evidence.rarity(pl.Series([], dtype=pl.Float64), 1.0, 0.0) is None


@pytest.mark.parametrize(
    ("threshold", "codes"),
    [(70.0, ["A"]), (30.0, ["A", "B"]), (5.0, [])],
    ids=["the strongest is enough", "it takes two", "not even without all"],
)
def test_the_counterfactual_takes_the_fewest_signs(threshold: float, codes: list[str]) -> None:
    reasons = [
        {"code": "B", "contribution": 30.0},
        {"code": "A", "contribution": 50.0},
        {"code": "C", "contribution": 5.0},
    ]
    told = evidence.counterfactual(reasons, 90.0, threshold)
    assert [reason["code"] for reason in told] == codes


def test_linked_accounts_tell_what_kind_they_share_and_never_the_thing(published: PublishedSet) -> None:
    accounts = evidence.ring_accounts(published, ["ring-1"])
    assert accounts.select("customer_id", "n_rmas", "n_flagged").rows() == [("CUST-0001", 2, 2), ("CUST-0002", 1, 1)]
    shared = evidence.shared_identifiers(published, accounts)
    assert shared == [("CUST-0001", "Card", 1), ("CUST-0002", "Card", 1)]


def test_similar_cases_have_the_same_sign_and_lie_near_in_value(published: PublishedSet) -> None:
    assert evidence.similar(published, "C-5", limit=3)["case_id"].to_list() == ["C-4", "C-6", "C-two"]
    assert evidence.similar(published, "C-none").is_empty()


def test_history_holds_all_returns_of_a_shopper_the_latest_first(published: PublishedSet) -> None:
    assert evidence.history(published, ["CUST-0001"])["rma_id"].to_list() == ["RMA-1", "RMA-0"]


def test_every_sign_of_the_catalogue_names_its_feature() -> None:
    sign = sign_of("MANY_UNITS")
    assert sign is not None
    assert sign.feature == "rma_units"
    assert sign_of("NO_SUCH_CODE") is None
    assert "window_used_share" in clauses()


def test_peers_are_those_of_the_same_stage_with_a_figure(published: PublishedSet) -> None:
    assert len(evidence.peers(published, "rma_units", "settled")) == N
    assert evidence.peers(published, "no_such_feature", "settled").is_empty()
    assert evidence.peers(published, "rma_units", "received").is_empty()


def test_a_histogram_holds_the_peers_and_reaches_the_figure() -> None:
    edges, counts = histogram(features()["rma_units"], 50.0)
    assert len(edges) == len(counts) == 24
    assert sum(counts) == features().height
    assert edges[0] == 1.0
    assert edges[-1] < 50.0 <= edges[-1] + 2 * (edges[1] - edges[0])


@pytest.mark.parametrize(
    ("name", "when", "before", "is_passed", "told"),
    [
        ("received_at", None, "2026-01-01", True, ["missing"]),
        ("received_at", None, "2026-01-01", False, []),
        ("refunded_at", "2026-01-01", "2026-01-05", False, ["out of order"]),
        ("refunded_at", "2026-01-31", "2026-01-05", False, ["late"]),
        ("refunded_at", "2026-01-06", "2026-01-05", False, []),
        ("ordered_at", "2026-01-06", None, False, []),
        ("requested_at", "2026-06-06", "2026-01-05", False, []),
    ],
)
def test_a_step_is_remarked_on(
    name: str, when: str | None, before: str | None, is_passed: bool, told: list[str]
) -> None:
    moment, earlier = (at(text) if text else None for text in (when, before))
    assert remarks(name, moment, earlier, is_passed=is_passed) == told
