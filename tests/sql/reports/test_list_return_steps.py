from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.sql.reports.steps_shop import build, fill, steps

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ({"status": "requested"}, 1),
        ({"status": "denied"}, 1),
        ({"status": "authorized"}, 2),
        ({"status": "closed", "authorized_at": "2025-01-11", "received_at": None, "claim_type": "missing_item"}, 2),
        ({"status": "in_transit"}, 3),
        ({"status": "authorized", "shipped_at": "2025-01-12"}, 3),
        ({"status": "received"}, 4),
        ({"status": "authorized", "dock_received": True}, 4),
        ({"status": "inspected"}, 5),
        ({"status": "rejected", "condition_grade": "D"}, 5),
        ({"status": "exchanged"}, 6),
        ({"status": "denied", "refund_amount": 5}, 6),
    ],
)
def test_the_furthest_step_is_what_anything_says(line: dict[str, object], number: int, shop: Shop) -> None:
    assert steps(shop, **line)["step_number"] == number


@pytest.mark.parametrize(
    ("line", "is_open"),
    [
        ({"status": "requested"}, True),
        ({"status": "inspected"}, True),
        ({"status": "inspected", "closed_at": "2025-01-20"}, False),
        ({"status": "received", "refund_amount": 5}, False),
        ({"status": "denied"}, False),
        ({"status": "cancelled"}, False),
        ({"status": "exchanged"}, False),
    ],
)
def test_open_is_what_still_waits(line: dict[str, object], is_open: bool, shop: Shop) -> None:
    assert steps(shop, **line)["is_open"] is is_open


def test_nothing_is_expected_back_of_goods_that_are_kept_or_never_came(shop: Shop) -> None:
    assert not steps(shop, return_method="keep_it", refund_amount=5)["expects_goods"]
    shop.connection.execute("delete from core.rma_lines")
    row = steps(shop, claim_type="item_not_received", shipped_at="2025-01-12")
    assert (row["expects_goods"], row["is_sent"], row["has_arrived"]) == (False, False, False)


def test_days_held_begin_with_the_delivery_that_was_known_at_the_request(shop: Shop) -> None:
    bought = {"ordered_at": "2025-01-01 23:00:00", "delivered_at": "2025-01-04 08:00:00"}
    assert steps(shop, **bought, requested_at="2025-01-10 07:00:00")["days_held"] == 6
    shop.connection.execute("delete from core.rma_lines")
    assert steps(shop, **bought, requested_at="2025-01-03 07:00:00")["days_held"] == 2
    shop.connection.execute("delete from core.rma_lines")
    assert steps(shop)["days_held"] is None


def test_lines_of_a_parcel_share_its_first_line(shop: Shop) -> None:
    for number, tracking in (("1", "T1"), ("2", "T1"), ("3", "T2")):
        shop.rma("R1", rma_line_id=number, tracking_number=tracking, return_method="mail")
    assert [row["parcel_line_id"] for row in build(shop)] == ["1", "1", "3"]


def test_fewer_units_that_arrived_are_told_and_more_are_not(shop: Shop) -> None:
    shop.rma("R1", quantity=3, received_quantity=2)
    shop.rma("R2", quantity=3, received_quantity=5)
    shop.rma("R3", quantity=3, status="requested")
    assert [row["received_units"] for row in build(shop)] == [2, 3, 0]


def test_the_ledger_stands_beside_the_line(shop: Shop) -> None:
    product = {"return_window_days": 30, "unopened_only": True}
    shop.insert("products", sku="A", **product)
    row = steps(shop, refund_amount=50, unit_cost=20, condition_grade="B", received_at="2025-01-15", restocking_fee=0)
    # Rates by default: label 6, handling 2 + 1, refurbishing 2 and a write-off of 20 % for B, 2 % and 0.25 of fees.
    found = {name: row[name] for name in ("refunds", "label", "handling", "refurbish", "write_off", "payment_fee")}
    assert found == {
        "refunds": Decimal(50),
        "label": Decimal(6),
        "handling": Decimal(3),
        "refurbish": Decimal(2),
        "write_off": Decimal(4),
        "payment_fee": Decimal("1.25"),
    }
    assert (row["resale"], row["fee_recovered"], row["outbound_shipping"]) == (Decimal(-20), Decimal(0), Decimal(0))
    assert (row["return_window_days"], row["unopened_only"], row["is_label_known"]) == (30, True, False)
    assert row["received_at"] == datetime(2025, 1, 15)  # noqa: DTZ001 - stored moments are UTC without saying so


def test_every_row_of_the_ledger_stands_in_one_column(shop: Shop) -> None:
    fill(shop, 3)
    rows = build(shop)
    parts = (
        "refunds", "outbound_shipping", "label", "handling", "refurbish", "write_off", "payment_fee", "support",
        "fee_recovered", "resale", "other_cost",
    )  # fmt: skip
    assert rows
    assert [row["rma_id"] for row in rows if sum(row[part] for part in parts) != row["cost"]] == []


def test_what_arrived_is_what_the_ledger_handled(shop: Shop) -> None:
    fill(shop, 4)
    arrived = {(row["rma_id"], row["rma_line_id"]) for row in build(shop) if row["has_arrived"]}
    handled = {
        (row["rma_id"], row["rma_line_id"]) for row in shop.table("return_costs") if row["component"] == "handling"
    }
    assert arrived
    assert arrived == handled
