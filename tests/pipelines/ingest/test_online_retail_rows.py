"""The rows of a real shop: each ends in exactly one place, by counts that know nothing of ours."""

# ruff: noqa: S608 - statements are made of names that stand here

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.ingest.deliver import load_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT

pytestmark = pytest.mark.real
ENDS = ("order_lines", "returns", "other_lines")


@pytest.fixture(scope="module")
def shop(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, pl.DataFrame]]:
    """Return a warehouse with thirteen months of a shop, and the ledger's rows of them."""
    home = tmp_path_factory.mktemp("home")
    staged = stage_delivery(discover(shared_data / "landing"), home / "staging", KEY, "2GB")
    with Warehouse(home, "2GB") as warehouse:
        ledger = load_delivery(warehouse, staged, LOADED_AT)
        warehouse.delivered_views()
        yield warehouse, pl.DataFrame(ledger)


def one(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[object, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row


def test_every_row_is_loaded(shop: tuple[Warehouse, pl.DataFrame]) -> None:
    warehouse, ledger = shop
    assert ledger["rows_read"].sum() == ledger["rows_loaded"].sum() == 541_909
    assert warehouse.count("raw.online_retail_lines") == 541_909
    assert warehouse.count("raw.quarantine") == 0
    assert ledger["status"].unique().to_list() == ["loaded"]


def test_every_row_ends_in_exactly_one_place(shop: tuple[Warehouse, pl.DataFrame]) -> None:
    warehouse, _ = shop
    ends = " union all ".join(
        f"select {'rma_id, rma_line_id' if name == 'returns' else 'order_id, line_id'} from delivered_{name}"
        for name in ENDS
    )
    found = one(warehouse.connection, f"select count(*), count(distinct (#1, #2)) from ({ends})")
    assert found == (541_909, 541_909)
    lost = (
        "select count(*) from raw.online_retail_lines as l "
        "anti join ends on l.invoice_no = ends.a and cast(l.line_no as varchar) = ends.b"
    )
    assert one(warehouse.connection, f"with ends(a, b) as ({ends}) {lost}") == (0,)


def test_goods_on_credit_notes_are_the_returns_to_the_cent(
    shop: tuple[Warehouse, pl.DataFrame], shared_data: Path
) -> None:
    warehouse, _ = shop
    typed = f"read_parquet('{shared_data}/online_retail/online_retail.parquet')"
    with duckdb.connect() as other:
        assert one(other, f"select count(*) from {typed} where InvoiceNo[1] = 'C'") == (9_288,)
        goods = one(
            other,
            f"select count(*), sum(-Quantity * cast(UnitPrice as decimal(18, 4))) from {typed} "
            r"where InvoiceNo[1] = 'C' and regexp_matches(StockCode, '^\d{5}')",
        )
    assert [str(value) for value in goods] == ["8704", "478724.1800"]
    assert one(warehouse.connection, "select count(*), sum(refund_amount) from delivered_returns") == goods
    ours = one(warehouse.connection, "select count(*) from raw.online_retail_lines where starts_with(invoice_no, 'C')")
    assert ours == (9_288,)


def test_every_cell_is_that_of_the_typed_file(shop: tuple[Warehouse, pl.DataFrame], shared_data: Path) -> None:
    warehouse, _ = shop
    theirs = (
        "select InvoiceNo, StockCode, nullif(trim(Description), ''), Quantity, InvoiceDate, "
        "cast(UnitPrice as decimal(18, 4)), cast(CustomerID as varchar), Country "
        f"from read_parquet('{shared_data}/online_retail/online_retail.parquet')"
    )
    ours = (
        "select invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country "
        "from raw.online_retail_lines"
    )
    for left, right in ((ours, theirs), (theirs, ours)):
        assert one(warehouse.connection, f"select count(*) from ({left} except all {right})") == (0,)


def test_no_invoice_spans_two_files(shop: tuple[Warehouse, pl.DataFrame]) -> None:
    warehouse, _ = shop
    spans = "select invoice_no from raw.online_retail_lines group by 1 having count(distinct delivery_id) > 1"
    assert warehouse.connection.execute(spans).fetchall() == []


GOODS_SOLD = r"not starts_with(invoice_no, 'C') and regexp_matches(stock_code, '^\d{5}')"
GOODS_BACK = r"starts_with(invoice_no, 'C') and regexp_matches(stock_code, '^\d{5}')"
LINES = "(select *, row_number() over (order by delivery_id, row_number) as place from raw.online_retail_lines)"


def test_a_line_that_stands_twice_is_two_scans(shop: tuple[Warehouse, pl.DataFrame]) -> None:
    """The figures of docs/sources.md: repeats with other quantities are as common, and lie as far apart."""
    warehouse, _ = shop
    pairs = (
        "select min(quantity) = max(quantity) as is_same, min(unit_price) = max(unit_price) as is_price, "
        "max(quantity) = 1 and min(quantity) = 1 as is_one, max(place) - min(place) as apart "
        f"from {LINES} where {GOODS_SOLD} group by invoice_no, stock_code having count(*) = 2"
    )
    counted = one(
        warehouse.connection,
        "select count(*), count(*) filter (is_same), count(*) filter (is_one), "
        "count(*) filter (is_same and is_price), count(*) filter (is_same and is_price and apart = 1), "
        "count(*) filter (not is_same and apart = 1), median(apart) filter (is_same), "
        f"median(apart) filter (not is_same) from ({pairs})",
    )
    assert counted == (8_818, 4_287, 2_995, 4_221, 487, 517, 10, 11)


def test_shoppers_had_bought_what_stands_twice_on_a_credit_note(shop: tuple[Warehouse, pl.DataFrame]) -> None:
    warehouse, _ = shop
    repeats = (
        "select invoice_no, customer_id, stock_code, -quantity as units, unit_price, count(*) as n, "
        f"min(invoice_date) as returned_at from raw.online_retail_lines where {GOODS_BACK} "
        "group by invoice_no, customer_id, stock_code, quantity, unit_price having count(*) > 1"
    )
    counted = one(
        warehouse.connection, f"select count(*), sum(n - 1), sum((n - 1) * units * unit_price) from ({repeats})"
    )
    assert [str(value) for value in counted] == ["31", "36", "2823.0200"]
    bought = (
        f"select r.*, coalesce(sum(l.quantity), 0) as bought from ({repeats}) as r "
        "left join raw.online_retail_lines as l on l.customer_id = r.customer_id and l.stock_code = r.stock_code "
        "and l.quantity > 0 and l.invoice_date < r.returned_at where r.customer_id is not null group by all"
    )
    judged = "count(*), count(*) filter (bought >= n * units), count(*) filter (bought >= units and bought < n * units)"
    assert one(warehouse.connection, f"select {judged} from ({bought})") == (28, 22, 3)


def test_lines_without_shopper_and_lines_of_each_kind(shop: tuple[Warehouse, pl.DataFrame]) -> None:
    warehouse, _ = shop
    anonymous = f"count(*) filter (customer_id is null), count(*) filter (customer_id is null and {GOODS_BACK})"
    assert one(warehouse.connection, f"select {anonymous} from raw.online_retail_lines") == (135_080, 165)
    kinds = [warehouse.count(f"delivered_{name}") for name in ENDS]
    assert kinds == [527_758, 8_704, 5_447]


def test_the_same_delivery_again_is_all_duplicates(shop: tuple[Warehouse, pl.DataFrame], shared_data: Path) -> None:
    warehouse, ledger = shop
    staged = stage_delivery(discover(shared_data / "landing")[:2], warehouse.home / "staging", KEY, "2GB")
    again = load_delivery(warehouse, staged, LOADED_AT)
    assert [row["status"] for row in again] == ["duplicate", "duplicate"]
    assert [row["rows_duplicate"] for row in again] == ledger["rows_read"].head(2).to_list()
    assert warehouse.count("raw.online_retail_lines") == 541_909
