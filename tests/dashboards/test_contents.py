"""The chapters of the report against the tables that a run publishes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboards.chapters import Chapter
from dashboards.contents import CHAPTERS, PARTS
from dashboards.format import THIN
from pipelines.reports.catalogue import REPORT_TABLES

COLUMNS = {table.name: set(table.columns) for table in REPORT_TABLES}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_chapter_shows_columns_that_its_table_has(chapter: Chapter) -> None:
    assert {*chapter.columns, *filter(None, [chapter.largest])} <= COLUMNS[chapter.table]
    assert chapter.part in PARTS


def test_names_and_questions_are_each_used_once() -> None:
    assert len({chapter.name for chapter in CHAPTERS}) == len(CHAPTERS)
    assert len({chapter.question for chapter in CHAPTERS}) == len(CHAPTERS)


def test_parts_stand_in_the_order_of_the_contents_list() -> None:
    parts = list(dict.fromkeys(chapter.part for chapter in CHAPTERS))
    assert parts == [part for part in PARTS if part in parts]


def rows(*given: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: _plain(value) for name, value in row.items()} for row in given], infer_schema_length=None
    )


def _plain(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) and value > 999 else value


ANSWERS: dict[str, tuple[pl.DataFrame, str]] = {
    "rate-months": (
        rows(
            {"month": date(2026, 2, 1), "completed_rate": 0.2, "completed_low": 0.15, "completed_high": 0.25},
            {"month": date(2026, 1, 1), "completed_rate": 0.9, "completed_low": 0.8, "completed_high": 1.0},
        ),
        "Of the value sold in Feb 2026, 20.0 % will come back (15.0 % to 25.0 %)",
    ),
    "rate-categories": (
        rows({"value": "hats", "expected_rate": 0.1}, {"value": "shoes", "expected_rate": 0.3}),
        "Most comes back of shoes: 30.0 % of its value",
    ),
    "completion": (
        rows({"maturity": 0.3, "error_ratio": 0.1}, {"maturity": 0.4, "error_ratio": 0.9}),
        "Of young months the completed rate errs 10.0 % as much as the one seen so far",
    ),
    "signals": (
        rows({"excess_cost": 1000}, {"excess_cost": 2000}),
        "2 products come back unusually often; the excess cost 3,000",
    ),
    "sizes": (
        rows({"advice": "advise_a_size_up"}, {"advice": "advise_a_size_down"}, {"advice": "advise_a_size_down"}),
        "1 style runs small, 2 large",
    ),
    "avoidable": (
        rows({"rule": "size_bias", "cost": 1000}, {"rule": "late_delivery", "cost": 4000}),
        "Returns that might be avoided cost 5,000; most of it late delivery",
    ),
    "reasons-found": (rows({"n_lines": 1}), "1 reason does not fit what the inspection found"),
    "words": (
        rows({"subject": "hats"}, {"subject": "hats"}),
        "Shoppers' own words tell 1 category apart from the others",
    ),
    "concentration": (
        rows(
            {"top_share": 0.01, "share_of_measure": 0.1, "share_of_sales": None},
            {"top_share": 0.1, "share_of_measure": 0.5, "share_of_sales": 0.25},
        ),
        "A tenth of the shoppers has 50.0 % of what returns cost, and 25.0 % of sales",
    ),
    "segments": (
        rows({"segment": "gift", "cost": 1000, "share_of_all": 0.2}, {"segment": "profitable_heavy", "cost": 4000,
             "share_of_all": 0.8}),
        "Most of the cost, 80.0 %, comes from the segment profitable heavy",
    ),
    "retention": (
        rows(
            {"outcome": "refunded", "days_to_end": "all", "rate": 0.1, "matched_rate": 0.1},
            {"outcome": "all", "days_to_end": "all", "rate": 0.5, "matched_rate": 0.6},
        ),
        "50.0 % ordered again within 90 days of their first return; of shoppers alike 60.0 %",
    ),
    "funnel": (
        rows(
            {"step": "requested", "step_number": 1, "n_open": 7, "share_of_requested": 1.0},
            {"step": "refunded", "step_number": 6, "n_open": 0, "share_of_requested": 0.75},
        ),
        "75.0 % of the lines that were requested are refunded; most wait after requested",
    ),
    "stages": (
        rows({"stage": "requested_to_shipped", "p90_days": 3.0}, {"stage": "received_to_refunded", "p90_days": 9.5}),
        "The slowest stage is received to refunded: nine tenths within 9.5 days",
    ),
    "ageing": (
        rows(
            {"n_lines": 2, "amount_at_stake": 1500, "oldest_days": 4},
            {"n_lines": 1, "amount_at_stake": None, "oldest_days": 9},
        ),
        "3 lines are open, 1,500 at stake, the oldest 9 days",
    ),
    "refund-timing": (
        rows(
            {"dimension": "return_method", "before_receipt_share": 1.0, "p50_days_from_request": 1.0},
            {"dimension": "all", "before_receipt_share": 0.05, "p50_days_from_request": 6.5},
        ),
        "Half of the refunds take at most 6.5 days; 5.0 % of them came before the goods",
    ),
    "exceptions": (
        rows({"exception": "never_arrived", "amount": 1000}, {"exception": "refund_before_receipt", "amount": 2000}),
        "Most money is in refund before receipt: 2,000",
    ),
    "dispositions": (
        rows({"goods_value": 4000, "recovered": 3000}), "75.0 % of the value of what came back was recovered"
    ),
    "carriers": (
        rows({"carrier": "A", "amount_lost": 1000}, {"carrier": "B", "amount_lost": 3000}),
        "B: 3,000 sent and not arrived, more than with any other carrier",
    ),
    "agents": (rows({"agent_id": "A1"}), "1 agent refunded out of policy more often than chance explains"),
    "policy": (
        rows(
            {"scenario": "window_days=14", "saved": 9000, "honest_shoppers_affected": 12},
            {"scenario": "window_days=30", "saved": 2000, "honest_shoppers_affected": 1},
        ),
        "window_days=14 would have saved most, 9,000, and touched 12 honest shoppers",
    ),
    "balance": (rows({"is_ok": True}, {"is_ok": True}), "2 balances agree to the last decimal"),
}  # fmt: skip


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_chapter_is_answered_in_a_sentence(chapter: Chapter) -> None:
    frame, answer = ANSWERS[chapter.name]
    assert chapter.answer(frame).replace(THIN, " ") == answer


@pytest.mark.parametrize(
    ("name", "frame", "answer"),
    [
        ("balance", rows({"is_ok": True}, {"is_ok": False}), "1 balance does not agree"),
        ("concentration", rows({"top_share": 0.01}), "How the cost of returns is spread over shoppers"),
        ("retention", rows({"outcome": "x", "days_to_end": "all", "rate": 0.1}), "Who orders again after a return"),
        ("completion", rows({"maturity": 0.9, "error_ratio": 0.1}), "How far completed rates were off"),
    ],
)
def test_what_a_table_does_not_tell_is_not_said(name: str, frame: pl.DataFrame, answer: str) -> None:
    (chapter,) = (one for one in CHAPTERS if one.name == name)
    assert chapter.answer(frame) == answer
