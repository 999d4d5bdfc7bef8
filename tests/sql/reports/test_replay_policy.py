"""Each clause on lines whose ledger is known to the cent; mirrors ``replay_policy.sql``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.policy.clauses import CLAUSES
from tests.sql.reports.steps_shop import POLICY, build, fill

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

COMPONENTS = (
    "refund", "outbound_shipping", "label", "handling", "refurbish", "write_off", "payment_fee", "restocking_fee",
    "resale", "other",
)  # fmt: skip


def policies(shop: Shop) -> dict[str, dict[str, Any]]:
    return {row["scenario"]: row for row in build(shop, *POLICY)}


def replayed(shop: Shop, scenario: str) -> dict[str, Decimal]:
    """Return what a policy saves, by component, where that is not 0."""
    row = policies(shop)[scenario]
    parts = {name: row[f"saved_{name}"] for name in COMPONENTS}
    assert sum(parts.values()) == row["saved"]
    return {name: amount for name, amount in parts.items() if amount}


def grade_b(shop: Shop, rma_id: str = "R1", **values: object) -> None:
    """Add a return of 50 that came back B, 35 days after the order of 1 December and its delivery is not known.

    Its ledger by default rates: refund 50, outbound 6 (the whole order), label 6, handling 3, refurbishing 2,
    write-off 4 (a fifth of 20), payment fee 1.25, resale -20, and 1.50 of support, which nothing saves.
    """
    number = str(values.get("rma_line_id", "1"))
    order_id = f"O-{rma_id}-{number}"
    customer = str(values.get("customer_id", "C1"))
    shop.sell(order_id, "A", 1, "50", ordered_at="2024-12-01", customer_id=customer)
    bought = {"order_id": order_id, "line_id": "1", "ordered_at": "2024-12-01", "match_method": "keys"}
    line = {"requested_at": "2025-01-05", "refund_amount": 50, "requested_amount": 50, "unit_cost": 20}
    found = {"condition_grade": "B", "reason_code": "changed_mind", "is_opened": False, "customer_id": customer}
    shop.rma(rma_id, **{**bought, "matched_quantity": 1, **line, **found, **values})
    shop.match(rma_id, order_id, 1, "50", rma_line_id=number)


def money(**amounts: str | int) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in amounts.items()}


def test_the_line_of_these_tests_costs_what_they_say(shop: Shop) -> None:
    grade_b(shop)
    row = build(shop)[0]
    assert (row["cost"], row["support"]) == (Decimal("53.75"), Decimal("1.5"))


def test_a_return_after_the_window_is_not_had_at_all(shop: Shop) -> None:
    grade_b(shop)
    everything = money(
        refund=50, outbound_shipping=6, label=6, handling=3, refurbish=2, write_off=4, payment_fee="1.25", resale=-20
    )
    assert replayed(shop, "window_days=30") == everything
    row = policies(shop)["window_days=30"]
    assert (row["saved"], row["saved_share"]) == (Decimal("52.25"), pytest.approx(52.25 / 53.75))
    assert (row["n_lines"], row["n_rmas_refused"], row["n_lines_refused"], row["n_lines_not_handled"]) == (1, 1, 1, 1)


@pytest.mark.parametrize(("requested", "n_refused"), [("2024-12-31 23:59:59", 0), ("2025-01-01", 1)])
def test_the_last_day_of_a_window_is_in_it(requested: str, n_refused: int, shop: Shop) -> None:
    grade_b(shop, requested_at=requested)
    assert policies(shop)["window_days=30"]["n_lines_refused"] == n_refused


def test_a_window_runs_from_the_delivery(shop: Shop) -> None:
    grade_b(shop, delivered_at="2024-12-10")
    assert replayed(shop, "window_days=30") == {}
    assert policies(shop)["window_days=14"]["n_lines_refused"] == 1


def test_a_window_is_no_matter_of_claims_or_of_unknown_purchases(shop: Shop) -> None:
    grade_b(shop, claim_type="damaged_in_transit")
    grade_b(shop, "R2", ordered_at=None)
    row = policies(shop)["window_days=14"]
    assert (row["n_lines"], row["saved"], row["n_unknown"]) == (0, Decimal(0), 1)


def test_a_warranty_is_for_warranty_claims(shop: Shop) -> None:
    grade_b(shop, claim_type="warranty", ordered_at="2024-01-01")
    grade_b(shop, "R2", ordered_at="2024-01-01")
    assert policies(shop)["warranty_days=365"]["saved"] == Decimal("52.25")
    assert policies(shop)["warranty_days=730"]["saved"] == Decimal(0)


def test_a_restocking_fee_falls_away_with_the_return(shop: Shop) -> None:
    # Price and refund 50 and a fee of 8: the ledger has a recovery of 8, which a refused return does not bring.
    grade_b(shop, restocking_fee=8)
    assert replayed(shop, "window_days=30")["restocking_fee"] == Decimal(-8)
    assert policies(shop)["window_days=30"]["saved"] == Decimal("44.25")


def test_opened_goods_are_sent_back_at_the_inspection(shop: Shop) -> None:
    grade_b(shop, is_opened=True)
    saved = money(refund=50, refurbish=2, write_off=4, payment_fee="1.25", resale=-20)
    assert replayed(shop, "unopened_only=yes") == saved


@pytest.mark.parametrize("values", [{"is_opened": False}, {"is_opened": None}, {"reason_code": "damaged"}])
def test_what_is_not_opened_or_the_fault_of_the_shop_is_taken(values: dict[str, object], shop: Shop) -> None:
    grade_b(shop, "R1", **{"is_opened": True, **values})
    assert replayed(shop, "unopened_only=yes") == {}
    assert policies(shop)["unopened_only=yes"]["n_unknown"] == (values.get("is_opened", True) is None)


def test_a_fee_is_a_share_of_the_refund_of_opened_goods(shop: Shop) -> None:
    grade_b(shop, is_opened=True)
    grade_b(shop, "R2", is_opened=False)
    grade_b(shop, "R3", is_opened=True, reason_code="defective")
    assert replayed(shop, "restocking_fee_share=0.15") == money(restocking_fee="7.5")
    assert policies(shop)["restocking_fee_share=0.15"]["n_lines_charged"] == 1


def test_a_fee_takes_the_place_of_the_one_that_was_withheld(shop: Shop) -> None:
    # 10 were withheld of 50; 15 % of the 50 before the fee are 7.50: the shop earns 2.50 less.
    grade_b(shop, is_opened=True, refund_amount=40, restocking_fee=10)
    assert replayed(shop, "restocking_fee_share=0.15") == money(restocking_fee="-2.5")
    assert replayed(shop, "restocking_fee_share=0") == money(restocking_fee=-10)
    assert policies(shop)["restocking_fee_share=0.15"]["n_lines_charged"] == 0


def test_a_fee_takes_the_place_of_the_one_that_was_recovered(shop: Shop) -> None:
    grade_b(shop, is_opened=True, refund_amount=50, restocking_fee=5)
    assert replayed(shop, "restocking_fee_share=0.2") == money(restocking_fee=5)


def test_a_fee_is_for_unauthorized_arrivals_too(shop: Shop) -> None:
    grade_b(shop)
    shop.rma("R2", status="requested", authorized_at="2025-01-11")
    assert replayed(shop, "restocking_fee_share=0.1") == money(restocking_fee=5)


def test_credit_saves_the_fees_of_paying_out(shop: Shop) -> None:
    grade_b(shop)
    grade_b(shop, "R2", refund_method="store_credit")
    grade_b(shop, "R3", reason_code="wrong_item")
    row = policies(shop)["store_credit_from_day=31"]
    assert (row["saved"], row["saved_payment_fee"], row["credited_amount"]) == (
        Decimal("1.25"), Decimal("1.25"), Decimal(50),
    )  # fmt: skip
    assert (row["n_lines_credited"], row["honest_shoppers_credited"], row["honest_shoppers_charged"]) == (1, 1, 0)


def test_credit_begins_on_its_day(shop: Shop) -> None:
    grade_b(shop, requested_at="2024-12-16")
    grade_b(shop, "R2", requested_at="2024-12-15")
    grade_b(shop, "R3", ordered_at=None)
    found = policies(shop)
    assert found["store_credit_from_day=15"]["n_lines_credited"] == 1
    assert found["store_credit_from_day=0"]["n_lines_credited"] == 3
    assert (found["store_credit_from_day=15"]["n_unknown"], found["store_credit_from_day=0"]["n_unknown"]) == (1, 0)


def test_cheap_goods_are_kept(shop: Shop) -> None:
    grade_b(shop, requested_amount=14, refund_amount=14, unit_cost=5)
    # Label 6, handling 3, refurbishing 2 and a fifth of 5 are saved, the 5 that the goods were worth are lost.
    assert replayed(shop, "keep_it_below=15") == money(label=6, handling=3, refurbish=2, write_off=1, resale=-5)
    row = policies(shop)["keep_it_below=15"]
    assert (row["n_lines_kept"], row["n_lines_refused"], row["honest_shoppers_affected"]) == (1, 0, 0)
    assert policies(shop)["keep_it_below=10"]["n_lines"] == 0


def test_an_rma_is_kept_whole_or_not(shop: Shop) -> None:
    grade_b(shop, requested_amount=8, refund_amount=8)
    grade_b(shop, rma_line_id="2", requested_amount=8, refund_amount=8)
    grade_b(shop, "R2", requested_amount=8, refund_amount=8)
    shop.rma("R2", rma_line_id="2", status="exchanged", requested_amount=1)
    grade_b(shop, "R3", requested_amount=8, refund_amount=8)
    grade_b(shop, "R4", requested_amount=None, refund_amount=8)
    found = policies(shop)
    # R1 asks back 16, of R2 a line is exchanged, of R4 no price is known.
    assert (found["keep_it_below=15"]["n_lines_kept"], found["keep_it_below=20"]["n_lines_kept"]) == (1, 3)
    assert found["keep_it_below=15"]["n_unknown"] == 1


def test_shoppers_pay_the_label_unless_the_shop_is_at_fault(shop: Shop) -> None:
    grade_b(shop, label_cost="4.4")
    grade_b(shop, "R2", reason_code="damaged")
    grade_b(shop, "R3", return_method="store")
    assert replayed(shop, "free_label=no") == money(label="4.4")
    assert policies(shop)["free_label=no"]["honest_shoppers_charged"] == 1


def test_denied_lines_that_would_be_in_time_are_admitted_at_an_estimate(shop: Shop) -> None:
    shop.insert("products", sku="A", return_window_days=14)
    late = {"status": "denied", "refund_amount": None, "condition_grade": None}
    grade_b(shop, "R1", **late, requested_amount=100)
    grade_b(shop, "R2", requested_at="2024-12-05")
    grade_b(shop, "R3", requested_at="2024-12-05")
    found = policies(shop)
    assert (found["window_days=30"]["n_lines_admitted"], found["window_days=60"]["n_lines_admitted"]) == (0, 1)
    row = found["window_days=60"]
    # The two accepted returns cost 53.75 for each 50, both alike: 107.50 for 100, and no doubt about it.
    bounds = ("admitted_cost_low", "admitted_cost_estimate", "admitted_cost_high")
    assert [row[name] for name in bounds] == [Decimal("107.5")] * 3
    assert (row["saved"], row["saved_less_admitted"]) == (Decimal(0), Decimal("-107.5"))


def test_the_bounds_of_an_estimate_come_from_single_returns(shop: Shop) -> None:
    shop.insert("products", sku="A", return_window_days=14)
    grade_b(shop, status="denied", refund_amount=None, condition_grade=None, requested_amount=100)
    # Two returns without goods, label or fees cost 40 and 60 of 50: 1 for 1, each 10 away, so that the margin is
    # 1.96 times the root of (100 + 100) / (2 - 1).
    for number, refund in enumerate((40, 60)):
        plain = {"return_method": "keep_it", "refund_method": "cash", "requested_at": "2024-12-05"}
        shop.rma(f"K{number}", refund_amount=refund, requested_amount=50, reason_code="other", **plain)
    row = policies(shop)["window_days=60"]
    contacts = Decimal("1.5")
    assert build(shop)[0]["support"] == contacts
    assert row["admitted_cost_estimate"] == 100 + 2 * contacts
    assert row["admitted_cost_high"] - row["admitted_cost_estimate"] == Decimal("27.7186")


def test_honest_shoppers_are_those_without_a_suspicious_rma(shop: Shop) -> None:
    for number, customer in enumerate(("C1", "C1", "C2", "C3", "C3")):
        grade_b(shop, f"R{number}", customer_id=customer)
    shop.flag("R3")
    row = policies(shop)["window_days=30"]
    assert (row["honest_shoppers_affected"], row["honest_shoppers_refused"]) == (2, 2)
    assert (row["saved"], row["saved_suspicious"]) == (Decimal("261.25"), Decimal("52.25"))
    # C1 bought for 100 and C2 for 50 in the year before; a tenth of it is assumed lost.
    assert (row["sales_of_affected"], row["sales_at_risk"]) == (Decimal(150), Decimal(15))


def test_the_queue_loses_rmas_that_are_refused_whole(shop: Shop) -> None:
    for rma_id in ("R1", "R2", "R3"):
        grade_b(shop, rma_id)
        shop.flag(rma_id, is_flagged=rma_id != "R3")
    grade_b(shop, "R2", rma_line_id="2", claim_type="missing_item")
    row = policies(shop)["window_days=30"]
    assert (row["n_rmas_refused"], row["queue_change"], row["queue_change_share"]) == (3, -1, -0.5)


def test_a_shop_without_returns_has_a_row_for_each_policy(shop: Shop) -> None:
    rows = policies(shop).values()
    assert {row["clause"] for row in rows} == {clause.name for clause in CLAUSES}
    assert {(row["saved"], row["saved_share"], row["queue_change_share"]) for row in rows} == {(Decimal(0), None, None)}


def test_shorter_windows_never_refuse_less(shop: Shop) -> None:
    fill(shop, 7)
    found = policies(shop)
    counts = [found[f"window_days={days}"]["n_lines_refused"] for days in (90, 60, 30, 14)]
    assert counts == sorted(counts)
    assert counts[-1] > 0


def test_no_policy_saves_more_than_was_spent(shop: Shop) -> None:
    fill(shop, 8)
    rows = policies(shop)
    ledger: dict[str, Decimal] = {}
    for row in shop.table("return_costs"):
        if row["amount"] > 0:
            ledger[row["component"]] = ledger.get(row["component"], Decimal(0)) + row["amount"]
    spent = {name: ledger.get(name, Decimal(0)) for name in COMPONENTS}
    spent["other"] = sum((ledger[name] for name in ledger.keys() - set(COMPONENTS)), Decimal(0))
    gained = [
        (scenario, name)
        for scenario, row in rows.items()
        for name in COMPONENTS
        if name != "restocking_fee" and row[f"saved_{name}"] > spent[name]
    ]
    assert gained == []


def test_large_amounts_are_reckoned_as_small_ones(shop: Shop) -> None:
    grade_b(shop, refund_amount=8_000_000, requested_amount=8_000_000, is_opened=True, restocking_fee=0)
    found = policies(shop)
    assert found["restocking_fee_share=0.2"]["saved"] == Decimal(1_600_000)
    assert found["window_days=30"]["saved_refund"] == Decimal(8_000_000)
