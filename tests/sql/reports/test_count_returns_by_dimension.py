from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop

DECEMBER, JANUARY = date(2024, 12, 1), date(2025, 1, 1)


def counts(shop: Shop, **where: object) -> dict[tuple[str, date | None], tuple[Any, Any]]:
    """Return sold and returned by value and month of the rows that match."""
    rows = [row for row in shop.table("report_return_counts") if all(row[name] == want for name, want in where.items())]
    return {(row["value"], row["month"]): (row["sold"], row["returned"]) for row in rows}


def test_a_small_shop_in_units_value_and_orders_on_both_bases(small_shop: Shop) -> None:
    def ever(basis: str, measure: str) -> tuple[Any, Any]:
        return counts(small_shop, basis=basis, measure=measure, dimension="total")["all", None]

    # 10 units for 260 in 3 orders; R1 and R2 are matched, R3 of two units for 20 is not, R4 was denied.
    assert ever("order_cohort", "units") == (10, 2)
    assert ever("order_cohort", "value") == (260, 60)
    assert ever("order_cohort", "orders") == (3, 2)
    assert ever("return_date", "units") == (10, 4)
    assert ever("return_date", "value") == (260, 80)


def test_months_hold_what_was_sold_and_requested_in_them(small_shop: Shop) -> None:
    months = counts(small_shop, basis="order_cohort", measure="units", dimension="category")
    assert months["Shirts", DECEMBER] == (2, 0)
    assert months["(not given)", DECEMBER] == (1, 1)
    dates = counts(small_shop, basis="return_date", measure="units", dimension="category")
    assert dates["Shirts", JANUARY] == (0, 2)
    assert dates["(not given)", JANUARY] == (3, 1)


@pytest.mark.parametrize("dimension", ["category", "channel", "country", "shopper", "sku", "size", "supplier", "style"])
def test_every_dimension_adds_up_to_the_total(small_shop: Shop, dimension: str) -> None:
    for basis in ("order_cohort", "return_date"):
        for measure in ("units", "value"):
            where = {"basis": basis, "measure": measure}
            parts = counts(small_shop, **where, dimension=dimension)
            ever = [pair for (_, month), pair in parts.items() if month is None]
            total = counts(small_shop, **where, dimension="total")["all", None]
            assert (sum(pair[0] for pair in ever), sum(pair[1] for pair in ever)) == total


def test_reasons_share_what_was_sold(small_shop: Shop) -> None:
    reasons = counts(small_shop, basis="return_date", measure="units", dimension="reason")
    assert reasons["too small", None] == (10, 3)
    assert reasons["(not given)", None] == (10, 1)
    assert reasons["too small", JANUARY] == (3, 2)


def test_the_first_order_of_a_shopper_is_a_new_one(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "10", ordered_at="2025-01-02")
    shop.sell("O2", "A", 2, "10", ordered_at="2025-01-03")
    shop.sell("O3", "A", 4, "10", ordered_at="2025-01-03", customer_id=None)
    shop.build()
    found = counts(shop, basis="order_cohort", measure="units", dimension="shopper")
    assert {value: sold for (value, month), (sold, _) in found.items() if month is None} == {
        "new": 1,
        "returning": 2,
        "(not given)": 4,
    }


def test_returns_are_told_by_where_and_by_whom_their_order_was_placed(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "10", ordered_at="2025-01-02")
    shop.sell("O2", "A", 2, "10", ordered_at="2025-01-03")
    shop.rma("R1", order_id="O2")
    shop.match("R1", "O1", 1, "10")
    shop.rma("R2", order_id="never delivered")
    shop.build()
    shop.connection.execute("update core.orders set channel = 'web', ship_country = 'DE' where order_id = 'O1'")
    shop.report()

    def ever(basis: str, dimension: str, measure: str = "units") -> dict[str, tuple[Any, Any]]:
        found = counts(shop, basis=basis, measure=measure, dimension=dimension)
        return {value: pair for (value, month), pair in found.items() if month is None}

    assert ever("order_cohort", "shopper") == {"new": (1, 1), "returning": (2, 0)}
    assert ever("order_cohort", "channel") == {"web": (1, 1), "(not given)": (2, 0)}
    assert ever("order_cohort", "country") == {"DE": (1, 1), "(not given)": (2, 0)}
    assert ever("return_date", "shopper") == {"new": (1, 0), "returning": (2, 1), "(not given)": (0, 1)}
    assert ever("return_date", "channel") == {"web": (1, 0), "(not given)": (2, 2)}
    assert ever("order_cohort", "channel", "orders") == {"web": (1, 1), "(not given)": (1, 0)}
    assert ever("return_date", "shopper", "orders") == {"new": (1, 0), "returning": (1, 1)}


def total(shop: Shop, measure: str, basis: str = "order_cohort") -> Row:
    shop.build()
    (row,) = [
        row
        for row in shop.table("report_return_counts")
        if (row["basis"], row["measure"], row["dimension"], row["month"]) == (basis, measure, "total", None)
    ]
    return row


def test_what_is_due_is_sold_weighed_by_how_much_has_come_by_its_age(shop: Shop) -> None:
    shop.sell("O1", "A", 3, "10", ordered_at="2025-01-01")
    shop.sell("O2", "A", 5, "10", ordered_at="2025-01-30")
    back = {"ordered_at": "2025-01-01", "match_method": "keys", "order_id": "O1"}
    shop.rma("R1", requested_at="2025-01-02", **back)
    shop.rma("R2", requested_at="2025-01-11", **back)
    # Half come within a day, all within ten; on 1 February O1 is 31 days old and O2 two: half of it is due.
    assert total(shop, "units")["due"] == pytest.approx(3 + 5 * 0.5)
    assert total(shop, "value")["due"] == pytest.approx(30 + 50 * 0.5)
    assert total(shop, "orders")["due"] == pytest.approx(1 + 0.5)
    assert total(shop, "units", "return_date")["due"] == 8.0
    # 3 and 5 units at a time: (9 + 25) / 8.
    assert total(shop, "units")["usual_size"] == pytest.approx(4.25)


def test_lines_of_orders_that_were_never_delivered_are_left_out(shop: Shop) -> None:
    shop.sell("O1", "A", 3, "10")
    shop.sell("O2", "A", 5, "10", ordered_at=None)
    assert total(shop, "units")["sold"] == 3
