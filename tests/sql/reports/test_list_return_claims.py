from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Row, Shop


def claims(shop: Shop) -> dict[tuple[str, str], Row]:
    """Build the claims: each by its RMA and line."""
    shop.build("return_claims")
    return {(row["rma_id"], row["rma_line_id"]): row for row in shop.table("return_claims")}


def test_lines_have_places_in_the_order_of_their_keys_and_know_of_siblings(shop: Shop) -> None:
    for rma_id, line in (("R2", "2"), ("R3", "1"), ("R1", "1"), ("R2", "1"), ("R0", "9")):
        shop.rma(rma_id, rma_line_id=line)
    found = claims(shop)
    assert {key: row["place"] for key, row in found.items()} == {
        ("R0", "9"): 1, ("R1", "1"): 2, ("R2", "1"): 3, ("R2", "2"): 4, ("R3", "1"): 5,
    }  # fmt: skip
    assert {key for key, row in found.items() if row["has_siblings"]} == {("R2", "1"), ("R2", "2")}


def test_what_arrived_is_read_by_statuses_where_a_source_never_says(shop: Shop) -> None:
    shop.rma("R1", status="refunded", source="bare")
    shop.rma("R2", status="refunded", source="bare", claim_type="warranty")
    shop.rma("R3", status="refunded", source="full")
    shop.rma("R4", status="authorized", source="full", dock_received=True)
    shop.rma("R5", status="in_transit", source="full", return_method="keep_it")
    shop.rma("R6", status="in_transit", source="full")
    found = {key[0]: (row["expects_goods"], row["has_arrived"], row["is_sent"]) for key, row in claims(shop).items()}
    assert found == {
        "R1": (True, True, True),
        "R2": (True, False, False),
        "R3": (True, False, False),
        "R4": (True, True, True),
        "R5": (False, False, False),
        "R6": (True, False, True),
    }


def test_what_counts_as_returned_and_which_source_dates_authorizations(shop: Shop) -> None:
    shop.rma("R1", status="denied")
    shop.rma("R2", status="denied", refund_amount=5, authorized_at="2025-01-11")
    shop.rma("R3", status="requested", source="other")
    found = {
        key[0]: (row["is_returned"], row["has_refund"], row["reports_authorization"])
        for key, row in claims(shop).items()
    }
    assert found == {"R1": (False, False, True), "R2": (True, True, True), "R3": (True, False, False)}


def test_a_line_has_what_some_rule_names_of_it_and_the_period_of_its_request(shop: Shop) -> None:
    shop.rules(
        {"category": "Shirts", "label": 1},
        {"country": "DE", "from": "2025-01-05", "to": "2025-01-10", "label": 2},
    )
    shop.sell("O1", "A", 1, "10")
    shop.insert("orders", order_id="O9", ship_country="NL")
    for rma_id, at in (("R1", "2025-01-04"), ("R2", "2025-01-10 23:59:59"), ("R3", "2025-01-11")):
        shop.rma(rma_id, requested_at=at, category="SHIRTS", order_id="O1", carrier="DHL")
    shop.build()
    shop.connection.execute("update core.orders set ship_country = 'de', is_gift = true, channel = 'web'")
    found = {row["rma_id"]: row for row in shop.table("return_claims")}
    begins = {rma_id: row["begins_on"] for rma_id, row in found.items()}
    assert begins == {"R1": None, "R2": date(2025, 1, 5), "R3": date(2025, 1, 11)}
    named = ("rule_category", "rule_country", "rule_carrier", "rule_return_method", "channel", "country", "is_gift")
    assert [found["R1"][name] for name in named] == ["shirts", "de", None, None, "web", "de", True]


def test_periods_begin_where_a_rule_begins_or_has_ended(shop: Shop) -> None:
    shop.rules(
        {"category": "Shirts", "from": "2025-01-05", "to": "2025-01-10", "label": 1},
        {"category": "Bags", "from": "2025-01-11", "label": 1},
        {"country": "DE", "to": "2025-02-28", "label": 2},
    )
    assert shop.table("cost_periods") == [
        {"begins_on": date(2025, 1, 5), "ends_on": date(2025, 1, 10)},
        {"begins_on": date(2025, 1, 11), "ends_on": date(2025, 2, 28)},
        {"begins_on": date(2025, 3, 1), "ends_on": None},
    ]
