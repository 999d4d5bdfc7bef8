from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

CARD = {"payment_fingerprint_hash": "card-1"}


def ring(shop: Shop, *accounts: str, name: str = "ring-1") -> None:
    """Put accounts into a ring, as scoring does."""
    for account in accounts:
        row = [f"R-{account}", account, name]
        shop.connection.execute("insert into score.rma_scores (rma_id, customer_id, ring_id) values (?, ?, ?)", row)


def order(shop: Shop, order_id: str, customer_id: str, day: str, **signs: str) -> None:
    """Have an account order with some identifiers."""
    shop.insert("orders", order_id=order_id, customer_id=customer_id, ordered_at=day, **signs)


def links(shop: Shop) -> list[tuple[Any, ...]]:
    """Return the links as plain rows."""
    shop.report("report_account_links")
    return [tuple(row.values()) for row in shop.table("report_account_links")]


def test_two_accounts_of_a_ring_are_linked_by_what_both_were_seen_with(shop: Shop) -> None:
    ring(shop, "A", "B")
    order(shop, "O1", "B", "2025-01-01", **CARD, device_id_hash="phone-of-b")
    order(shop, "O2", "A", "2025-01-03", **CARD)
    order(shop, "O3", "A", "2025-01-09", **CARD)
    assert links(shop) == [("ring-1", "A", "B", "payment", 1, 2, datetime(2025, 1, 3))]  # noqa: DTZ001 - UTC


def test_a_card_refunded_to_links_as_one_that_paid_does(shop: Shop) -> None:
    ring(shop, "A", "B")
    order(shop, "O1", "A", "2025-01-01", **CARD)
    shop.rma("R1", customer_id="B", refund_payment_fingerprint_hash="card-1", refunded_at="2025-01-20")
    assert links(shop) == [("ring-1", "A", "B", "payment", 1, 2, datetime(2025, 1, 20))]  # noqa: DTZ001 - UTC


def test_a_door_is_one_of_its_postcode_and_customers_register_what_they_share(shop: Shop) -> None:
    ring(shop, "A", "B", "C")
    order(shop, "O1", "A", "2025-01-02", ship_address_hash="street 1", ship_postcode="1011")
    order(shop, "O2", "B", "2025-01-02", ship_address_hash="street 1", ship_postcode="2022")
    shop.insert("customers", customer_id="C", created_at="2025-01-05", address_hash="street 1", postcode="1011")
    assert [row[1:4] for row in links(shop)] == [("A", "C", "address")]


def test_accounts_of_different_rings_or_of_none_are_not_linked(shop: Shop) -> None:
    ring(shop, "A")
    ring(shop, "B", name="ring-2")
    for number, account in enumerate("ABC"):
        order(shop, f"O{number}", account, "2025-01-01", **CARD)
    assert links(shop) == []


@pytest.mark.parametrize(
    ("column", "kind", "most"),
    [("ip_address_hash", "ip", 4), ("device_id_hash", "device", 20), ("email_hash", "email", 50)],
)
def test_what_more_accounts_share_than_people_do_is_left_out(shop: Shop, column: str, kind: str, most: int) -> None:
    ring(shop, "A", "B")
    for number, account in enumerate(["A", "B", *(f"X{number}" for number in range(most - 2))]):
        order(shop, f"O{number}", account, "2025-01-01", **{column: "shared"})
    assert [row[3:6] for row in links(shop)] == [(kind, 1, most)]
    order(shop, "one more", "Y", "2025-01-01", **{column: "shared"})
    assert links(shop) == []


def test_kinds_are_counted_apart_and_nothing_tells_the_identifier(shop: Shop) -> None:
    ring(shop, "A", "B")
    for account in "AB":
        order(shop, f"O1{account}", account, "2025-01-01", **CARD, phone_hash="tel-1")
        order(shop, f"O2{account}", account, "2025-01-02", payment_fingerprint_hash="card-2")
    found = links(shop)
    assert [row[3:5] for row in found] == [("payment", 2), ("phone", 1)]
    assert not {"card-1", "card-2", "tel-1"} & {str(cell) for row in found for cell in row}
