"""Small core frames for tests: rows with only the columns that matter, and random little shops.

A row names the columns that a test is about; every other one gets the plain value below, or null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import polars as pl

from features.assemble import build_features
from features.contracts import CORE_FRAMES
from features.params import FeatureParams

Row = Mapping[str, object]

START = datetime(2024, 1, 1)  # noqa: DTZ001 - core timestamps are UTC without a zone
"""The day on which shops of tests open."""


def at(day: float) -> datetime:
    """Return the moment so many days after ``START``."""
    return START + timedelta(days=day)


def order_lines(*rows: Row) -> pl.DataFrame:
    """Return order lines: one unit of A by shopper c1 for 10.00, an order a row, placed at ``START``."""
    return _frame("order_lines", [_order_line(number, row) for number, row in enumerate(rows)])


def rma_lines(*rows: Row) -> pl.DataFrame:
    """Return RMA lines: one unit of A by shopper c1 for 10.00, an RMA a row, matched to no purchase."""
    return _frame("rma_lines", [_rma_line(number, row) for number, row in enumerate(rows)])


def products(*rows: Row) -> pl.DataFrame:
    """Return products; all but the SKU is null unless said."""
    return _frame("products", rows)


def features_by_rma(
    order_lines: pl.DataFrame,
    rma_lines: pl.DataFrame,
    products: pl.DataFrame | None = None,
    params: FeatureParams | None = None,
) -> dict[str, dict[str, Any]]:
    """Return each RMA's features by name, with no products and the default figures unless given."""
    goods = _frame("products", ()) if products is None else products
    built = build_features(order_lines, rma_lines, goods, params or FeatureParams())
    return {row["rma_id"]: row for row in built.iter_rows(named=True)}


def _order_line(number: int, row: Row) -> Row:
    filled = {"order_id": f"o{number}", "customer_id": "c1", "ordered_at": START, "sku": "A", "quantity": 1}
    filled |= {"line_id": "1", "unit_price": "10.00"} | dict(row)
    return {"line_amount": filled["unit_price"]} | filled


def _rma_line(number: int, row: Row) -> Row:
    filled = {"rma_id": f"r{number}", "rma_line_id": "1", "customer_id": "c1", "sku": "A", "quantity": 1}
    filled |= {"requested_at": at(10), "requested_amount": "10.00", "match_method": "none", "matched_quantity": 0}
    return filled | dict(row)


def _frame(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    """Return a core frame; amounts may be written as text, so that no float stands between."""
    schema = CORE_FRAMES[name].schema
    filled = [dict.fromkeys(schema) | dict(row) for row in rows]
    money = [column for column, dtype in schema.items() if dtype == pl.Decimal(18, 4)]
    read = {column: pl.String if column in money else dtype for column, dtype in schema.items()}
    return pl.DataFrame(filled, schema=read).select(pl.col(column).cast(dtype) for column, dtype in schema.items())


_DATED = {"refunded_at": ("refund_amount",), "ordered_at": ("matched_quantity", "paid_amount"), "delivered_at": ()}
"""What an RMA line's timestamps date: it is not known before them."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop's core frames, with the keys under which its RMA lines were delivered."""

    order_lines: pl.DataFrame
    rma_lines: pl.DataFrame
    products: pl.DataFrame

    def before(self, moment: datetime) -> Shop:
        """Return what the shop's exports would have held just before a moment.

        Orders and RMA lines of that moment or later are gone, and so is what a later timestamp dates.
        """
        rma_lines = self.rma_lines.filter(pl.col("requested_at") < moment)
        for at_column, dated in _DATED.items():
            rma_lines = _undated(rma_lines, at_column, moment, *dated)
        return replace(
            self,
            order_lines=_undated(self.order_lines.filter(pl.col("ordered_at") < moment), "delivered_at", moment),
            rma_lines=rma_lines,
        )

    def shuffled(self, seed: int) -> Shop:
        """Return the same rows in another order."""
        frames = (self.order_lines, self.rma_lines, self.products)
        return Shop(*(frame.sample(fraction=1, shuffle=True, seed=seed) for frame in frames))


def _undated(frame: pl.DataFrame, at_column: str, moment: datetime, *dated: str) -> pl.DataFrame:
    """Make a timestamp null where it is not before a moment, and the columns that it dates."""
    is_known = pl.col(at_column) < moment
    return frame.with_columns(pl.when(is_known).then(pl.col(at_column, *dated)))


def random_shop(seed: int, n_orders: int = 40, n_rmas: int = 30) -> Shop:
    """Return a random little shop over 130 days: few shoppers and SKUs, so that everything repeats.

    Moments are whole half days, so that many tie. Some orders and returns are anonymous, some RMAs get a
    line later, refunds come late or never, some deliveries come after the request, and even some orders.
    """
    draw = Random(seed)  # noqa: S311 - test data, not a secret
    bought = [line for number in range(n_orders) for line in _random_order(draw, number)]
    lines = order_lines(*bought)
    asked = [line for number in range(n_rmas) for line in _random_rma(draw, number, lines)]
    goods = [
        {
            "sku": sku,
            "category": _category(sku),
            "return_window_days": 14,
            "warranty_days": 30,
            "final_sale": sku == "A",
        }
        for sku in "ABCDE"
    ]
    return Shop(lines, rma_lines(*asked), products(*goods))


def _category(sku: object) -> str | None:
    """Return a SKU's category; E has none."""
    return {"A": "top", "B": "top", "C": "shoe", "D": "shoe"}.get(str(sku))


def _random_order(draw: Random, number: int) -> list[Row]:
    shopper = draw.choice(["c1", "c2", "c3", "c4", "c5", None])
    ordered_at = at(draw.randrange(260) / 2)
    delivered_at = ordered_at + timedelta(days=draw.randrange(1, 6)) if draw.random() < 0.8 else None
    head = {"order_id": f"o{number}", "customer_id": shopper, "ordered_at": ordered_at, "delivered_at": delivered_at}
    return [{**head, "line_id": str(line), **_random_goods(draw)} for line in range(draw.randrange(1, 4))]


def _random_goods(draw: Random) -> Row:
    sku, quantity, price = draw.choice("ABCDE"), draw.randrange(1, 4), draw.randrange(100, 5000)
    amounts = {"unit_price": f"{price / 100:.2f}", "line_amount": f"{price * quantity / 100:.2f}"}
    return {"sku": sku, "category": _category(sku), "quantity": quantity, **amounts}


def _random_rma(draw: Random, number: int, bought: pl.DataFrame) -> list[Row]:
    """Return an RMA's lines, most of them of things that were bought, some of them added later."""
    purchase = bought.row(draw.randrange(bought.height), named=True)
    requested_at = purchase["ordered_at"] + timedelta(days=draw.choice([-4, 0, 0.5, 1, 1.5, 2, 3, 6, 12, 20]))
    head = {"rma_id": f"r{number}", "customer_id": purchase["customer_id"] if draw.random() < 0.9 else None}
    first = head | {"requested_at": requested_at, "rma_line_id": "1"} | _random_return(draw, requested_at, purchase)
    return [first, *(_random_extra(draw, head, requested_at, line) for line in range(2, 2 + draw.randrange(3)))]


def _random_extra(draw: Random, head: Row, requested_at: datetime, line: int) -> Row:
    """Return a further line of an RMA, of the same moment or added some half days later."""
    moment = requested_at + timedelta(days=draw.choice([0, 0, 0.5, 3]))
    return dict(head) | {"requested_at": moment, "rma_line_id": str(line)} | _random_return(draw, moment, None)


def _random_return(draw: Random, requested_at: datetime, purchase: Row | None) -> dict[str, object]:
    refunded_at = requested_at + timedelta(days=draw.randrange(0, 20)) if draw.random() < 0.7 else None
    said: dict[str, object] = {
        "sku": draw.choice("ABCDE"),
        "quantity": draw.randrange(1, 4),
        "claim_type": draw.choice([None, "return", "warranty", "item_not_received", "missing_item"]),
        "reason_code": draw.choice([None, "size", "broken", "late"]),
        "requested_amount": draw.choice([None, "9.99", "25.00"]),
        "refund_amount": draw.choice(["5.00", "9.99", "59.99"]) if refunded_at else None,
        "refunded_at": refunded_at,
    }
    said["category"] = _category(said["sku"])
    return said if purchase is None else said | _random_match(draw, purchase)


def _random_match(draw: Random, purchase: Row) -> dict[str, object]:
    """Return the purchase that an RMA line was matched to, all of its keys delivered or only some."""
    kept = draw.choice([("order_id", "line_id"), ("order_id",), ()])
    copied = {name: purchase[name] for name in ("sku", "category", "ordered_at", "delivered_at", *kept)}
    paid = {"matched_quantity": 1, "paid_amount": str(purchase["unit_price"]), "match_method": "keys"}
    return copied | paid
