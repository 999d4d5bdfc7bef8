from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.sql.reports.steps_shop import build, fill

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def funnel(shop: Shop, basis: str, claim_type: str = "(all)") -> list[dict[str, Any]]:
    rows = build(shop, "report_funnel")
    return [row for row in rows if (row["basis"], row["claim_type"]) == (basis, claim_type)]


def fill_by_hand(shop: Shop) -> None:
    shop.rma("R1", status="requested", requested_amount=10)
    shop.rma("R2", status="denied", requested_amount=20)
    shop.rma("R3", status="in_transit", requested_amount=30, quantity=2)
    shop.rma("R4", status="refunded", refund_amount=40, authorized_at="2025-01-11", received_at="2025-01-14")
    shop.rma("R5", status="refunded", refund_amount=50, claim_type="item_not_received")


def test_steps_count_what_reached_them_or_passed(shop: Shop) -> None:
    fill_by_hand(shop)
    found = [
        (row["step"], row["step_number"], row["n_lines"], row["n_open"], row["n_ended"], row["n_skipped"])
        for row in funnel(shop, "step")
    ]
    # R4 was never inspected, R5 neither authorized, sent, received nor inspected.
    assert found == [
        ("requested", 1, 5, 1, 1, 0),
        ("authorized", 2, 3, 0, 0, 1),
        ("shipped", 3, 3, 1, 0, 1),
        ("received", 4, 2, 0, 0, 1),
        ("inspected", 5, 2, 0, 0, 2),
        ("refunded", 6, 2, 0, 2, 0),
    ]


def test_units_amounts_and_shares_of_the_steps(shop: Shop) -> None:
    fill_by_hand(shop)
    shipped = funnel(shop, "step")[2]
    assert (shipped["n_units"], shipped["amount"]) == (4, Decimal(30))
    assert (shipped["share_of_requested"], shipped["share_of_previous"]) == (0.6, 1.0)
    received = funnel(shop, "step")[3]
    assert received["share_of_previous"] == pytest.approx(2 / 3)
    assert funnel(shop, "step")[0]["share_of_previous"] is None
    assert funnel(shop, "step")[0]["is_small"]


def test_statuses_count_what_stands_in_them(shop: Shop) -> None:
    fill_by_hand(shop)
    found = {row["step"]: (row["n_lines"], row["n_open"], row["n_ended"]) for row in funnel(shop, "status")}
    assert found == {"requested": (1, 1, 0), "denied": (1, 0, 1), "in_transit": (1, 1, 0), "refunded": (2, 0, 2)}
    assert {(row["share_of_previous"], row["n_skipped"], row["step_number"]) for row in funnel(shop, "status")} == {
        (None, None, None)
    }


def test_a_claim_type_is_a_funnel_of_its_own(shop: Shop) -> None:
    fill_by_hand(shop)
    assert [row["n_lines"] for row in funnel(shop, "step", "item_not_received")] == [1, 1, 1, 1, 1, 1]
    assert [row["n_skipped"] for row in funnel(shop, "step", "item_not_received")] == [0, 1, 1, 1, 1, 0]
    assert [row["n_lines"] for row in funnel(shop, "step", "return")] == [4, 2, 2, 1, 1, 1]


def test_every_line_stands_at_one_step_and_in_one_status(shop: Shop) -> None:
    fill(shop, 5)
    n_lines = len(build(shop))
    for basis in ("step", "status"):
        assert sum(row["n_open"] + row["n_ended"] for row in funnel(shop, basis)) == n_lines
    by_claim = {row["claim_type"] for row in shop.table("report_funnel")} - {"(all)"}
    assert sum(funnel(shop, "step", claim)[0]["n_lines"] for claim in by_claim) == n_lines


def test_counts_only_fall(shop: Shop) -> None:
    fill(shop, 6)
    counts = [row["n_lines"] for row in funnel(shop, "step")]
    assert counts == sorted(counts, reverse=True)
