from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


@pytest.fixture
def books(small_shop: Shop) -> Shop:
    """Return the small shop with a chargeback, a refund in goods and one in credit; deliveries stand by themselves."""
    small_shop.rma("R5", refund_amount=20, requested_amount=20, refund_method="exchange")
    small_shop.rma("R6", refund_amount=30, requested_amount=30, refund_method="store_credit", order_id="O1")
    for number, (amount, outcome, order_id) in enumerate([(7, "lost", "O1"), (8, "won", "O1"), (9, None, "O9")]):
        small_shop.insert(
            "chargebacks",
            chargeback_id=f"B{number}",
            order_id=order_id,
            opened_at="2025-02-01",
            amount=amount,
            outcome=outcome,
        )
    small_shop.build("report_trial_balance")
    for name in ("returns", "chargebacks"):
        small_shop.connection.execute(f"create table kept as select * from delivered_{name}")  # noqa: S608
        small_shop.connection.execute(f"drop view delivered_{name}; alter table kept rename to delivered_{name}")
    return small_shop


def failed(shop: Shop) -> dict[str, Decimal]:
    """Balance the books as they stand: the difference of each balance that does not come out, by it and its subject."""
    rows = shop.connection.execute(statement("reports/balance_ledger")).fetchall()
    return {f"{row[0]} {row[1]}": row[4] for row in rows if not row[5]}


def test_the_books_of_a_small_shop_balance(books: Shop) -> None:
    rows = books.table("report_trial_balance")
    assert [tuple(row.values())[:4] for row in rows] == [
        ("chargebacks", "all", 24, 24),
        ("chargebacks_in_ledger", "all", 7, 7),
        ("components", "all", 70, 70),
        ("gross_and_recoveries", "all", 70, 70),
        ("line_costs", "gross", 147, 147),
        ("line_costs", "net", 70, 70),
        ("line_costs", "recoveries", -77, -77),
        ("lines", "denied", 1, 1),
        ("lines", "refunded", 5, 5),
        ("lines_not_delivered", "all", 0, 0),
        ("refund_lines", "all", 5, 5),
        ("refunds", "card", 80, 80),
        ("refunds", "credit", 30, 30),
        ("refunds", "goods", 20, 20),
        ("refunds_in_goods", "goods", 20, 20),
        ("refunds_that_differ", "all", 0, 0),
    ]
    assert all(row["is_ok"] and row["difference"] == 0 for row in rows)
    assert {row["subject"]: row["detail"] for row in rows if row["balance"] == "lines"} == {
        "denied": "0 in the ledger, 1 without cost",
        "refunded": "5 in the ledger, 0 without cost",
    }


def test_an_empty_shop_balances(shop: Shop) -> None:
    shop.build("report_trial_balance")
    assert {row["left_amount"] for row in shop.table("report_trial_balance")} == {0}
    assert failed(shop) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # a refund that was delivered and is nowhere in the ledger
        (
            "update delivered_returns set refund_amount = 11 where rma_id = 'R1'",
            {"refunds card": -1, "refunds_that_differ all": 1},
        ),
        # two refunds that add up to the same, on other lines
        (
            "update report.return_costs set amount = 60 - amount where component = 'refund' and rma_id in ('R1', 'R2')",
            {"refunds_that_differ all": 2},
        ),
        # one refund in two rows of the ledger
        (
            "insert into report.return_costs from report.return_costs where rma_id = 'R2' and component = 'refund'",
            None,
        ),
        # paid in another way than the ledger thinks
        (
            "update delivered_returns set refund_method = 'cash' where rma_id = 'R6'",
            {"refunds cash": -30, "refunds credit": 30},
        ),
        ("delete from delivered_returns where rma_id = 'R4'", {"lines denied": 1}),
        ("delete from core.rma_lines where rma_id = 'R4'", {"lines denied": -1}),
        ("update delivered_chargebacks set amount = amount + 1", {"chargebacks all": -3}),
        (
            "delete from report.return_costs where component = 'chargeback'",
            {"chargebacks all": -7, "chargebacks_in_ledger all": -7, "components all": -7}
            | {"line_costs gross": -7, "line_costs net": -7},
        ),
        ("delete from report.report_costs_by_component where component = 'resale'", {"components all": -57}),
        ("update report.report_return_lines set recoveries = 0 where rma_id = 'R1'", {"line_costs recoveries": -4}),
        ("delete from core.exchange_rates", None),
    ],
)
def test_books_that_do_not_balance_are_found(books: Shop, change: str, expected: dict[str, int] | None) -> None:
    books.connection.execute(change)
    found = failed(books)
    if expected is None:
        assert {name.split()[0] for name in found} >= {"refunds", "refunds_that_differ"}
    else:
        assert found == expected


def test_what_nobody_delivered_is_found(books: Shop) -> None:
    books.connection.execute("delete from delivered_returns where rma_id = 'R1'")
    assert failed(books) == {
        "lines refunded": 1,
        "lines_not_delivered all": 1,
        "refund_lines all": 1,
        "refunds card": 10,
        "refunds_that_differ all": 1,
    }
