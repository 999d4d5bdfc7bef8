from __future__ import annotations

import polars as pl

from features.assemble import prepare
from features.contracts import Stage
from features.shop import Shop
from features.stages import case_lines, case_rows
from tests.factories import Row, at, frame, rma_lines


def told(*lines: Row, chargebacks: tuple[Row, ...] = ()) -> tuple[dict[tuple[str, str], float], pl.DataFrame]:
    """Return the day of each RMA and stage, and the lines as known at each."""
    prepared = prepare(Shop.of({"rma_lines": rma_lines(*lines), "chargebacks": frame("chargebacks", *chargebacks)}))
    rows = case_rows(prepared.rma_lines, prepared.chargebacks)
    days = {(rma, stage): (moment - at(0)).total_seconds() / 86_400 for rma, stage, moment, *_ in rows.iter_rows()}
    return days, case_lines(rows, prepared.rma_lines)


def known(lines: pl.DataFrame, stage: Stage, column: str) -> list[object]:
    return lines.filter(stage=stage.value).sort("rma_line_id")[column].to_list()


LIFE = {
    "requested_at": at(10),
    "authorized_at": at(11),
    "received_at": at(15),
    "scan_weight_g": 500,
    "dock_received": True,
    "inspected_at": at(17),
    "condition_grade": "A",
    "refunded_at": at(18),
    "refund_amount": "10.00",
    "status": "refunded",
}


def test_an_rma_has_a_row_for_each_stage_that_it_reached() -> None:
    bare = {"rma_id": "asked", "requested_at": at(10), "status": "requested"}
    days, _ = told({"rma_id": "whole", **LIFE}, bare)

    assert days == {
        ("asked", "request"): 10,
        ("whole", "request"): 10,
        ("whole", "received"): 15,
        ("whole", "settled"): 18,
    }


def test_a_fact_is_known_from_its_stage_on() -> None:
    _, lines = told(LIFE)

    assert known(lines, Stage.REQUEST, "scan_weight_g") == [None]
    assert known(lines, Stage.REQUEST, "status") == [None]
    assert known(lines, Stage.RECEIVED, "scan_weight_g") == [500]
    assert known(lines, Stage.RECEIVED, "condition_grade") == [None]
    assert known(lines, Stage.RECEIVED, "refund_amount") == [None]
    assert known(lines, Stage.SETTLED, "condition_grade") == ["A"]
    assert known(lines, Stage.SETTLED, "refunded_at") == [at(18)]


def test_a_refund_before_the_receipt_is_known_at_the_receipt() -> None:
    days, lines = told({**LIFE, "refunded_at": at(12), "inspected_at": None})

    assert days == {("r0", "request"): 10, ("r0", "received"): 15, ("r0", "settled"): 15}
    assert known(lines, Stage.RECEIVED, "refunded_at") == [at(12)]


def test_a_chargeback_after_the_request_settles_and_an_earlier_one_does_not() -> None:
    line = {"requested_at": at(10), "order_id": "o1"}

    def opened(day: float) -> Row:
        return {"chargeback_id": str(day), "order_id": "o1", "opened_at": at(day), "amount": "5.00"}

    assert told(line, chargebacks=(opened(3),))[0] == {("r0", "request"): 10}
    assert told(line, chargebacks=(opened(3), opened(40)))[0] == {("r0", "request"): 10, ("r0", "settled"): 40}


def test_a_line_added_later_belongs_to_the_later_stages_alone() -> None:
    first = {"rma_id": "r", "rma_line_id": "1", **LIFE}
    later = {"rma_id": "r", "rma_line_id": "2", "requested_at": at(16), "received_at": at(20), "scan_weight_g": 90}
    days, lines = told(first, later)

    assert days == {("r", "request"): 10, ("r", "received"): 20, ("r", "settled"): 20}
    assert known(lines, Stage.REQUEST, "scan_weight_g") == [None]
    assert known(lines, Stage.RECEIVED, "scan_weight_g") == [500, 90]


def test_undated_facts_are_told_at_their_own_stage_as_of_the_request() -> None:
    days, lines = told({"requested_at": at(10), "condition_grade": "empty_box", "carrier": "north"})

    assert days == {("r0", "request"): 10, ("r0", "received"): 10, ("r0", "settled"): 10}
    assert known(lines, Stage.REQUEST, "carrier") == [None]
    assert known(lines, Stage.RECEIVED, "carrier") == ["north"]
    assert known(lines, Stage.RECEIVED, "condition_grade") == [None]
    assert known(lines, Stage.SETTLED, "condition_grade") == ["empty_box"]


def test_a_denial_is_dated_by_what_denied_it() -> None:
    days, lines = told({"requested_at": at(10), "status": "denied", "authorized_at": at(11)})

    assert days == {("r0", "request"): 10, ("r0", "settled"): 11}
    assert known(lines, Stage.SETTLED, "status") == ["denied"]
