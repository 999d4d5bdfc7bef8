from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import Row, at, features_by_rma, order_lines, products, rma_lines

NAMES = ("hours_since_order", "days_since_delivery", "window_used_share", "days_past_window")


def timing(*lines: Row, window: int | None = 10, warranty: int | None = 100) -> tuple[float | None, ...]:
    """Return the timing features of one RMA of matched lines, requested on day 30."""
    matched: Row = {"rma_id": "r", "requested_at": at(30), "matched_quantity": 1}
    returned = rma_lines(*[{"rma_line_id": str(n)} | dict(matched) | dict(line) for n, line in enumerate(lines)])
    goods = products({"sku": "A", "return_window_days": window, "warranty_days": warranty})
    found = features_by_rma(order_lines({}), returned, goods)["r"]
    return tuple(found[name] for name in NAMES)


def test_spans_run_from_delivery_and_else_from_the_order() -> None:
    assert timing({"ordered_at": at(20), "delivered_at": at(25)}) == (240, 5, 0.5, 0)
    assert timing({"ordered_at": at(20), "delivered_at": None}) == (240, None, 1.0, 0)


def test_a_delivery_after_the_request_is_not_known_yet() -> None:
    assert timing({"ordered_at": at(26), "delivered_at": at(31)}) == (96, None, 0.4, 0)
    assert timing({"ordered_at": at(26), "delivered_at": at(30)}) == (96, 0, 0, 0)


def test_the_shortest_hours_and_the_longest_days_of_the_lines() -> None:
    lines = ({"ordered_at": at(4), "delivered_at": at(10)}, {"ordered_at": at(29), "delivered_at": at(29.5)})

    assert timing(*lines) == (24, 20, 1.0, 10)


def test_hours_keep_their_parts() -> None:
    assert timing({"ordered_at": at(30) - timedelta(minutes=90)})[0] == 1.5


def test_a_warranty_claim_has_the_warrantys_time() -> None:
    assert timing({"ordered_at": at(5), "claim_type": "warranty"}) == pytest.approx((600, None, 0.25, 0), nan_ok=False)
    assert timing({"ordered_at": at(5), "claim_type": "warranty"}, warranty=None) == (600, None, None, None)
    assert timing({"ordered_at": at(5), "claim_type": "return"}) == (600, None, 1.0, 15)


def test_a_window_of_no_days_is_missed_but_never_used() -> None:
    assert timing({"ordered_at": at(20)}, window=0) == (240, None, None, 10)
    assert timing({"ordered_at": at(20)}, window=None) == (240, None, None, None)


def test_an_unmatched_line_and_a_purchase_after_the_request_tell_nothing() -> None:
    assert timing({"ordered_at": at(20), "matched_quantity": 0}) == (None,) * 4
    assert timing({"ordered_at": at(31)}) == (None,) * 4
    assert timing({"ordered_at": None}) == (None,) * 4


def test_a_line_added_later_does_not_count() -> None:
    late = {"ordered_at": at(0), "delivered_at": at(1), "requested_at": at(32)}

    assert timing({"ordered_at": at(20), "delivered_at": at(25)}, late) == (240, 5, 0.5, 0)
