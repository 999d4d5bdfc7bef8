"""Amazon's two reports of returns, and one run over both sources."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipelines.runner import RunRequest, run
from pipelines.warehouse import Warehouse
from tests.amazon import FBA, MFN, ORDERS, deliver, fba, given, mfn, moment, order, sheet
from tests.ingest_tools import MEMORY

if TYPE_CHECKING:
    from tests.conftest import LandingWriter


def test_each_returned_unit_is_an_rma(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    returns = sheet(
        FBA, fba("111-1", "LPN1", customer_comments="Call me: 0171 2345678"),
        fba("111-1", "LPN2", detailed_disposition="CUSTOMER_DAMAGED", reason="NEVER_ARRIVED", status="Reimbursed"),
    )  # fmt: skip
    landing = {"amazon_fba/returns.tsv": returns, "amazon_fba/orders.tsv": sheet(ORDERS, order("111-1", quantity="2"))}
    deliver(warehouse, write_landing(landing))
    back = moment("2025-06-05T15:31:40")
    both = {
        "rma_line_id": "A", "order_id": "111-1", "sku": "A", "quantity": 1, "requested_at": back, "received_at": back,
        "inspected_at": back, "status": "received", "dock_received": True, "received_quantity": 1, "store_id": "ABE8",
        "source": "amazon_fba",
    }  # fmt: skip
    assert given(warehouse, "returns", "rma_id") == [
        both | {
            "rma_id": "111-1:LPN1", "claim_type": "return", "reason_code": "changed_mind", "condition_grade": "A",
            "restocked": True, "customer_comment": "Call me: [number]",
        },
        both | {
            "rma_id": "111-1:LPN2", "claim_type": "item_not_received", "reason_code": "not_received",
            "condition_grade": "D",
        },
    ]  # fmt: skip


def test_a_unit_without_a_plate_is_known_by_its_moment(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    rows = [fba("111-1", "", quantity="2"), fba("111-1", "", sku="B"), fba("111-1", "", return_date="2025-06-09")]
    deliver(warehouse, write_landing({"amazon_fba/returns.tsv": sheet(FBA, *rows)}))
    found = given(warehouse, "returns", "rma_id", "rma_line_id")
    assert [(row["rma_id"], row["rma_line_id"], row["quantity"]) for row in found] == [
        ("111-1@2025-06-05T15:31:40", "A", 2), ("111-1@2025-06-05T15:31:40", "B", 1),
        ("111-1@2025-06-09T00:00:00", "A", 1),
    ]  # fmt: skip
    # without its order, the order's number stands for the shopper
    assert {row["customer_id"] for row in found} == {"111-1"}


def test_codes_that_no_map_knows_are_kept_and_counted(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    rows = [
        fba("1", "P1", reason="UNDELIVERABLE_REFUSED"), fba("2", "P2", reason="GREMLINS"),
        fba("3", "P3", reason="GREMLINS", detailed_disposition="MOULDY", status="Lost"), fba("4", "P4", reason=""),
    ]  # fmt: skip
    sellers = [
        mfn("5", Return_Reason="AMZ-PG-BAD-DESC"), mfn("6", Return_Reason="CR-UNDELIVERABLE_UNKNOWN"),
        mfn("7", Return_Reason="CR-GREMLINS", Resolution="Hug", Return_request_status="Lost"),
    ]  # fmt: skip
    files: dict[str, str | bytes] = {
        "amazon_fba/returns.tsv": sheet(FBA, *rows),
        "amazon_mfn/returns.tsv": sheet(MFN, *sellers),
    }
    deliver(warehouse, write_landing(files))
    found = given(warehouse, "returns", "order_id")
    assert [(row.get("reason_code"), row.get("claim_type")) for row in found] == [
        ("undeliverable", "return"), ("gremlins", None), ("gremlins", None), (None, None),
        ("not_as_described", "return"), ("undeliverable", "return"), ("cr-gremlins", None),
    ]  # fmt: skip
    assert [row["status"] for row in found] == [*["received"] * 4, "authorized", "authorized", "requested"]
    unknown = warehouse.select("checks/find_unknown_codes").sort("source", "map", "code").select(
        "source", "map", "code", "n_rows"
    )  # fmt: skip
    assert unknown.rows() == [
        ("amazon_fba", "dispositions", "MOULDY", 1), ("amazon_fba", "reasons", "GREMLINS", 2),
        ("amazon_fba", "statuses", "Lost", 1), ("amazon_mfn", "reasons", "CR-GREMLINS", 1),
        ("amazon_mfn", "resolutions", "Hug", 1), ("amazon_mfn", "statuses", "Lost", 1),
    ]  # fmt: skip


def test_a_sellers_return_has_its_costs_and_its_refund(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    whole = mfn(
        "222-1", Amazon_RMA_ID="DrtRMA", Merchant_RMA_ID="9", Label_cost="4.80", Currency_code="gbp",
        Return_carrier="Royal Mail", Tracking_ID="TT1", Label_to_be_paid_by="Seller", Return_quantity="2",
        Resolution="StandardRefund", Return_delivery_date="16-Jul-2025", Refunded_Amount="12.50",
    )  # fmt: skip
    deliver(warehouse, write_landing({"amazon_mfn/returns.tsv": sheet(MFN, whole)}))
    assert given(warehouse, "returns", "rma_id") == [
        {
            "rma_id": "DrtRMA", "rma_line_id": "222-1/A", "order_id": "222-1", "customer_id": "222-1", "sku": "A",
            "quantity": 2, "requested_at": moment("2025-07-10"), "status": "refunded", "claim_type": "return",
            "reason_code": "changed_mind", "return_method": "mail", "received_at": moment("2025-07-16"),
            "carrier": "Royal Mail", "tracking_number": "TT1", "dock_received": True, "refund_method": "original",
            "refund_amount": Decimal("12.5"), "label_cost": Decimal("4.8"), "currency": "GBP", "source": "amazon_mfn",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, ("222-1@2025-07-10", "authorized", None)),
        ({"Merchant_RMA_ID": "9"}, ("222-1:9", "authorized", None)),
        ({"Refunded_Amount": "0", "Return_delivery_date": "12-Jul-2025"}, ("222-1@2025-07-10", "received", None)),
        ({"Return_request_status": "declined", "Label_cost": "3"}, ("222-1@2025-07-10", "denied", Decimal(3))),
        ({"Label_to_be_paid_by": "Customer", "Label_cost": "3"}, ("222-1@2025-07-10", "authorized", Decimal(0))),
    ],
)
def test_a_sellers_return_goes_through_stages(
    warehouse: Warehouse, write_landing: LandingWriter, cells: dict[str, str], expected: tuple[object, ...]
) -> None:
    deliver(warehouse, write_landing({"amazon_mfn/returns.tsv": sheet(MFN, mfn("222-1", **cells))}))
    (row,) = given(warehouse, "returns", "rma_id")
    assert (row["rma_id"], row["status"], row.get("label_cost")) == expected
    assert "refund_amount" not in row


@pytest.mark.parametrize(
    ("ordered_at", "requested_at", "customer"),
    [
        ("2025-07-09T23:00:00", "2025-07-10T00:00:00", None),  # the order's own shopper, which core takes
        ("2025-07-10T14:30:00", "2025-07-10T14:30:00", None),
        ("2025-07-11T00:10:00", "2025-07-10T00:00:00", "222-1"),  # known at the request was no such order
    ],
)
def test_a_day_of_a_request_is_a_moment(
    warehouse: Warehouse, write_landing: LandingWriter, ordered_at: str, requested_at: str, customer: str | None
) -> None:
    files: dict[str, str | bytes] = {
        "amazon_mfn/returns.tsv": sheet(MFN, mfn("222-1")),
        "amazon_mfn/orders.tsv": sheet(ORDERS, order("222-1", purchase_date=ordered_at)),
    }
    deliver(warehouse, write_landing(files))
    (row,) = given(warehouse, "returns", "rma_id")
    assert (row["requested_at"], row.get("customer_id")) == (moment(requested_at), customer)


def test_a_claim_with_amazon_is_a_dispute(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    key = "A-to-Z Claim"
    rows = [
        mfn("222-1", Amazon_RMA_ID="R1", Order_Amount="40.00", Return_delivery_date="20-Jul-2025") | {key: "Y"},
        mfn("222-2", Amazon_RMA_ID="R2", Order_Amount="40.00", Refunded_Amount="15.00") | {key: "y"},
        mfn("222-3", Amazon_RMA_ID="R3"),
    ]
    deliver(warehouse, write_landing({"amazon_mfn/returns.tsv": sheet(MFN, *rows)}))
    dispute = {"reason": "a_to_z_claim", "source": "amazon_mfn"}
    assert given(warehouse, "chargebacks", "chargeback_id") == [
        dispute | {
            "chargeback_id": "a_to_z:R1:222-1/A", "order_id": "222-1", "opened_at": moment("2025-07-20"),
            "amount": Decimal(40),
        },
        dispute | {
            "chargeback_id": "a_to_z:R2:222-2/A", "order_id": "222-2", "opened_at": moment("2025-07-10"),
            "amount": Decimal(15),
        },
    ]  # fmt: skip


def shop(n_orders: int) -> dict[str, str | bytes]:
    """Return the reports of a shop: every order in both sources, every third returned by way of one of them."""
    moments = [f"2025-{3 + n % 4:02}-{1 + n % 28:02}T08:00:00+00:00" for n in range(n_orders)]
    orders = [order(f"111-{n}", purchase_date=at, quantity=str(1 + n % 2)) for n, at in enumerate(moments)]
    orders += [order("111-x", order_status="Cancelled", item_price="", currency=""), order("111-1", sku="B")]
    returned = range(0, n_orders, 3)
    back = [fba(f"111-{n}", f"LPN{n}", return_date="2025-08-05T10:00:00+00:00") for n in returned if n % 2]
    back += [fba("999-1", "LPNX", reason="GREMLINS"), fba("111-3", "LPN3B", return_date="2025-08-09T10:00:00+00:00")]
    asked = [mfn(f"111-{n}", Amazon_RMA_ID=f"R{n}", Refunded_Amount="7.00") for n in returned if n % 2 == 0]
    claim = {"A-to-Z Claim": "Y", "Refunded Amount": "20.00", "Currency code": "USD"}
    return {
        "amazon_fba/2025/orders.tsv": sheet(ORDERS, *orders),
        "amazon_mfn/orders.tsv": sheet(ORDERS, *orders[:-1]),
        "amazon_fba/returns.tsv": sheet(FBA, *back),
        "amazon_mfn/returns.tsv": sheet(MFN, *asked, mfn("999-2", Amazon_RMA_ID="RX") | claim),
    }


def test_a_run_over_both_sources(tmp_path: Path, write_landing: LandingWriter) -> None:
    landing, home = write_landing(shop(60)), tmp_path / "home"
    summary = run(RunRequest(home, landing)).as_json()
    # 20 of 60 orders came back, one of them with two units; two returns have no order
    assert (summary["quarantined"], summary["files_refused"], summary["rmas_scored"]) == (0, [], 23)
    published = home / "published" / "current"
    scores = pl.read_parquet(published / "rma_scores.parquet")
    assert scores.filter(pl.col("rma_id") == "111-3:LPN3B")["customer_id"].item() == "111-3"
    costs = pl.read_parquet(published / "return_costs.parquet").filter(pl.col("component") == "refund")
    # ten of the even ones at 7.00, and the claim without an order at 20.00
    assert costs["amount"].sum() == Decimal("90.0000")
    with Warehouse(home, MEMORY) as warehouse:
        assert warehouse.count("core.orders") == 60
        assert warehouse.count("core.order_lines") == 61
        assert warehouse.frame("core.other_lines", ["kind", "source"]).rows() == [("cancelled", "amazon_fba")]
        lines = warehouse.frame("core.rma_lines", ["source", "match_method"])
        assert warehouse.frame("core.chargebacks", ["order_id", "reason"]).rows() == [("999-2", "a_to_z_claim")]
    counted = lines.group_by("source", "match_method").len().sort("source", "match_method").rows()
    assert counted == [
        ("amazon_fba", "none", 1), ("amazon_fba", "order_sku", 11), ("amazon_mfn", "none", 1),
        ("amazon_mfn", "order_sku", 10),
    ]  # fmt: skip
