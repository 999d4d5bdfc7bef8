from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.sql.reports.steps_shop import fill

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

MEASURES = ("refunds", "gross_cost", "recoveries", "cost")
DIMENSIONS = ("carrier", "claim_type", "condition_grade", "country", "reason", "return_method", "status")
SHARED = ("channel", "category", "currency")


def sums(rows: list[dict[str, Any]], *names: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return how many lines, and their sums, have which values."""
    counts: Counter[tuple[Any, ...]] = Counter()
    amounts: dict[tuple[Any, ...], list[Decimal]] = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        counts[key] += row.get("n_lines", 1)
        amounts[key] = [old + row[name] for old, name in zip(amounts.get(key, [Decimal(0)] * 4), MEASURES, strict=True)]
    return {key: (counts[key], *amounts[key]) for key in counts}


@pytest.fixture
def mixed(shop: Shop) -> Shop:
    """Return a shop of lines of any kind, in two currencies and three channels, some of them unknown."""
    fill(shop, 11)
    shop.connection.execute("update core.rma_lines set currency = if(rma_line_id::int % 3 = 0, 'GBP', 'EUR')")
    shop.build()
    shop.connection.execute(
        "update core.orders set channel = case order_id[-1] when '1' then 'web' when '2' then 'store' end, "
        "ship_country = case order_id[-1] when '3' then 'NL' end"
    )
    shop.report()
    return shop


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_each_dimension_holds_every_line_once_to_the_cent(mixed: Shop, dimension: str) -> None:
    lines = [
        {**row, "requested_on": row["requested_at"].date(), "value": row[dimension] or "(not given)"}
        for row in mixed.table("report_return_lines")
    ]
    daily = [row for row in mixed.table("report_daily_lines") if row["dimension"] == dimension]
    key = ("value", "requested_on", *SHARED)
    assert sums(daily, *key) == sums(lines, *key)
    assert len(daily) == len(sums(daily, *key))


def test_all_lines_together_are_a_dimension_of_their_own(mixed: Shop) -> None:
    daily = [row for row in mixed.table("report_daily_lines") if row["dimension"] == "all"]
    assert {row["value"] for row in daily} == {"(all)"}
    assert {row["currency"] for row in daily} == {"EUR", "GBP"}
    assert {row["channel"] for row in daily} == {"web", "store", None}
    assert sums(daily) == sums(mixed.table("report_return_lines"))


def test_what_lines_ask_back_counts_nothing_where_it_is_unknown(shop: Shop) -> None:
    shop.rma("R1", requested_amount=12)
    shop.rma("R2", requested_amount=None)
    shop.rma("R3", requested_at="2025-01-11 23:59:59.999", requested_amount=None)
    shop.build()
    daily = [row for row in shop.table("report_daily_lines") if row["dimension"] == "all"]
    told = [(str(row["requested_on"]), row["n_lines"], row["requested_amount"]) for row in daily]
    assert told == [("2025-01-10", 2, Decimal(12)), ("2025-01-11", 1, Decimal(0))]


def test_components_by_day_are_the_ledger(mixed: Shop) -> None:
    where = {(row["rma_id"], row["rma_line_id"]): row for row in mixed.table("report_return_lines")}
    expected: dict[tuple[Any, ...], list[Decimal]] = {}
    for row in mixed.table("return_costs"):
        line = where[row["rma_id"], row["rma_line_id"]]
        key = (row["component"], line["requested_at"].date(), *(line[name] for name in SHARED))
        amounts = expected.setdefault(key, [Decimal(0), Decimal(0), Decimal(0)])
        amounts[0] += row["amount"]
        amounts[1 if row["basis"] == "actual" else 2] += row["amount"]
    daily = mixed.table("report_daily_components")
    parts = ("amount", "actual_amount", "rate_amount")
    found = {
        (row["component"], row["requested_on"], *(row[name] for name in SHARED)): [row[name] for name in parts]
        for row in daily
    }
    assert found == expected
    assert sum(row["n_lines"] for row in daily) == len(mixed.table("return_costs"))


def test_an_empty_shop_has_no_days(shop: Shop) -> None:
    shop.build()
    assert shop.table("report_daily_lines") == shop.table("report_daily_components") == []
