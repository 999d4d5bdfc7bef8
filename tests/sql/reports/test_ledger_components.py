"""Components of the ledger beyond the ordinary return; mirrors ``price_return_claims.sql``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.cost_model import CostSettings

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

from tests.sql.reports.conftest import QUIET

REFUND = {"refund_amount": 100, "refunded_at": "2025-01-20", "requested_amount": 100, "unit_cost": 40}
BACK = {**REFUND, "received_at": "2025-01-15", "return_method": "mail"}


def quiet(**rates: object) -> CostSettings:
    """Return rates with which only refunds, goods and what is named are in the ledger."""
    return CostSettings.model_validate(QUIET.model_dump() | rates)


def costs(shop: Shop) -> dict[str, str]:
    """Return the ledger of a shop with one line: amount by component, as text without trailing zeros."""
    return {name: f"{amount.normalize():f}" for name, amount in shop.costs().items()}


def test_wrapping_is_lost_for_the_share_of_a_gift_order_that_returned(shop: Shop) -> None:
    shop.rates(quiet(gift_wrap=3))
    shop.sell("O1", "A", 3, "100")
    shop.sell("O2", "A", 3, "100")
    for rma_id, order_id in (("R1", "O1"), ("R2", "O2")):
        shop.rma(rma_id, **BACK, order_id=order_id, condition_grade="A")
        shop.match(rma_id, order_id, 1, "100")
    shop.build()
    shop.connection.execute("update core.orders set is_gift = order_id = 'O1'")
    shop.report()
    found = [(row["rma_id"], row["amount"]) for row in shop.table("return_costs") if row["component"] == "gift_wrap"]
    assert found == [("R1", Decimal(1))]
    assert shop.failed_checks() == []


@pytest.mark.parametrize(
    ("grade", "per_day", "write_off", "markdown"),
    [
        ("A", "0.01", None, "5.6"),  # 40 x 1 % x 14 days from the order to the receipt
        ("B", "0.01", "8", "4.48"),  # of the 32 that grade B is worth
        ("D", "0.01", "40", None),  # scrap has nothing left to lose
        ("A", "0.5", None, "40"),  # never more than it is worth
    ],
)
def test_goods_lose_value_for_every_day_that_they_are_out_of_stock(
    shop: Shop, grade: str, per_day: str, write_off: str | None, markdown: str | None
) -> None:
    shares = {"grade_a": 1, "grade_b": "0.8", "grade_d": 0}
    shop.rates(quiet(markdown_per_day=per_day, resale_share=shares))
    shop.rma("R1", **BACK, condition_grade=grade, ordered_at="2025-01-01")
    found = costs(shop)
    assert (found.get("write_off"), found.get("markdown")) == (write_off, markdown)


def test_goods_of_an_unknown_order_are_out_of_stock_for_no_known_time(shop: Shop) -> None:
    shop.rates(quiet(markdown_per_day="0.01"))
    shop.rma("R1", **BACK, condition_grade="A")
    assert costs(shop) == {"refund": "100", "resale": "-40"}


def test_scrap_brings_its_salvage(shop: Shop) -> None:
    shop.rates(quiet(salvage_share="0.1", resale_share={"grade_d": 0, "grade_c": "0.5"}))
    shop.rma("R1", **BACK, condition_grade="D")
    assert costs(shop) == {"refund": "100", "resale": "-40", "write_off": "40", "salvage": "-4"}
    shop.connection.execute("update core.rma_lines set condition_grade = 'C'")
    assert costs(shop) == {"refund": "100", "resale": "-40", "write_off": "20"}


EXCHANGED = {"status": "exchanged", "unit_cost": 40, "requested_amount": 100}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # the goods that came back stand against those that went out
        ({"condition_grade": "A"}, {}),
        # nothing came back: what went out is lost
        ({"claim_type": "item_not_received"}, {"exchange_difference": "40"}),
        ({"quantity": 2, "received_quantity": 1}, {"exchange_difference": "40"}),
        # paid in goods: the sale stays, the goods that go out cost what those that came back did
        (
            {"condition_grade": "A", "refund_method": "exchange", "refund_amount": 100},
            {"refund": "100", "resale": "-40", "exchange_difference": "40", "retained": "-100"},
        ),
        # the shopper chose something cheaper for 75 and got 25 back: 40 x 75 %
        (
            {"condition_grade": "A", "refund_method": "original", "refund_amount": 25},
            {"refund": "25", "resale": "-40", "exchange_difference": "30"},
        ),
        # all money back: nothing was left to send goods for
        ({"condition_grade": "A", "refund_amount": 100}, {"refund": "100", "resale": "-40"}),
        # no unit cost: half of the price stands for it
        ({"claim_type": "item_not_received", "unit_cost": None}, {"exchange_difference": "50"}),
        ({"claim_type": "item_not_received", "unit_cost": None, "requested_amount": None}, {}),
    ],
)
def test_an_exchange_costs_the_goods_that_went_out_less_those_that_came_back(
    shop: Shop, values: dict[str, Any], expected: dict[str, str]
) -> None:
    shop.rates(quiet())
    shop.rma("R1", **EXCHANGED | values)
    assert costs(shop) == expected
    assert shop.failed_checks() == []


def test_store_credit_is_owed_in_full_unless_the_settings_say_what_stays(shop: Shop) -> None:
    shop.rates(quiet())
    shop.rma("R1", **BACK, condition_grade="A", refund_method="store_credit")
    assert costs(shop) == {"refund": "100", "resale": "-40"}
    shop.rates(quiet(credit_retained_share="0.25"))
    assert costs(shop) == {"refund": "100", "resale": "-40", "retained": "-25"}
    shop.connection.execute("update core.rma_lines set refund_method = 'original'")
    assert costs(shop) == {"refund": "100", "resale": "-40"}


def dispute(shop: Shop, amount: int, outcome: str | None, number: int = 1, **values: object) -> None:
    """Add a chargeback on order O1, opened on 1 February 2025."""
    row = {"order_id": "O1", "opened_at": "2025-02-01", "amount": amount, "outcome": outcome}
    shop.insert("chargebacks", chargeback_id=f"B{number}", **row | values)


@pytest.mark.parametrize(
    ("refund", "outcome", "expected"),
    [
        (None, "lost", {"chargeback": "100"}),
        (None, None, {"chargeback": "100"}),
        (None, "won", {}),
        # both were paid: the second payment is told as such
        (100, "lost", {"refund": "100", "paid_twice": "100"}),
        # it may yet be won, and the refund is counted already
        (100, None, {"refund": "100"}),
        (100, "Withdrawn", {"refund": "100"}),
        (30, "lost", {"refund": "30", "chargeback": "70", "paid_twice": "30"}),
    ],
)
def test_a_chargeback_and_a_refund_are_both_a_loss_only_where_both_were_paid(
    shop: Shop, refund: int | None, outcome: str | None, expected: dict[str, str]
) -> None:
    shop.rates(quiet())
    shop.sell("O1", "A", 1, "100")
    shop.rma("R1", order_id="O1", status="requested", requested_amount=100, refund_amount=refund)
    dispute(shop, 100, outcome)
    assert {name: amount for name, amount in costs(shop).items() if name != "resale"} == expected
    assert [row for row in shop.table("report_trial_balance") if not row["is_ok"]] == []


def test_goods_that_a_chargeback_paid_for_are_won_back_like_those_of_a_refund(shop: Shop) -> None:
    shop.rates(quiet(outbound_shipping=6))
    shop.sell("O1", "A", 1, "100")
    shop.rma("R1", order_id="O1", status="rejected", requested_amount=100, unit_cost=40, condition_grade="A")
    shop.match("R1", "O1", 1, "100")
    dispute(shop, 100, "lost")
    assert costs(shop) == {"chargeback": "100", "outbound_shipping": "6", "resale": "-40"}


def test_a_chargeback_is_split_over_its_orders_lines_by_what_they_ask_back(shop: Shop) -> None:
    shop.rates(quiet(chargeback_fee=15))
    shop.sell("O1", "A", 2, "50")
    shop.rma("R1", order_id="O1", status="denied", requested_amount=20)
    shop.rma("R1", rma_line_id="2", order_id="O1", status="denied", requested_amount=10)
    dispute(shop, 100, "lost")
    dispute(shop, 100, "won", 2, opened_at="2025-01-31")
    shop.build()
    ledger = [tuple(row.values())[1:2] + tuple(row.values())[4:7] for row in shop.table("return_costs")]
    day = date(2025, 1, 31)
    assert ledger == [
        ("1", "chargeback", Decimal("66.6666"), day),
        ("1", "chargeback_fee", Decimal("19.9995"), day),
        ("2", "chargeback", Decimal("33.3334"), day),
        ("2", "chargeback_fee", Decimal("10.0005"), day),
    ]
    assert shop.failed_checks() == []


def test_lines_of_unknown_value_bear_a_chargeback_evenly(shop: Shop) -> None:
    shop.rates(quiet())
    shop.rma("R1", order_id="O1", status="denied")
    shop.rma("R2", order_id="O1", status="denied")
    dispute(shop, 9, "lost")
    shop.build()
    assert [row["amount"] for row in shop.table("return_costs")] == [Decimal("4.5"), Decimal("4.5")]


def verdict(shop: Shop, word: str, day: str = "2025-01-20") -> None:
    """Add a verdict on R1."""
    shop.insert("review_labels", rma_id="R1", verdict=word, decided_at=day, decided_by=day)


def test_what_was_only_assumed_of_a_confirmed_fraud_is_lost_and_nothing_else_twice(shop: Shop) -> None:
    shop.rates(quiet(resale_share={"not_given": "0.8"}))
    shop.rma("R1", **BACK)
    verdict(shop, "fraud")
    # the refund is the loss; the 32 that ungraded goods were thought to be worth are taken back
    assert costs(shop) == {"refund": "100", "resale": "-40", "write_off": "8", "fraud_loss": "32"}
    assert {row["is_confirmed_fraud"] for row in shop.table("return_costs")} == {True}


@pytest.mark.parametrize("values", [{"condition_grade": "A"}, {"condition_grade": "empty_box"}, {"refund_amount": 0}])
def test_goods_that_were_looked_at_are_worth_what_was_seen_whatever_the_verdict(
    shop: Shop, values: dict[str, object]
) -> None:
    shop.rates(quiet())
    shop.rma("R1", **BACK | values)
    verdict(shop, "fraud")
    assert "fraud_loss" not in costs(shop)


def test_the_last_verdict_holds(shop: Shop) -> None:
    shop.rates(quiet())
    shop.rma("R1", **BACK)
    verdict(shop, "fraud")
    verdict(shop, "legitimate", "2025-01-21")
    assert costs(shop) == {"refund": "100", "resale": "-40"}
    assert {row["is_confirmed_fraud"] for row in shop.table("return_costs")} == {False}


CLAIMS = {"supplier_claim_share": "0.5", "carrier_claim_share": "0.25", "resale_share": {"grade_c": "0.4"}}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # 24 written off and 5 of repair, half of it from the supplier
        ({"claim_type": "warranty"}, {"supplier_claim": "-14.5"}),
        ({"reason_code": "DEFECTIVE"}, {"supplier_claim": "-14.5"}),
        ({"reason_code": "too small"}, {}),
        # the refund of 100 less the 16 that the goods are still worth, a quarter of it from the carrier
        ({"claim_type": "damaged_in_transit", "reason_code": "defective"}, {"carrier_claim": "-21"}),
        ({"claim_type": "item_not_received"}, {"carrier_claim": "-25"}),
        ({"claim_type": "missing_item"}, {}),
    ],
)
def test_suppliers_pay_for_defects_and_carriers_for_the_way(
    shop: Shop, values: dict[str, object], expected: dict[str, str]
) -> None:
    shop.rates(quiet(**CLAIMS, refurbish={"grade_c": 5}))
    shop.rma("R1", **BACK, condition_grade="C", **values)
    assert {name: amount for name, amount in costs(shop).items() if name.endswith("claim")} == expected
    assert shop.failed_checks() == []


def test_a_line_without_a_refund_brings_no_claim_against_a_carrier(shop: Shop) -> None:
    shop.rates(quiet(**CLAIMS))
    shop.rma("R1", claim_type="item_not_received", status="denied", requested_amount=100)
    assert costs(shop) == {}


def test_a_rule_changes_the_rates_of_the_lines_that_it_names(shop: Shop) -> None:
    shop.rules({"category": "Shirts", "label": 1, "resale_share": {"grade_b": "0.5"}, "handling_per_line": 9})
    for rma_id, category in (("R1", "SHIRTS"), ("R2", "Bags")):
        shop.rma(rma_id, **BACK, condition_grade="B", category=category)
    shop.build()
    ledger = {(row["rma_id"], row["component"]): row["amount"] for row in shop.table("return_costs")}
    changed = {name: (ledger["R1", name], ledger["R2", name]) for name in ("label", "write_off", "handling", "support")}
    assert changed == {
        "label": (Decimal(1), Decimal(6)),
        "write_off": (Decimal(20), Decimal(8)),
        "handling": (Decimal(10), Decimal(3)),
        "support": (Decimal("1.5"), Decimal("1.5")),
    }
    assert shop.failed_checks() == []
