from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop

SENT = {"shipped_at": "2025-01-10", "received_at": "2025-01-12", "return_method": "mail"}


def carriers(shop: Shop) -> dict[str, dict[str, Any]]:
    return {row["carrier"]: row for row in build(shop, "report_carriers")}


def test_lines_of_one_tracking_number_are_one_parcel(shop: Shop) -> None:
    one = {**SENT, "carrier": "dhl", "tracking_number": "T1", "refund_amount": 1}
    shop.rma("R1", **one, label_cost=4, scan_weight_g=800)
    shop.rma("R1", **one, rma_line_id="2", scan_weight_g=1200)
    shop.rma("R2", **{**one, "tracking_number": "T2"}, label_cost=6, scan_weight_g=2000)
    shop.rma("R2", **{**one, "tracking_number": "T2"}, rma_line_id="2", scan_weight_g=2000)
    shop.rma("R3", **{**one, "tracking_number": "T3"}, label_cost=5)
    row = carriers(shop)["dhl"]
    assert (row["n_lines"], row["n_parcels"], row["label_cost"]) == (5, 3, Decimal(15))
    assert (row["label_cost_per_parcel"], row["label_known_share"]) == (Decimal(5), 1.0)
    # 800 g and 1200 g are pieces; 2000 g twice is the parcel's weight: 10 of money for 4 kg.
    assert (row["n_weighed"], row["label_cost_per_kg"]) == (2, Decimal("2.5"))


def test_a_label_that_is_estimated_has_no_cost_per_kilogram(shop: Shop) -> None:
    shop.rma("R1", **SENT, carrier="dhl", scan_weight_g=500, refund_amount=1)
    row = carriers(shop)["dhl"]
    assert (row["label_cost"], row["label_known_share"]) == (Decimal(6), 0.0)
    assert (row["n_weighed"], row["label_cost_per_kg"]) == (0, None)


def test_days_in_transit_and_the_share_within_seven(shop: Shop) -> None:
    for number, day in enumerate([11, 12, 17, 18]):
        shop.rma(f"R{number}", carrier="dhl", shipped_at="2025-01-10", received_at=f"2025-01-{day}")
    shop.rma("R9", carrier="dhl", shipped_at="2025-01-30", status="in_transit")
    row = carriers(shop)["dhl"]
    assert (row["n_parcels"], row["n_transit_dated"]) == (5, 4)
    assert (row["p50_days_in_transit"], row["p90_days_in_transit"], row["sla_share"]) == (2.0, 8.0, 0.75)


def test_parcels_are_lost_after_thirty_days(shop: Shop) -> None:
    gone = {"shipped_at": "2024-12-01", "dock_received": False, "requested_amount": 30}
    shop.rma("R1", **gone, carrier="dhl")
    shop.rma("R2", **{**gone, "shipped_at": "2025-01-20"}, carrier="dhl")
    shop.rma("R3", **SENT, carrier="dhl")
    shop.rma("R4", **SENT, carrier="ups")
    found = carriers(shop)
    dhl = found["dhl"]
    assert (dhl["n_parcels_told"], dhl["n_lost"], dhl["amount_lost"], dhl["lost_per_1000"]) == (
        2,
        1,
        Decimal(30),
        500.0,
    )
    assert dhl["lost_expected"] == pytest.approx(1000 / 3)
    assert found["ups"]["lost_per_1000_shrunken"] == pytest.approx(50 / 3 / 51 * 1000)
    # Three standard errors of one parcel are more than all there is.
    assert (found["ups"]["lost_limit_low"], found["ups"]["lost_limit_high"]) == (0.0, 1000.0)


def test_claims_of_goods_never_received_against_all_carriers(shop: Shop) -> None:
    for number in range(200):
        claim = "item_not_received" if number in {0, 1, 2, 100} else "return"
        shop.rma(f"R{number}", carrier="dhl" if number < 100 else "ups", claim_type=claim)
    shop.rma("R999", claim_type="item_not_received")
    found = carriers(shop)
    assert [found[name]["not_received_per_1000"] for name in ("dhl", "ups")] == [30.0, 10.0]
    assert found["dhl"]["not_received_expected"] == pytest.approx(20.0)
    assert found["dhl"]["not_received_limit_high"] == pytest.approx(20 + 3 * 14.0)
    assert found["dhl"]["not_received_limit_low"] == 0.0
    nobody = found["(not given)"]
    assert (nobody["n_not_received"], nobody["not_received_expected"], nobody["not_received_limit_high"]) == (
        1,
        None,
        None,
    )
    assert (nobody["n_parcels"], nobody["lost_per_1000"], nobody["label_cost_per_parcel"]) == (0, None, None)
