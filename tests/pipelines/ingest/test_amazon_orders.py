"""Amazon's All Orders report, delivered by either source: what was sold, what was not, and whose it is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.ingest.sources import raw_tables
from pipelines.warehouse import Warehouse
from tests.amazon import FBA, MFN, ORDERS, deliver, given, moment, order, sheet
from tests.ingest_tools import MEMORY, accounted, load

if TYPE_CHECKING:
    from tests.conftest import LandingWriter


def test_an_order_is_its_lines_that_were_sold(warehouse: Warehouse, write_landing: LandingWriter) -> None:
    first = order(
        "111-1", quantity="3", item_price="20.00", item_promotion_discount="1.00", shipping_price="5.99",
        ship_promotion_discount="2.00", ship_city="Boston", ship_postal_code="02101", ship_country="US",
        promotion_ids="SUMMER", last_updated_date="2025-06-03T00:00:00+00:00",
    )  # fmt: skip
    text = sheet(
        ORDERS, first, order("111-1", sku="B", item_status="Cancelled", quantity="0", item_price="", currency=""),
        order("111-1", sku="A", item_price="0.00"),
    )  # fmt: skip
    deliver(warehouse, write_landing({"amazon_fba/orders_2025-06.tsv": text}))
    assert given(warehouse, "orders", "order_id") == [
        {
            "order_id": "111-1", "customer_id": "111-1", "ordered_at": moment("2025-06-01T08:00:00"),
            "currency": "USD", "status": "shipped", "channel": "Amazon.com", "ship_city": "Boston",
            "ship_postcode": "02101", "ship_country": "US", "shipping_fee": Decimal("3.99"),
            "discount_code": "SUMMER", "source": "amazon_fba",
        }
    ]  # fmt: skip
    # (20.00 - 1.00) / 3, to four decimals
    a_line = {"order_id": "111-1", "sku": "A", "product_name": "Lamp", "source": "amazon_fba"}
    assert given(warehouse, "order_lines", "line_id") == [
        a_line | {"line_id": "1", "quantity": 3, "unit_price": Decimal("6.3333"), "list_price": Decimal("6.6667")},
        a_line | {"line_id": "3", "quantity": 1, "unit_price": Decimal(0), "list_price": Decimal(0)},
    ]
    assert given(warehouse, "other_lines", "line_id") == [
        {
            "order_id": "111-1", "line_id": "2", "customer_id": "111-1", "sku": "B", "kind": "cancelled",
            "quantity": 0, "amount": Decimal(0), "occurred_at": moment("2025-06-01T08:00:00"), "currency": "USD",
            "source": "amazon_fba",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"order_status": "Cancelled"}, "cancelled"),
        ({"order_status": "CANCELED"}, "cancelled"),
        ({"quantity": "0"}, "cancelled"),
        ({"order_status": "Pending", "item_price": "", "currency": ""}, "unpriced"),
        ({"currency": ""}, "unpriced"),
    ],
)
def test_what_was_not_sold_is_kept_apart(
    warehouse: Warehouse, write_landing: LandingWriter, cells: dict[str, str], kind: str
) -> None:
    deliver(warehouse, write_landing({"amazon_mfn/orders.tsv": sheet(ORDERS, order("111-1", **cells))}))
    assert (given(warehouse, "orders", "order_id"), given(warehouse, "order_lines", "line_id")) == ([], [])
    assert [(row["kind"], row["source"]) for row in given(warehouse, "other_lines", "line_id")] == [
        (kind, "amazon_mfn")
    ]


def test_a_price_that_comes_later_makes_a_sale(tmp_path: Path, write_landing: LandingWriter) -> None:
    pending = sheet(ORDERS, order("111-1", order_status="Pending", item_price=""), order("111-2"))
    landing = write_landing({"amazon_fba/orders_1.tsv": pending})
    load(tmp_path / "home", landing)
    write_landing({"amazon_fba/orders_2.tsv": sheet(ORDERS, order("111-1"), order("111-2"))})
    assert accounted(load(tmp_path / "home", landing)[0]) == (0, 1, 1, 0)
    with Warehouse(tmp_path / "home", MEMORY) as warehouse:
        warehouse.delivered_views()
        assert [row["order_id"] for row in given(warehouse, "orders", "order_id")] == ["111-1", "111-2"]


def test_the_buyers_address_joins_orders_and_is_never_stored(
    warehouse: Warehouse, write_landing: LandingWriter
) -> None:
    rows = [order("111-1"), order("111-2"), order("111-3")]
    addresses = ["jo@marketplace.amazon.com", "JO@marketplace.amazon.com", ""]
    text = sheet(
        ORDERS + "\tbuyer-email", *(row | {"buyer-email": one} for row, one in zip(rows, addresses, strict=True))
    )
    deliver(warehouse, write_landing({"amazon_fba/orders.tsv": text}))
    first, second, third = given(warehouse, "orders", "order_id")
    assert first["customer_id"] == second["customer_id"] == first["email_hash"]
    assert (first["email_mask"], third["customer_id"]) == ("j***@***", "111-3")
    assert "marketplace" not in str([first, second, warehouse.frame("raw.amazon_fba_orders").rows()])


@pytest.mark.parametrize(
    ("updated", "source", "price"),
    [
        (("2025-06-02", "2025-06-03"), "amazon_mfn", 30),
        (("2025-06-03", "2025-06-02"), "amazon_fba", 20),
        (("2025-06-02", "2025-06-02"), "amazon_fba", 20),
        (("", "2025-06-02"), "amazon_mfn", 30),
    ],
)
def test_an_order_that_both_sources_deliver_counts_once(
    warehouse: Warehouse, write_landing: LandingWriter, updated: tuple[str, str], source: str, price: int
) -> None:
    ours = [order("111-1", last_updated_date=updated[0]), order("111-2")]
    theirs = [order("111-1", last_updated_date=updated[1], item_price="30.00"), order("111-3")]
    files: dict[str, str | bytes] = {
        "amazon_fba/orders.tsv": sheet(ORDERS, *ours),
        "amazon_mfn/orders.tsv": sheet(ORDERS, *theirs),
    }
    deliver(warehouse, write_landing(files))
    assert [(row["order_id"], row["source"]) for row in given(warehouse, "orders", "order_id")] == [
        ("111-1", source), ("111-2", "amazon_fba"), ("111-3", "amazon_mfn")
    ]  # fmt: skip
    lines = given(warehouse, "order_lines", "order_id")
    assert [(row["order_id"], row["unit_price"]) for row in lines] == [("111-1", price), ("111-2", 20), ("111-3", 20)]


@pytest.mark.parametrize(
    ("table", "header"), [("amazon_fba_orders", ORDERS), ("amazon_fba_returns", FBA), ("amazon_mfn_returns", MFN)]
)
def test_every_column_of_a_report_is_declared(table: str, header: str) -> None:
    assert list(raw_tables()[table].headers)[: len(header.split("\t"))] == header.split("\t")


def test_the_headers_are_those_of_the_platform(shared_data: Path) -> None:
    formats = shared_data / "export_formats"
    for name, header in (("fba_customer_returns", FBA), ("mfn_returns_by_return_date", MFN)):
        assert (formats / f"amazon_{name}.header.tsv").read_text(encoding="utf-8").strip() == header
