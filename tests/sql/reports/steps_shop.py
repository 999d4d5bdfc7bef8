"""Build only the report tables that a test about steps or policies reads: all of them take many times as long."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from features.canonical import STATUSES

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

POLICY = ("report_policy_lines", "report_policy_settings", "report_policy")
PRODUCTS = "select distinct sku from core.rma_lines where sku not in (select sku from core.products)"


def build(shop: Shop, *names: str) -> list[dict[str, Any]]:
    """Build the steps and the named tables with what they read; return the rows of the last one."""
    shop.connection.execute(f"insert into core.products by name {PRODUCTS}")
    shop.report("report_return_steps", *names)
    return shop.table(names[-1] if names else "report_return_steps")


def steps(shop: Shop, **line: object) -> dict[str, Any]:
    """Return the row of the one RMA line that is added."""
    shop.rma("R1", **line)
    (row,) = build(shop)
    return row


def fill(shop: Shop, seed: int, n_lines: int = 80) -> None:
    """Add RMA lines of any kind: every fact is there or missing, and some lines are of one RMA and parcel."""
    draw = Random(seed)  # noqa: S311 - made-up rows
    for number in range(n_lines):
        order_id, sku = f"O{number}", draw.choice("ABC")
        shop.sell(order_id, sku, 2, "40", customer_id=f"C{number % 9}")
        line: dict[str, object] = {
            "status": draw.choice(STATUSES.split()),
            "claim_type": draw.choice([None, "return", "return", "return", "warranty", "item_not_received"]),
            "reason_code": draw.choice([None, "changed_mind", "damaged", "wrong_item"]),
            "return_method": draw.choice([None, "mail", "store", "keep_it"]),
            "tracking_number": draw.choice([None, "T1"]),
            "dock_received": draw.choice([None, True, False]),
            "received_at": draw.choice([None, "2025-01-15"]),
            "received_quantity": draw.choice([None, 0, 1, 2]),
            "condition_grade": draw.choice([None, "A", "B", "C", "wrong_item"]),
            "is_opened": draw.choice([None, True, False]),
            "restocked": draw.choice([None, True, False]),
            "refund_method": draw.choice([None, "original", "store_credit", "cash"]),
            "refund_amount": draw.choice([None, 40, 80, "33.3333"]),
            "restocking_fee": draw.choice([None, 0, "7.5"]),
            "label_cost": draw.choice([None, "4.44"]),
            "unit_cost": draw.choice([None, 17]),
            "requested_amount": draw.choice([None, 80]),
            "source": draw.choice(["canonical", "shopify"]),
            "requested_at": f"2025-01-{draw.randint(2, 30):02}",
        }
        matched = {"order_id": order_id, "ordered_at": "2025-01-01", "match_method": "keys", "matched_quantity": 2}
        key = {"rma_line_id": str(number), "quantity": 2, "sku": sku, "customer_id": f"C{number % 9}"}
        shop.rma(f"R{number // 2}", **{**key, **matched, **line})
        shop.match(f"R{number // 2}", order_id, 2, "80", rma_line_id=str(number))
