"""What holds of the ledger and its reports whatever was delivered; mirrors ``build_return_costs.sql``."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.canonical import STATUSES

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
            "refund_method": words("original store_credit other_card"),
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
CONTACTS = st.lists(st.tuples(words("O1 O2"), DAYS), max_size=3)


def fill(shop: Shop, lines: list[dict[str, Any]], contacts: list[tuple[str | None, str]], order: list[int]) -> Shop:
    """Build a shop whose RMA lines were delivered in the given order; a line with an order is matched to it."""
    shop.sell("O1", "A", 7, "3.3333")
    shop.sell("O2", "B", 3, "9.99")
    for index in order:
        line = lines[index]
        shop.rma(**line, rma_line_id=str(index))
        if line["order_id"]:
            shop.match(line["rma_id"], line["order_id"], line["quantity"], "10", rma_line_id=str(index))
    for number, (order_id, at) in enumerate(contacts):
        shop.insert("support_contacts", contact_id=str(number), order_id=order_id, contacted_at=at)
    shop.build()
    return shop


def total(rows: list[Row], column: str) -> Decimal:
    """Return the exact sum of a column."""
    return sum((row[column] for row in rows), Decimal(0))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, contacts=CONTACTS, seed=st.integers(0, 99))
def test_the_ledger_reconciles_whatever_was_delivered_in_whatever_order(
    new_shop: Callable[[], Shop], lines: list[dict[str, Any]], contacts: list[tuple[str | None, str]], seed: int
) -> None:
    order = list(range(len(lines)))
    shop = fill(new_shop(), lines, contacts, order)
    ledger = shop.table("return_costs")
    refunds = {(line["rma_id"], str(i)): line["refund_amount"] for i, line in enumerate(lines) if line["refund_amount"]}
    assert {
        (row["rma_id"], row["rma_line_id"]): row["amount"] for row in ledger if row["component"] == "refund"
    } == refunds
    assert total(ledger, "amount") == total(shop.table("report_costs_by_component"), "amount")
    for name in ("report_by_sku", "report_by_category", "report_by_reason"):
        assert total(shop.table(name), "cost") == total(ledger, "amount")
    keys = [(row["rma_id"], row["rma_line_id"], row["component"]) for row in ledger]
    assert keys == sorted(set(keys))
    assert all(row["amount"] != 0 and row["incurred_on"] and row["basis"] in {"actual", "rate"} for row in ledger)
    assert shop.failed_checks() == []

    random.Random(seed).shuffle(order)  # noqa: S311 - an order of rows, not a secret
    again = fill(new_shop(), lines, contacts, order)
    for name in ("return_costs", "report_overview", "report_monthly", "report_by_sku", "report_by_reason"):
        assert again.table(name) == shop.table(name)
    shop.connection.close()
    again.connection.close()
