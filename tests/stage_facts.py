"""Features of small shops at a stage, for tests of single families."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from features.assemble import build_features
from features.contracts import CORE_FRAMES, Stage
from features.params import FeatureParams
from features.shop import Shop
from tests.factories import Row, at, frame, order_lines, rma_lines
from tests.random_shop import SENSITIVE

DONE: Row = {
    "claim_type": "return",
    "return_method": "mail",
    "authorized_at": at(10),
    "shipped_at": at(11),
    "received_at": at(13),
    "inspected_at": at(14),
    "refunded_at": at(15),
    "refund_amount": "10.00",
    "status": "refunded",
}
"""What became of an RMA of day 10 that went well."""
MATCHED: Row = {
    "order_id": "o0",
    "line_id": "1",
    "match_method": "keys",
    "matched_quantity": 1,
    "paid_amount": "10.00",
    "bought_quantity": 1,
    "ordered_at": at(0),
    "delivered_at": at(2),
}
"""The purchase of day 0 by order o0."""


_last: list[tuple[Shop, FeatureParams, pl.DataFrame]] = []
"""What was built last, for whom and how."""


def shop_of(rmas: Sequence[Row], bought: Sequence[Row] | None = None, **others: pl.DataFrame) -> Shop:
    """Return a shop with these RMA lines, order lines (one of A by default) and other frames."""
    frames = {"order_lines": order_lines(*(bought or [{}])), "rma_lines": rma_lines(*rmas)} | others
    return Shop.of({name: frames.get(name, frame(name)) for name in CORE_FRAMES})


def told(shop: Shop, rma: str, stage: Stage = Stage.SETTLED, params: FeatureParams = SENSITIVE) -> dict[str, Any]:
    """Return one RMA's features at a stage; a shop that is asked of again is not built again."""
    built = next((frame for of, how, frame in _last if of is shop and how == params), None)
    if built is None:
        built = build_features(shop, params)
        _last[:] = [(shop, params, built)]
    return built.filter(pl.col("rma_id") == rma, pl.col("stage") == stage).row(0, named=True)


def peers(n: int, **facts: object) -> list[dict[str, object]]:
    """Return RMAs of other shoppers, one each, requested on day 1 and done on day 5, with facts of their own."""
    early = {name: at(5) for name in ("shipped_at", "received_at", "inspected_at", "refunded_at")}
    plain = dict(DONE) | early | {"requested_at": at(1)} | facts
    return [plain | {"rma_id": f"p{k}", "customer_id": f"peer{k}"} for k in range(n)]
