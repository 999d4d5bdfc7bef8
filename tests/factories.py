"""Small core frames for tests: rows with only the columns that matter.

A row names the columns that a test is about; every other one gets the plain value below, or null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from features.assemble import build_features
from features.contracts import CORE_FRAMES, Stage
from features.params import FeatureParams
from features.shop import Shop

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
    """Return each RMA's features by name as of its request, with no products and the default figures unless given."""
    goods = _frame("products", ()) if products is None else products
    shop = Shop.of({"order_lines": order_lines, "rma_lines": rma_lines, "products": goods})
    built = build_features(shop, params or FeatureParams()).filter(stage=Stage.REQUEST)
    return {row["rma_id"]: row for row in built.iter_rows(named=True)}


def _order_line(number: int, row: Row) -> Row:
    filled = {"order_id": f"o{number}", "customer_id": "c1", "ordered_at": START, "sku": "A", "quantity": 1}
    filled |= {"line_id": "1", "unit_price": "10.00"} | dict(row)
    return {"line_amount": filled["unit_price"]} | filled


def _rma_line(number: int, row: Row) -> Row:
    filled = {"rma_id": f"r{number}", "rma_line_id": "1", "customer_id": "c1", "sku": "A", "quantity": 1}
    filled |= {"requested_at": at(10), "requested_amount": "10.00", "match_method": "none", "matched_quantity": 0}
    return filled | dict(row)


def frame(name: str, *rows: Row) -> pl.DataFrame:
    """Return a core frame of these rows; what they do not say is null."""
    return _frame(name, rows)


def _frame(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    """Return a core frame; amounts may be written as text, so that no float stands between."""
    schema = CORE_FRAMES[name].schema
    filled = [dict.fromkeys(schema) | dict(row) for row in rows]
    money = [column for column, dtype in schema.items() if dtype == pl.Decimal(18, 4)]
    read = {column: pl.String if column in money else dtype for column, dtype in schema.items()}
    return pl.DataFrame(filled, schema=read).select(pl.col(column).cast(dtype) for column, dtype in schema.items())
