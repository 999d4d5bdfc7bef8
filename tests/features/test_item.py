from __future__ import annotations

import pytest

from features.params import FeatureParams
from tests.factories import at, features_by_rma, order_lines, rma_lines


def test_the_mean_of_the_lines_rates() -> None:
    bought = order_lines(*[{"sku": "A", "category": "top"}] * 10, *[{"sku": "B", "category": "shoe"}] * 10)
    returned = rma_lines(
        *[{"sku": "A", "category": "top", "requested_at": at(2), "rma_id": f"old{number}"} for number in range(6)],
        {"rma_id": "now", "rma_line_id": "1", "sku": "A", "category": "top"},
        {"rma_id": "now", "rma_line_id": "2", "sku": "B", "category": "shoe"},
        {"rma_id": "now", "rma_line_id": "3", "sku": "B", "category": "shoe", "requested_at": at(11)},
    )

    found = features_by_rma(bought, returned, params=FeatureParams(item_prior_lines=10.0))["now"]

    shop = 6 / 20
    top, shoe = (6 + 10 * shop) / 20, 10 * shop / 20
    assert found["category_return_rate"] == pytest.approx((top + shoe) / 2)
    assert found["item_return_rate"] == pytest.approx(((6 + 10 * top) / 20 + 10 * shoe / 20) / 2)


def test_rates_are_never_null() -> None:
    found = features_by_rma(order_lines(), rma_lines({"customer_id": None, "category": None}))["r0"]

    initial = FeatureParams().initial_return_rate
    assert found["item_return_rate"] == pytest.approx(initial)
    assert found["category_return_rate"] == pytest.approx(initial)
