"""Write a shop as a landing folder, as of the day on which it was exported, and the truth apart from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from tests.injection.shop import MOMENTS, Rma, Shop
from tests.injection.tables import Numbers, chargebacks, contacts, customers, lines, orders, products, returns

BARE = {
    "orders": ("order_id", "customer_id", "ordered_at", "currency"),
    "order_lines": ("order_id", "line_id", "sku", "quantity", "unit_price"),
    "returns": (
        "rma_id", "rma_line_id", "order_id", "line_id", "customer_id", "sku", "quantity", "requested_at", "status",
        "refund_amount",
    ),
}  # fmt: skip
"""What a shop hands over that has nothing but its orders, their lines and bare returns."""

KEYS = {
    "orders": ["order_id"], "order_lines": ["order_id", "line_id"], "returns": ["rma_id", "rma_line_id"],
    "products": ["sku"], "customers": ["customer_id"], "support_contacts": ["contact_id"],
    "chargebacks": ["chargeback_id"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manner:
    """What a shop leaves out: columns by name wherever they stand, or all but the bare ones."""

    drop: frozenset[str] = frozenset()
    is_bare: bool = False


def write(shop: Shop, out: Path, truth: Path, manner: Manner | None = None) -> dict[str, int]:
    """Write the landing folder and the truth file; returns the rows of each table."""
    manner = manner or Manner()
    exported = shop.end
    shop.rmas = [rma for rma in shop.rmas if rma.requested < exported]
    for rma in shop.rmas:
        _settle_order_of_moments(rma)
        _cut(rma, exported)
    numbers = Numbers.drawn(shop)
    makers: dict[str, Callable[[], Iterable[dict[str, object]]]] = {
        "orders": lambda: orders(shop, numbers),
        "order_lines": lambda: lines(shop, numbers),
        "returns": lambda: returns(shop, numbers),
        "products": lambda: products(shop),
        "customers": lambda: customers(shop, numbers),
        "support_contacts": lambda: contacts(shop, numbers),
        "chargebacks": lambda: chargebacks(shop, numbers),
    }
    folder = out / "canonical"
    folder.mkdir(parents=True, exist_ok=True)
    rows = {}
    for name, maker in makers.items():
        if manner.is_bare and name not in BARE:
            continue
        table = _table(name, maker(), manner)
        table.write_csv(folder / f"{name}.csv")
        rows[name] = table.height
    _truth(shop, numbers, truth)
    return rows


def _table(name: str, rows: Iterable[dict[str, object]], manner: Manner) -> pl.DataFrame:
    """Return a table as text, in the order of its ids, which say nothing."""
    table = pl.DataFrame([{key: _text(cell) for key, cell in row.items()} for row in rows], infer_schema_length=None)
    if manner.is_bare:
        table = table.select(BARE[name])
    return table.drop([column for column in table.columns if column in manner.drop]).sort(KEYS[name])


def _text(cell: object) -> str | None:
    """Return a cell as an export writes it."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%dT%H:%M:%S")
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _settle_order_of_moments(rma: Rma) -> None:
    """Let nothing but a refund in advance happen before what must come first."""
    last = rma.requested
    for name in ("authorized", "shipped", "received", "inspected"):
        moment = getattr(rma, name)
        if moment is not None:
            last = max(moment, last + timedelta(minutes=1))
            setattr(rma, name, last)
    if rma.refunded is not None:
        rma.refunded = max(rma.refunded, rma.requested + timedelta(minutes=3))
    if rma.closed is not None:
        rma.closed = max(rma.closed, last, rma.refunded or last)


def _cut(rma: Rma, exported: datetime) -> None:
    """Let what happens after the export not be known yet."""
    for name in MOMENTS:
        moment = getattr(rma, name)
        if moment is not None and moment > exported:
            setattr(rma, name, None)
    for entry in rma.entries:
        if rma.inspected is None and (rma.shipped or rma.received):
            entry.grade = entry.opened = entry.restocked = None
        if rma.received is None:
            entry.serial = entry.received_quantity = entry.grade = entry.opened = entry.restocked = None
        if rma.shipped is None:
            entry.weight_g = None
    if rma.shipped is None:
        rma.carrier = rma.tracking = rma.destination = rma.label_cost = None
    if rma.received is None:
        rma.dock = None
    if rma.refunded is None:
        rma.card = None


def _truth(shop: Shop, numbers: Numbers, place: Path) -> None:
    """Write which RMAs are abuse, of which kind, and which only look like it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(
        [
            {
                "rma_id": numbers.rma(rma),
                "is_fraud": "true" if rma.kind else "false",
                "archetype": rma.kind or None,
                "lookalike": rma.lookalike or None,
            }
            for rma in shop.rmas
        ],
        schema=dict.fromkeys(("rma_id", "is_fraud", "archetype", "lookalike"), pl.String),
    ).sort("rma_id").write_csv(place)
