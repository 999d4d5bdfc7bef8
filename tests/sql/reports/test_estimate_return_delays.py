from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def come_back(shop: Shop, rma_id: str, ordered_at: str, requested_at: str, **values: object) -> None:
    """Add a matched RMA line of an order."""
    shop.rma(rma_id, ordered_at=ordered_at, requested_at=requested_at, match_method="keys", **values)


def shares(shop: Shop, category: str = "(all)") -> dict[int, float]:
    shop.build()
    rows = shop.table("report_return_delays")
    return {row["day"]: row["share_returned"] for row in rows if row["category"] == category}


def test_returns_that_are_still_to_come_are_allowed_for(shop: Shop) -> None:
    # As of 1 February: the January order is 31 days old; the other one of 4 days cannot have shown a delay of 5 yet.
    come_back(shop, "R1", "2025-01-01", "2025-01-03")
    come_back(shop, "R2", "2025-01-01", "2025-01-06")
    come_back(shop, "R3", "2025-01-28", "2025-01-30")
    # Of the two within 5 days of an order of 5 days and more one took all 5: half had come before, not two in three.
    assert shares(shop) == {2: 0.5, 5: 1.0}
    assert [(row["n_returned"], row["n_at_risk"]) for row in shop.table("report_return_delays")] == [(2, 2), (1, 2)]


def test_the_day_of_the_order_and_requests_before_it_are_day_0(shop: Shop) -> None:
    come_back(shop, "R1", "2025-01-01 08:00:00", "2025-01-01 20:00:00")
    come_back(shop, "R2", "2025-01-05", "2025-01-04")
    assert shares(shop) == {0: 1.0}


def test_denied_and_unmatched_lines_tell_no_delay(shop: Shop) -> None:
    come_back(shop, "R1", "2025-01-01", "2025-01-03", status="denied")
    shop.rma("R2", requested_at="2025-01-03")
    assert shares(shop) == {}


@pytest.mark.parametrize(("n", "found"), [(499, {}), (500, {3: 1.0})])
def test_a_category_needs_five_hundred_lines_to_have_delays_of_its_own(
    shop: Shop, n: int, found: dict[int, float]
) -> None:
    values = ", ".join(
        f"('R{k}', '1', 'A', 'Shoes', 1, '2025-01-04', 'refunded', 'keys', '2025-01-01', 'canonical')" for k in range(n)
    )
    names = "rma_id, rma_line_id, sku, category, quantity, requested_at, status, match_method, ordered_at, source"
    shop.connection.execute(f"insert into core.rma_lines ({names}) values {values}")  # noqa: S608
    assert shares(shop) == {3: 1.0}
    assert shares(shop, "Shoes") == found
