from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from pipelines.cost_model import CostSettings

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

COSTS = CostSettings.model_validate({"payment_fee_share": "0.02", "payment_fee_fixed": "0.25", "label": {"mail": 6}})


def test_a_line_has_its_components_side_by_side_and_their_sums(shop: Shop) -> None:
    shop.rates(COSTS)
    shop.rma("R1", refund_amount=100, unit_cost=40, condition_grade="B", return_method="mail", restocked=True)
    (row,) = shop.table("line_costs")
    expected = {"refund": 100, "label": 6, "handling": 3, "refurbish": 2, "write_off": 8, "payment_fee": "2.25",
                "support": "1.5", "resale": -40, "cost": "82.75", "recoveries": -40, "outbound_shipping": 0,
                "chargeback": 0}  # fmt: skip
    assert {name: row[name] for name in expected} == {name: Decimal(str(value)) for name, value in expected.items()}
    assert (row["is_label_actual"], row["is_resale_actual"]) == (False, True)


def test_lines_of_one_rma_share_what_is_paid_once(shop: Shop) -> None:
    shop.rates(COSTS)
    for line in ("1", "2", "3"):
        shop.rma("R1", rma_line_id=line, refund_amount=1, condition_grade="A", return_method="mail")
    rows = shop.table("line_costs")
    assert [row["label"] for row in rows] == [Decimal(2)] * 3
    assert [row["payment_fee"] for row in rows] == [Decimal("0.1033"), Decimal("0.1034"), Decimal("0.1033")]
    assert sum(row["support"] for row in rows) == Decimal("1.5")


@pytest.mark.parametrize("refund", ["12345678.1234", "9999999999.9999", "0.0001", "0.0025", "-0.0025"])
def test_amounts_of_any_size_are_rounded_half_up(shop: Shop, refund: str) -> None:
    shop.rates(CostSettings.model_validate({"payment_fee_share": "0.02", "payment_fee_fixed": 0}))
    shop.rma("R1", refund_amount=Decimal(refund), status="refunded")
    (row,) = shop.table("line_costs")
    fee = (Decimal(refund) * Decimal("0.02")).quantize(Decimal("0.0001"), "ROUND_HALF_UP")
    assert row["payment_fee"] == (fee if Decimal(refund) > 0 else 0)
