from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.cost_model import CostSettings, LabelRates
from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

REFUND = {"refund_amount": Decimal(100), "refunded_at": "2025-01-20", "requested_amount": Decimal(100)}
BACK = {**REFUND, "unit_cost": Decimal(40), "received_at": "2025-01-15", "return_method": "mail"}


def amounts(**values: str) -> dict[str, Decimal]:
    """Return amounts by component, as decimals."""
    return {name: Decimal(value) for name, value in values.items()}


def test_every_component_of_an_ordinary_return(shop: Shop) -> None:
    shop.sell("O1", "A", 2, "100")
    shop.rma("R1", **BACK, order_id="O1", condition_grade="B", inspected_at="2025-01-16", restocking_fee=15)
    shop.match("R1", "O1", 1, "100")
    shop.build()
    assert [tuple(row.values()) for row in shop.table("return_costs")] == [
        ("R1", "1", "O1", "A", "handling", Decimal("3.0000"), date(2025, 1, 15), "rate", False),
        ("R1", "1", "O1", "A", "label", Decimal("6.0000"), date(2025, 1, 15), "rate", False),
        ("R1", "1", "O1", "A", "outbound_shipping", Decimal("3.0000"), date(2025, 1, 20), "rate", False),
        ("R1", "1", "O1", "A", "payment_fee", Decimal("2.2500"), date(2025, 1, 20), "rate", False),
        ("R1", "1", "O1", "A", "refund", Decimal("100.0000"), date(2025, 1, 20), "actual", False),
        ("R1", "1", "O1", "A", "refurbish", Decimal("2.0000"), date(2025, 1, 16), "rate", False),
        ("R1", "1", "O1", "A", "resale", Decimal("-40.0000"), date(2025, 1, 16), "actual", False),
        ("R1", "1", "O1", "A", "restocking_fee", Decimal("-15.0000"), date(2025, 1, 20), "actual", False),
        ("R1", "1", "O1", "A", "support", Decimal("1.5000"), date(2025, 1, 10), "rate", False),
        ("R1", "1", "O1", "A", "write_off", Decimal("8.0000"), date(2025, 1, 16), "rate", False),
    ]
    assert shop.failed_checks() == []


def test_delivered_figures_win_over_rates(shop: Shop) -> None:
    shop.rma("R1", **BACK, label_cost=Decimal("4.20"), tracking_number="T1")
    shop.rma("R1", **BACK, rma_line_id="2", tracking_number="T1")
    shop.build()
    labels = [row for row in shop.table("return_costs") if row["component"] == "label"]
    assert [(row["rma_line_id"], row["amount"], row["basis"]) for row in labels] == [("1", Decimal("4.2000"), "actual")]


@pytest.mark.parametrize(
    ("grade", "refurbish", "write_off"),
    [("A", None, None), ("B", "2", "8"), ("C", "5", "24"), ("D", None, "40"), (None, None, "8")],
)
def test_goods_that_came_back_are_worth_their_grade(
    shop: Shop, grade: str | None, refurbish: str | None, write_off: str | None
) -> None:
    shop.rma("R1", **BACK, condition_grade=grade)
    costs = shop.costs()
    assert costs["resale"] == Decimal(-40)
    assert costs.get("refurbish") == (refurbish and Decimal(refurbish))
    assert costs.get("write_off") == (write_off and Decimal(write_off))


def test_restocked_goods_without_a_grade_are_as_new(shop: Shop) -> None:
    shop.rma("R1", **BACK, restocked=True)
    assert shop.costs().keys() & {"refurbish", "write_off", "resale"} == {"resale"}


@pytest.mark.parametrize("grade", ["wrong_item", "empty_box", "missing"])
def test_a_parcel_without_the_goods_is_handled_and_brings_nothing_back(shop: Shop, grade: str) -> None:
    shop.rma("R1", **BACK, condition_grade=grade)
    assert shop.costs() == amounts(refund="100", label="6", handling="3", payment_fee="2.25", support="1.5")


@pytest.mark.parametrize(
    "values",
    [{"return_method": "keep_it"}, {"claim_type": "item_not_received"}, {"claim_type": "missing_item"}],
)
def test_what_is_never_sent_back_has_no_label_handling_or_goods(shop: Shop, values: dict[str, str]) -> None:
    shop.rma("R1", **REFUND, unit_cost=40, **values)
    assert shop.costs() == amounts(refund="100", payment_fee="2.25", support="1.5")


@pytest.mark.parametrize("status", ["requested", "authorized", "denied", "cancelled"])
def test_a_line_that_cost_nothing_has_no_rows(shop: Shop, status: str) -> None:
    shop.sell("O1", "A", 1, "100")
    shop.rma("R1", status=status, unit_cost=40, requested_amount=100, order_id="O1", return_method="mail")
    shop.match("R1", "O1", 1, "100")
    assert shop.costs() == {}


def test_a_denied_line_keeps_what_the_export_says_it_cost(shop: Shop) -> None:
    shop.rma("R1", status="denied", label_cost=7, unit_cost=40)
    assert shop.costs() == amounts(label="7")


def test_in_transit_costs_its_label_before_anything_arrived(shop: Shop) -> None:
    shop.rma("R1", status="in_transit", return_method="pickup", shipped_at="2025-01-12", unit_cost=40)
    assert shop.costs() == amounts(label="9", support="1.5")
    assert {row["incurred_on"] for row in shop.table("return_costs") if row["component"] == "label"} == {
        date(2025, 1, 12)
    }


def test_goods_are_the_shoppers_until_the_refund(shop: Shop) -> None:
    shop.rma("R1", status="inspected", condition_grade="D", received_quantity=1, unit_cost=40, return_method="store")
    assert shop.costs() == amounts(handling="3", support="1.5")


def test_rejected_goods_were_handled_and_go_back(shop: Shop) -> None:
    shop.rma("R1", status="rejected", received_at="2025-01-15", unit_cost=40, return_method="locker")
    assert shop.costs() == amounts(handling="3", label="4.5", support="1.5")


def test_an_exchange_without_refund_loses_what_the_goods_lost(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "100")
    shop.rma("R1", status="exchanged", condition_grade="B", unit_cost=40, return_method="store", order_id="O1")
    shop.match("R1", "O1", 1, "100")
    assert shop.costs() == amounts(outbound_shipping="6", handling="3", refurbish="2", write_off="8", support="1.5")


@pytest.mark.parametrize("status", ["refunded", "credited", "exchanged", "closed"])
def test_without_any_receipt_data_a_settled_ordinary_return_came_back(shop: Shop, status: str) -> None:
    shop.rma("R1", **REFUND, status=status, unit_cost=40, claim_type="return")
    assert shop.costs()["resale"] == Decimal(-40)


@pytest.mark.parametrize("claim_type", ["damaged_in_transit", "warranty"])
def test_without_any_receipt_data_damaged_goods_did_not_come_back(shop: Shop, claim_type: str) -> None:
    shop.rma("R1", **REFUND, unit_cost=40, claim_type=claim_type)
    assert shop.costs() == amounts(refund="100", payment_fee="2.25", support="1.5")


def test_a_source_that_reports_receipts_is_taken_at_its_word(shop: Shop) -> None:
    shop.rma("R1", **REFUND, unit_cost=40)
    shop.rma("R2", **BACK)
    shop.rma("R3", **REFUND, unit_cost=40, source="shopify")
    shop.build()
    resold = [row["rma_id"] for row in shop.table("return_costs") if row["component"] == "resale"]
    assert resold == ["R2", "R3"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dock_received": False}, None),
        ({"dock_received": True}, "-120"),
        ({"dock_received": False, "condition_grade": "A"}, "-120"),
        ({"received_quantity": 0}, None),
        ({"received_quantity": 2}, "-80"),
        ({"received_quantity": 5}, "-120"),
        ({"received_quantity": 2, "condition_grade": "A"}, "-80"),
        ({"inspected_at": "2025-01-16"}, "-120"),
    ],
)
def test_the_surest_sign_of_receipt_decides_how_many_came_back(
    shop: Shop, values: dict[str, object], expected: str | None
) -> None:
    shop.rma("R0", received_at="2025-01-15")
    shop.rma("R1", **REFUND, unit_cost=40, quantity=3, **values)
    shop.build()
    resale = [row["amount"] for row in shop.table("return_costs") if row["component"] == "resale"]
    assert resale == ([Decimal(expected)] if expected else [])


def test_units_received_are_handled_and_refurbished(shop: Shop) -> None:
    shop.rma("R1", **BACK, quantity=3, received_quantity=2, condition_grade="C")
    costs = shop.costs()
    assert (costs["handling"], costs["refurbish"], costs["write_off"]) == (Decimal(4), Decimal(10), Decimal(48))


def test_without_a_unit_cost_a_share_of_the_price_stands_for_it(shop: Shop) -> None:
    # 0.5 x 33.3333 x 2 units of 3 = 11.1111; the line says that the figure is a rate.
    shop.rma("R1", quantity=3, received_quantity=2, condition_grade="A", refund_amount=30, requested_amount="33.3333")
    shop.build()
    row = next(row for row in shop.table("return_costs") if row["component"] == "resale")
    assert (row["amount"], row["basis"]) == (Decimal("-11.1111"), "rate")


def test_without_price_and_cost_the_refund_stands_for_the_price(shop: Shop) -> None:
    shop.rma("R1", received_quantity=1, refund_amount=30)
    assert shop.costs()["resale"] == Decimal(-15)


def test_an_exchange_of_unknown_value_writes_nothing_off(shop: Shop) -> None:
    shop.rma("R1", status="exchanged", condition_grade="D", return_method="store")
    assert shop.costs() == amounts(handling="3", support="1.5")


def test_halves_round_up(shop: Shop) -> None:
    shop.rates(CostSettings(outbound_shipping=Decimal("4.90"), payment_fee_fixed=Decimal(0)))
    shop.sell("O1", "A", 16, "1")
    # 4.90 / 16 = 0.30625; 0.02 x 0.0025 = 0.00005; half of 0.0025 = 0.00125, and 20 % of that is lost.
    shop.rma("R1", received_quantity=1, refund_amount="0.0025", requested_amount="0.0025", order_id="O1")
    shop.match("R1", "O1", 1, "0.0025")
    costs = shop.costs()
    assert costs["outbound_shipping"] == Decimal("0.3063")
    assert costs["payment_fee"] == Decimal("0.0001")
    assert costs["resale"] == Decimal("-0.0013")
    assert costs["write_off"] == Decimal("0.0003")


def test_outbound_shipping_is_lost_for_the_share_of_each_order_that_returned(shop: Shop) -> None:
    shop.sell("O1", "A", 3, "10")
    shop.sell("O1", "B", 1, "10", line_id="2")
    shop.sell("O2", "A", 2, "10")
    shop.rma("R1", **REFUND, quantity=3, order_id="O1", return_method="keep_it")
    shop.match("R1", "O1", 2, "20")
    shop.match("R1", "O2", 1, "10")
    assert shop.costs()["outbound_shipping"] == Decimal("6.0000")


def test_a_line_without_purchase_has_no_outbound_shipping(shop: Shop) -> None:
    shop.rma("R1", **BACK)
    assert "outbound_shipping" not in shop.costs()


def test_what_is_paid_once_an_rma_is_split_without_loss(shop: Shop) -> None:
    shop.rates(CostSettings(label=LabelRates(mail=Decimal(7)), payment_fee_share=Decimal(0)))
    for line in ("1", "2", "3"):
        shop.rma("R1", **BACK, rma_line_id=line)
    shop.build()
    shares = {
        name: [row["amount"] for row in shop.table("return_costs") if row["component"] == name]
        for name in ("label", "payment_fee", "support")
    }
    assert shares == {
        "label": [Decimal("2.3333"), Decimal("2.3334"), Decimal("2.3333")],
        "payment_fee": [Decimal("0.0833"), Decimal("0.0834"), Decimal("0.0833")],
        "support": [Decimal("0.5000"), Decimal("0.5000"), Decimal("0.5000")],
    }


def test_every_parcel_of_an_rma_has_its_label(shop: Shop) -> None:
    shop.rma("R1", **BACK, tracking_number="T1")
    shop.rma("R1", **BACK, rma_line_id="2", tracking_number="T2")
    shop.rma("R1", rma_line_id="3", status="denied", return_method="mail")
    shop.build()
    labels = [(row["rma_line_id"], row["amount"]) for row in shop.table("return_costs") if row["component"] == "label"]
    assert labels == [("1", Decimal(6)), ("2", Decimal(6))]


@pytest.mark.parametrize("refund_method", ["store_credit", "gift_card", "cash", "exchange", "none"])
def test_fees_are_lost_only_where_a_card_was_refunded(shop: Shop, refund_method: str) -> None:
    shop.rma("R1", **BACK, refund_method=refund_method)
    shop.rma("R2", **BACK, refund_method="other_card")
    shop.build()
    fees = [row["rma_id"] for row in shop.table("return_costs") if row["component"] == "payment_fee"]
    assert fees == ["R2"]


@pytest.mark.parametrize(
    ("refund", "expected"), [("100", "-15"), ("85", None), ("95", "-10"), ("115", "-15"), ("0", None)]
)
def test_a_restocking_fee_withheld_from_the_refund_is_not_recovered_again(
    shop: Shop, refund: str, expected: str | None
) -> None:
    shop.rma("R1", **{**BACK, "refund_amount": refund}, restocking_fee=15)
    assert shop.costs().get("restocking_fee") == (expected and Decimal(expected))


def test_a_restocking_fee_of_unknown_price_or_of_an_exchange_counts_in_full(shop: Shop) -> None:
    shop.rma("R1", refund_amount=85, restocking_fee=15)
    shop.rma("R2", status="exchanged", restocking_fee=15)
    shop.rma("R3", status="received", restocking_fee=15)
    shop.build()
    fees = {row["rma_id"]: row["amount"] for row in shop.table("return_costs") if row["component"] == "restocking_fee"}
    assert fees == {"R1": Decimal(-15), "R2": Decimal(-15)}


def test_the_settings_can_say_that_refunds_are_net_of_the_fee(shop: Shop) -> None:
    shop.rates(CostSettings(refund_is_net_of_restocking_fee=True))
    shop.rma("R1", **BACK, restocking_fee=15)
    assert "restocking_fee" not in shop.costs()


def test_a_restocking_rate_stands_in_where_goods_came_back_without_a_fee(shop: Shop) -> None:
    shop.rates(CostSettings(restocking_share=Decimal("0.1")))
    shop.rma("R1", **BACK)
    shop.rma("R2", **REFUND, return_method="keep_it")
    shop.build()
    fees = [
        (row["rma_id"], row["amount"], row["basis"])
        for row in shop.table("return_costs")
        if row["component"] == "restocking_fee"
    ]
    assert fees == [("R1", Decimal(-10), "rate")]


def test_contacts_go_to_the_nearest_rma_of_their_order_or_shopper(shop: Shop) -> None:
    shop.rma("R1", order_id="O1", customer_id="C1", status="denied")
    shop.rma("R2", order_id="O1", customer_id="C1", requested_at="2025-01-20")
    shop.rma("R3", order_id="O3", customer_id="C3")
    for number, (order_id, customer_id, day) in enumerate(
        [
            ("O1", None, 3),  # R1: a week before its request
            ("O1", None, 14),  # R1: four days after it, six before R2
            (None, "C1", 16),  # R2: four days before it, six after R1
            ("O1", None, 2),  # nobody: more than a week before
            ("O9", "C3", 12),  # nobody: another order of the shopper
            (None, "C9", 12),  # nobody: no RMA of that shopper
        ]
    ):
        values = {"order_id": order_id, "customer_id": customer_id, "contacted_at": f"2025-01-{day:02d}"}
        shop.insert("support_contacts", contact_id=str(number), **values)
    shop.build()
    support = {row["rma_id"]: row["amount"] for row in shop.table("return_costs") if row["component"] == "support"}
    assert support == {"R1": Decimal(10), "R2": Decimal(5)}


def test_days_fall_back_to_the_next_best_moment(shop: Shop) -> None:
    shop.rma("R1", status="closed", refund_amount=100, condition_grade="A", closed_at="2025-01-25 23:59:00")
    shop.build()
    days = {row["component"]: row["incurred_on"] for row in shop.table("return_costs")}
    closed, requested = date(2025, 1, 25), date(2025, 1, 10)
    assert days == {
        "refund": closed,
        "payment_fee": closed,
        "handling": closed,
        "resale": closed,
        "label": requested,
        "support": requested,
    }


def test_a_refund_of_nothing_has_no_row(shop: Shop) -> None:
    shop.rma("R1", **{**BACK, "refund_amount": 0})
    assert "refund" not in shop.costs()
    assert shop.failed_checks() == []


def test_of_a_large_line_a_sample_is_inspected(shop: Shop) -> None:
    shop.rma("R1", **{**BACK, "quantity": 500, "received_quantity": 500})
    # 2 for the line and 1 for each of the 20 units of the sample
    assert shop.costs()["handling"] == Decimal(22)


MANY_LINES = 300_000
"""Rows that DuckDB shares out among threads."""
ENTRIES = (
    "carrier_claim", "chargeback", "chargeback_fee", "exchange_difference", "fraud_loss", "gift_wrap", "handling",
    "label", "markdown", "outbound_shipping", "paid_twice", "payment_fee", "refund", "refurbish", "resale",
    "restocking_fee", "retained", "salvage", "supplier_claim", "support", "write_off",
)  # fmt: skip


def test_entries_stand_by_line_and_component_though_only_lines_are_sorted() -> None:
    amounts = ", ".join(f"(hash(place, {n}) % 3)::decimal(18, 4) as {name}" for n, name in enumerate(ENTRIES))
    facts = ", ".join(f"true as is_{name}_actual" for name in ("label", "resale", "restocking", "retained"))
    days = ", ".join(
        f"date '2025-01-01' as {name}_on" for name in ("requested", "sent", "arrived", "graded", "refunded", "disputed")
    )
    with duckdb.connect(config={"threads": 4}) as connection:
        connection.execute("create schema report")
        connection.execute("create table places as select place from range($n) as n (place)", {"n": MANY_LINES})
        # stored in any order but that of their places
        connection.execute(
            "create table report.return_claims as select place, lpad(place::varchar, 6, '0') as rma_id, "
            "'1' as rma_line_id, 'O' as order_id, 'S' as sku from places order by hash(place)"
        )
        columns = f"place, false as is_confirmed_fraud, {facts}, {days}, {amounts}"
        connection.execute(f"create table report.line_costs as select {columns} from places order by hash(place + 1)")  # noqa: S608 - names
        connection.execute(f"create table entries as {statement('reports/build_return_costs')}")
        found = connection.sql("select rma_id, component from entries").pl()
    assert found.height > 2 * MANY_LINES
    assert found.equals(found.sort("rma_id", "component"))
