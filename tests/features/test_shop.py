from __future__ import annotations

import polars as pl
import pytest

from features.contracts import CORE_FRAMES
from features.shop import Shop
from tests.factories import frame, order_lines, rma_lines


def test_a_frame_that_is_not_there_is_empty_and_has_its_columns() -> None:
    shop = Shop.of({"order_lines": order_lines({})})

    assert shop.order_lines.height == 1
    assert {name: dict(getattr(shop, name).schema) for name in CORE_FRAMES} == {
        name: known.schema for name, known in CORE_FRAMES.items()
    }


def test_a_missing_column_is_named_with_its_frame() -> None:
    with pytest.raises(ValueError, match="outcome of chargebacks"):
        Shop.of({"chargebacks": frame("chargebacks").drop("outcome")})


def test_the_rows_of_some_shoppers_are_theirs_and_those_of_the_orders_that_they_return() -> None:
    shop = Shop.of(
        {
            "order_lines": order_lines(
                {"order_id": "own"}, *({"order_id": f"other{n}", "customer_id": "c2"} for n in (1, 2))
            ),
            "orders": frame("orders", *({"order_id": name} for name in ("own", "other1", "other2"))),
            "chargebacks": frame("chargebacks", {"order_id": "other1"}, {"order_id": "other2"}),
            "customers": frame("customers", {"customer_id": "c1"}, {"customer_id": "c2"}),
            "support_contacts": frame("support_contacts", {"customer_id": "c1"}, {"customer_id": None}),
        }
    )
    lines = rma_lines({"order_id": "other1"})

    part = shop.of_shoppers(pl.Series(["c1", None]), lines)

    assert part.order_lines["order_id"].to_list() == ["own", "other1"]
    assert part.orders["order_id"].to_list() == ["own", "other1"]
    assert part.chargebacks["order_id"].to_list() == ["other1"]
    assert part.customers["customer_id"].to_list() == ["c1"]
    assert part.support_contacts["customer_id"].to_list() == ["c1"]
    assert part.rma_lines.height == 1
