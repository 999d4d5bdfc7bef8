from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.cost_model import CostSettings, rate_rows

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def labels(shop: Shop, variant: str = "mail") -> list[tuple[Any, ...]]:
    """Build all, and return period, names, lines, label and rule of each kind."""
    shop.build()
    rows = shop.table("report_cost_rates")
    return [
        tuple(value for name, value in row.items() if name not in {"kind", "rate", "variant"})
        for row in rows
        if (row["rate"], row["variant"]) == ("label", variant)
    ]


def test_without_rules_there_is_one_kind_with_every_rate(shop: Shop) -> None:
    shop.rma("R1", category="Shirts", carrier="DHL")
    shop.rma("R2", return_method="store")
    shop.build()
    rows = shop.table("report_cost_rates")
    assert {(row["kind"], row["n_lines"], row["rule"]) for row in rows} == {(1, 2, 0)}
    assert {(row["rate"], row["variant"]): row["value"] for row in rows} == {
        (rate, variant): float(value) for rate, variant, value in rate_rows(CostSettings())
    }


def test_only_what_a_rule_names_tells_kinds_apart(shop: Shop) -> None:
    shop.sell("O1", "A", 1, "10")
    shop.rules({"carrier": "dhl", "label": 2}, {"country": "DE", "label": 3})
    for rma_id, carrier, order_id in (
        ("R1", "DHL", "O1"),
        ("R2", "UPS", "O1"),
        ("R3", "dhl", None),
        ("R4", None, None),
    ):
        shop.rma(rma_id, carrier=carrier, order_id=order_id, category=rma_id)
    shop.build()
    shop.connection.execute("update core.orders set ship_country = 'de'")
    shop.report()
    rows = [row for row in shop.table("report_cost_rates") if (row["rate"], row["variant"]) == ("label", "mail")]
    found = [(row["carrier"], row["country"], row["n_lines"], row["value"], row["rule"]) for row in rows]
    # both rules name one thing of R1 and begin at no day: the later in the file holds
    assert found == [("dhl", "de", 1, 3, 2), ("dhl", None, 1, 2, 1), (None, "de", 1, 3, 2), (None, None, 1, 6, 0)]


@pytest.mark.parametrize(
    ("rules", "label", "rule"),
    [
        ([{"label": 1}, {"carrier": "DHL", "label": 2}, {"label": 3}], 2, 2),
        ([{"carrier": "DHL", "category": "Shirts", "label": 1}, {"carrier": "DHL", "label": 2}], 1, 1),
        ([{"from": "2025-01-05", "label": 1}, {"from": "2025-01-02", "label": 2}, {"label": 3}], 1, 1),
        ([{"from": "2025-01-11", "label": 1}], 6, 0),
        ([{"to": "2025-01-09", "label": 1}], 6, 0),
        ([{"from": "2025-01-10", "to": "2025-01-10", "label": 1}], 1, 1),
        ([{"return_method": "store", "label": 1}], 6, 0),
        ([{"return_method": "mail", "label": 1}], 1, 1),
        ([{"carrier": "UPS", "from": "2025-01-10", "label": 1}], 6, 0),
        ([{"handling_per_line": 1}], 6, 0),
        ([{"label": 1}, {"carrier": "DHL", "handling_per_line": 1}], 1, 1),
    ],
)
def test_the_most_specific_rule_wins_then_the_one_that_began_later(
    shop: Shop, rules: list[dict[str, object]], label: int, rule: int
) -> None:
    shop.rules(*rules)
    shop.rma("R1", carrier="DHL", category="Shirts", return_method="mail", requested_at="2025-01-10 23:59:59")
    assert [row[-2:] for row in labels(shop)] == [(label, rule)]


def test_periods_turn_where_a_rule_begins_and_after_it_ends(shop: Shop) -> None:
    shop.rules({"from": "2025-01-10", "to": "2025-01-20", "label": 1}, {"from": "2025-01-15", "label": 2})
    for day in ("05", "09", "10", "14", "15", "20", "21", "30"):
        shop.rma(f"R{day}", requested_at=f"2025-01-{day} 12:00:00")
    turns = [None, date(2025, 1, 10), date(2025, 1, 15), date(2025, 1, 21)]
    ends = [date(2025, 1, 9), date(2025, 1, 14), date(2025, 1, 20), None]
    assert [(row[0], row[1], *row[-3:]) for row in labels(shop)] == [
        (turns[0], ends[0], 2, 6, 0),
        (turns[1], ends[1], 2, 1, 1),
        (turns[2], ends[2], 2, 2, 2),
        (turns[3], ends[3], 2, 2, 2),
    ]


def test_each_line_is_of_the_kind_that_its_rates_are_of(shop: Shop) -> None:
    shop.rules({"from": "2025-01-10", "carrier": "DHL", "label": 1}, {"return_method": "not_given", "label": 2})
    for number, (day, carrier, method) in enumerate(
        [("09", "DHL", "mail"), ("10", "DHL", "mail"), ("10", "UPS", "mail"), ("10", "DHL", None), ("11", None, None)]
    ):
        shop.rma(f"R{number}", requested_at=f"2025-01-{day}", carrier=carrier, return_method=method)
    shop.build()
    kinds = {row["rma_id"]: row["kind"] for row in shop.table("report_return_facts")}
    mail = {row["kind"]: row["value"] for row in shop.table("report_cost_rates") if row["variant"] == "mail"}
    # of R3 both rules name one thing, and the first began later
    assert {rma_id: mail[kind] for rma_id, kind in kinds.items()} == {"R0": 6, "R1": 1, "R2": 6, "R3": 1, "R4": 2}
