from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from sql import statement

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


SUMMARY = statement("reports/summarise_costs_by_component")


def test_components_of_a_small_shop(small_shop: Shop) -> None:
    assert [tuple(row.values()) for row in small_shop.table("report_costs_by_component")] == [
        ("refund", Decimal(80), pytest.approx(80 / 48), 3, Decimal(80), Decimal(0)),
        ("resale", Decimal(-32), pytest.approx(-32 / 48), 3, Decimal(-32), Decimal(0)),
    ]


def test_a_component_is_split_by_where_its_figures_come_from(shop: Shop) -> None:
    shop.rma("R1", status="in_transit", return_method="mail", label_cost=4)
    shop.rma("R2", status="in_transit", return_method="mail")
    shop.build()
    label = next(row for row in shop.table("report_costs_by_component") if row["component"] == "label")
    assert (label["amount"], label["actual_amount"], label["rate_amount"]) == (Decimal(10), Decimal(4), Decimal(6))


def test_components_that_cancel_out_have_no_share(shop: Shop) -> None:
    shop.rma("R1", return_method="keep_it", refund_amount=10)
    shop.connection.execute("delete from core.cost_rates where rate <> 'restocking_share'")
    shop.build("return_costs")
    shop.connection.execute(
        "insert into report.return_costs select * replace (-amount as amount) from report.return_costs"
    )
    shares = shop.connection.execute(SUMMARY).fetchall()
    assert shares == [("refund", Decimal(0), None, 2, Decimal(0), Decimal(0))]


def test_an_empty_ledger_has_no_components(shop: Shop) -> None:
    shop.build()
    assert shop.table("report_costs_by_component") == []
