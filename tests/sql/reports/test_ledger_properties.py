"""What holds of the ledger and its reports whatever was delivered; mirrors ``build_return_costs.sql``."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.canonical import STATUSES
from pipelines.reports.catalogue import REPORT_TABLES
from tests.sql.reports.conftest import needed

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop

MONEY = st.decimals(0, 5000, places=4)
DAYS = st.sampled_from(["2025-01-05", "2025-01-12 08:30:00", "2025-01-31 23:59:59"])


def words(text: str) -> st.SearchStrategy[str | None]:
    """Return one of the words, or null."""
    return st.sampled_from([None, *text.split()])


LINES = st.lists(
    st.fixed_dictionaries(
        {
            "rma_id": st.sampled_from(["R1", "R2", "R3"]),
            "sku": st.sampled_from(["A", "B"]),
            "quantity": st.integers(1, 7),
            "requested_at": DAYS,
            "status": st.sampled_from(STATUSES.split()),
            "claim_type": words("return item_not_received missing_item damaged_in_transit warranty"),
            "return_method": words("mail store locker pickup keep_it"),
            "tracking_number": words("T1 T2"),
            "condition_grade": words("A B C D wrong_item empty_box missing"),
            "refund_method": words("original store_credit other_card exchange"),
            "category": words("Shirts Bags"),
            "reason_code": words("late size"),
            "received_at": st.none() | DAYS,
            "refunded_at": st.none() | DAYS,
            "shipped_at": st.none() | DAYS,
            "dock_received": st.none() | st.booleans(),
            "received_quantity": st.none() | st.integers(0, 9),
            "refund_amount": st.none() | MONEY,
            "requested_amount": st.none() | MONEY,
            "restocking_fee": st.none() | MONEY,
            "label_cost": st.none() | MONEY,
            "unit_cost": st.none() | MONEY,
            "source": st.sampled_from(["canonical", "shopify"]),
            "order_id": words("O1 O2"),
        }
    ),
    max_size=7,
)
DISPUTES = st.lists(
    st.fixed_dictionaries(
        {
            "order_id": st.sampled_from(["O1", "O2", "O9"]),
            "amount": MONEY,
            "outcome": words("won lost"),
            "opened_at": DAYS,
        }
    ),
    max_size=3,
)
VERDICTS = st.dictionaries(st.sampled_from(["R1", "R2"]), st.sampled_from(["fraud", "legitimate"]))
SHARES = ("markdown_per_day", "salvage_share", "supplier_claim_share", "carrier_claim_share", "credit_retained_share")
RULES = st.lists(
    st.fixed_dictionaries(
        {"label": st.decimals(0, 9, places=2)},
        optional={
            "category": st.just("shirts"),
            "return_method": st.sampled_from(["mail", "not_given"]),
            "from": st.sampled_from(["2025-01-06", "2025-01-12"]),
            **dict.fromkeys(SHARES, st.decimals(0, 1, places=2)),
        },
    ),
    max_size=3,
)
CONTACTS = st.lists(st.tuples(words("O1 O2"), DAYS), max_size=3)


Facts = dict[str, Any]
FACTS = st.fixed_dictionaries(
    {"lines": LINES, "contacts": CONTACTS, "disputes": DISPUTES, "verdicts": VERDICTS, "rules": RULES}
)


def fill(shop: Shop, facts: Facts, order: list[int]) -> Shop:
    """Build a shop whose RMA lines were delivered in the given order; a line with an order is matched to it."""
    shop.sell("O1", "A", 7, "3.3333")
    shop.sell("O2", "B", 3, "9.99")
    shop.rules(*facts["rules"])
    for index in order:
        line = facts["lines"][index]
        shop.rma(**line, rma_line_id=str(index))
        if line["order_id"]:
            shop.match(line["rma_id"], line["order_id"], line["quantity"], "10", rma_line_id=str(index))
    for number, (order_id, at) in enumerate(facts["contacts"]):
        shop.insert("support_contacts", contact_id=str(number), order_id=order_id, contacted_at=at)
    for number, row in enumerate(facts["disputes"]):
        shop.insert("chargebacks", chargeback_id=str(number), **row)
    for rma_id, verdict in facts["verdicts"].items():
        shop.insert("review_labels", rma_id=rma_id, verdict=verdict, decided_at="2025-01-31", decided_by="a")
    shop.build()
    return shop


def total(rows: list[Row], column: str) -> Decimal:
    """Return the exact sum of a column, of which null is nothing."""
    return sum((row[column] or Decimal(0) for row in rows), Decimal(0))


PROPERTY = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
COSTS_BY = (
    *("report_by_sku", "report_by_category", "report_by_reason", "report_reason_groups", "report_reason_checks"),
    *("report_avoidable", "report_segments"),
)
OTHERS = (
    *("gift_wrap", "markdown", "exchange_difference", "chargeback", "paid_twice", "chargeback_fee", "fraud_loss"),
    *("salvage", "retained", "supplier_claim", "carrier_claim"),
)
SAME = ("outbound_shipping", "label", "handling", "refurbish", "write_off", "payment_fee", "support", "resale")
STEP_COLUMNS = {
    **{name: (name,) for name in SAME},
    "refunds": ("refund",),
    "fee_recovered": ("restocking_fee",),
    "other_cost": OTHERS,
}
"""Columns of ``report_return_steps`` and the components of the ledger that each sums up."""
GROUPINGS = {
    "return_costs": ("rma_id", "sku", "component", "basis", "incurred_on", "order_id", "is_confirmed_fraud"),
    "report_return_lines": ("category", "reason", "status", "return_method", "source", "refund_method", "customer_id"),
}


@PROPERTY
@given(facts=FACTS, seed=st.integers(0, 99))
def test_the_ledger_reconciles_whatever_was_delivered_in_whatever_order(
    new_shop: Callable[[], Shop], facts: Facts, seed: int
) -> None:
    order = list(range(len(facts["lines"])))
    shop = fill(new_shop(), facts, order)
    reports = [table.name for table in needed(["report_checks", "report_trial_balance", "report_return_steps"])]
    shop.report(*reports)
    ledger = shop.table("return_costs")
    check_refunds(ledger, facts)
    check_sums(shop, ledger)
    keys = [(row["rma_id"], row["rma_line_id"], row["component"]) for row in ledger]
    assert keys == sorted(set(keys))
    assert all(row["amount"] != 0 and row["incurred_on"] and row["basis"] in {"actual", "rate"} for row in ledger)
    assert shop.failed_checks() == []
    assert [row for row in shop.table("report_trial_balance") if not row["is_ok"]] == []

    random.Random(seed).shuffle(order)  # noqa: S311 - an order of rows, not a secret
    again = fill(new_shop(), facts, order)
    published = {table.name for table in REPORT_TABLES if table.is_published}
    for report in reports:
        found, expected = again.table(report), shop.table(report)
        if report not in published:  # the rows are the same, and nobody reads them in their order
            found, expected = sorted(found, key=str), sorted(expected, key=str)
        assert found == expected
    shop.connection.close()
    again.connection.close()


def check_refunds(ledger: list[Row], facts: Facts) -> None:
    """Hold every euro of refund in the ledger once; what chargebacks took is in it where their order has an RMA."""
    refunds = {
        (line["rma_id"], str(number)): line["refund_amount"]
        for number, line in enumerate(facts["lines"])
        if line["refund_amount"]
    }
    found = [(row["rma_id"], row["rma_line_id"]) for row in ledger if row["component"] == "refund"]
    assert sorted(found) == sorted(refunds)
    assert all(
        row["amount"] == refunds[row["rma_id"], row["rma_line_id"]] for row in ledger if row["component"] == "refund"
    )
    returned = {line["order_id"] for line in facts["lines"]}
    lost = sum(d["amount"] for d in facts["disputes"] if d["outcome"] == "lost" and d["order_id"] in returned)
    open_ = sum(d["amount"] for d in facts["disputes"] if d["outcome"] is None and d["order_id"] in returned)
    counted = sum(row["amount"] for row in ledger if row["component"] in {"chargeback", "paid_twice"})
    assert lost <= counted <= lost + open_


def check_sums(shop: Shop, ledger: list[Row]) -> None:
    """Hold the sum of the ledger the same by whatever its rows are grouped."""
    net = total(ledger, "amount")
    for table, columns in GROUPINGS.items():
        amount = "amount" if table == "return_costs" else "cost"
        for column in columns:
            found = shop.connection.execute(f"select sum({amount}) from report.{table} group by {column}").fetchall()  # noqa: S608
            assert sum((row[0] for row in found), Decimal(0)) == net
    assert total(shop.table("report_costs_by_component"), "amount") == net
    for name in COSTS_BY:
        assert total(shop.table(name), "cost") == net
    steps = shop.table("report_return_steps")
    assert total(steps, "cost") == net
    for column, components in STEP_COLUMNS.items():
        assert total(steps, column) == total([row for row in ledger if row["component"] in components], "amount")


@PROPERTY
@given(facts=FACTS)
def test_no_line_loses_more_than_was_paid_and_what_its_goods_and_services_cost(
    new_shop: Callable[[], Shop], facts: Facts
) -> None:
    shop = fill(new_shop(), facts, list(range(len(facts["lines"]))))
    by_line: dict[tuple[str, str], dict[str, Decimal]] = {}
    for row in shop.table("return_costs"):
        by_line.setdefault((row["rma_id"], row["rma_line_id"]), {})[row["component"]] = row["amount"]
    for amounts in by_line.values():
        got = {name: amounts.get(name, Decimal(0)) for name in (*LOST_VALUE, "resale", "salvage", "retained", "refund")}
        # what goods are said to have lost is never more than they were worth: the refund is not lost twice
        if "resale" in amounts:
            assert sum(got[name] for name in LOST_VALUE) <= -got["resale"] + Decimal("0.0001")
        assert -got["salvage"] <= got["write_off"]
        assert -got["retained"] <= got["refund"]
    shop.connection.close()


LOST_VALUE = ("write_off", "markdown", "fraud_loss")
