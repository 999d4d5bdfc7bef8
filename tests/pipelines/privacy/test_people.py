"""Whose identifiers a person's rows lead to, in sources that name the customer and in those that do not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipelines.privacy.forget import ForgetRequest, forget
from pipelines.privacy.people import MENTIONABLE, tokens_replaced
from pipelines.privacy.rotate import rotate
from pipelines.warehouse import Warehouse
from tests.ingest_tools import MEMORY
from tests.privacy_tools import csv_text, deliver, found_in, rows_of, table

if TYPE_CHECKING:
    from tests.conftest import LandingWriter

KNOWN = {"O-17": "P1", "LPN9": "P2", "O-17-2": "P3", "7": "P4"}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("O-17:LPN9", "P1:P2"), ("O-17@2026-01-01", "P1@2026-01-01"), ("a_to_z:x:O-17/SKU", "a_to_z:x:P1/SKU"),
        ("O-17-2", "P3"), ("XO-17", "XO-17"), ("O-171", "O-171"), ("7 of 9", "7 of 9"), ("", ""),
    ],
)  # fmt: skip
def test_known_identifiers_are_replaced_between_marks(text: str, made: str) -> None:
    assert tokens_replaced(text, KNOWN) == made


@pytest.mark.parametrize(
    ("value", "is_looked_for"),
    [("O-17", True), ("1001", True), ("anna", False), ("17", False), ("#1001", False), ("C536379", True)],
)
def test_short_and_plain_words_are_not_looked_for_in_texts(value: str, is_looked_for: bool) -> None:
    assert bool(MENTIONABLE.fullmatch(value)) is is_looked_for


def delivered(home: Path, name: str) -> pl.DataFrame:
    """Return the rows that translations yield."""
    with Warehouse(home, MEMORY) as warehouse:
        warehouse.delivered_views()
        return warehouse.frame(f"delivered_{name}")


AMAZON_ORDERS = (
    "amazon-order-id\tpurchase-date\torder-status\tsku\tquantity\tcurrency\titem-price\tship-city\tbuyer-email\n"
    "111-1\t2026-01-01T10:00:00Z\tShipped\tS1\t1\tEUR\t10.00\tQuuxcity\t\n"
    "111-2\t2026-01-02T10:00:00Z\tShipped\tS1\t2\tEUR\t20.00\tQuuxcity\tbuyer@mail.example\n"
    "111-3\t2026-01-03T10:00:00Z\tShipped\tS2\t1\tEUR\t30.00\tQuuxcity\tbuyer@mail.example\n"
)
AMAZON_RETURNS = (
    "return-date\torder-id\tsku\tquantity\tlicense-plate-number\tcustomer-comments\n"
    "2026-01-10T10:00:00Z\t111-1\tS1\t1\tLPN-11\tquux wrote this\n"
    "2026-01-11T10:00:00Z\t111-2\tS1\t1\tLPN-12\tquux wrote that\n"
    "2026-01-12T10:00:00Z\t999-9\tS2\t1\tLPN-13\tof an order unknown\n"
)


@pytest.fixture
def amazon(tmp_path: Path, write_landing: LandingWriter) -> Path:
    files = {"amazon_fba/orders.txt.tsv": AMAZON_ORDERS, "amazon_fba/returns.tsv": AMAZON_RETURNS}
    deliver(tmp_path / "home", write_landing(files))
    return tmp_path / "home"


@pytest.mark.parametrize(("order", "plate"), [("111-1", "LPN-11"), ("999-9", "LPN-13")])
def test_an_order_that_stands_for_its_customer(amazon: Path, order: str, plate: str) -> None:
    assert set(found_in(amazon, [order, plate])) == {order, plate}
    forget(ForgetRequest(amazon, order))
    assert found_in(amazon, [order, plate]) == {}
    returns = delivered(amazon, "returns")
    assert returns.height == 3
    (rma,) = returns.filter(pl.col("rma_id").str.contains("erased"))["rma_id"]
    assert rma.startswith("0erased")
    assert ":Lerased" in rma
    assert {"111-2", "111-3"} <= set(delivered(amazon, "orders")["order_id"])


def test_a_mailbox_that_stands_for_its_customer(amazon: Path, tmp_path: Path) -> None:
    (mailbox,) = delivered(amazon, "orders").filter(pl.col("order_id") == "111-2")["customer_id"]
    traces = [mailbox, "111-2", "111-3", "LPN-12"]
    assert set(found_in(amazon, traces)) == set(traces)
    forget(ForgetRequest(amazon, mailbox))
    assert found_in(amazon, traces) == {}
    orders = delivered(amazon, "orders")
    erased = orders.filter(pl.col("customer_id").str.starts_with("erased-"))
    assert (erased.height, erased["customer_id"].n_unique()) == (2, 1)
    assert orders.filter(pl.col("order_id") == "111-1")["ship_city"].to_list() == ["Quuxcity"]
    later = AMAZON_ORDERS.splitlines()
    later = [later[0], later[2].replace("111-2", "111-7")]
    (tmp_path / "landing/amazon_fba/orders_later.tsv").write_text("\n".join(later), encoding="utf-8")
    deliver(amazon, tmp_path / "landing")
    orders = delivered(amazon, "orders")
    assert orders.filter(pl.col("customer_id") == erased["customer_id"][0]).height == 3
    assert "111-7" not in str(table(amazon, "raw.amazon_fba_orders").rows())


def test_invoices_and_credit_notes_stay_what_they_are(tmp_path: Path, write_landing: LandingWriter) -> None:
    lines = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,85123A,HOLDER,6,2026-01-01 10:00,2.55,17850,United Kingdom\n"
        "C536379,85123A,HOLDER,-1,2026-01-05 10:00,2.55,17850,United Kingdom\n"
        "536366,85123A,HOLDER,6,2026-01-01 11:00,2.55,13047,United Kingdom\n"
    )
    home = tmp_path / "home"
    deliver(home, write_landing({"online_retail/jan.csv": lines}))
    before = {name: delivered(home, name) for name in ("orders", "order_lines", "returns")}
    forget(ForgetRequest(home, "17850"))
    for name, frame in before.items():
        after = delivered(home, name)
        assert after.height == frame.height, name
        assert after.select("^(unit_price|refund_amount)$").equals(frame.select("^(unit_price|refund_amount)$")), name
    assert found_in(home, ["536365", "C536379", "17850"]) == {}
    assert delivered(home, "returns")["customer_id"].to_list()[0].startswith("erased-")


def test_a_row_that_names_another_customer_is_the_other_s(tmp_path: Path, write_landing: LandingWriter) -> None:
    gift = rows_of("returns")[0] | {"customer_id": "OTHER-1", "rma_id": "GIFT-1", "customer_comment": "a gift for me"}
    files = {"orders.csv": csv_text(rows_of("orders")), "returns.csv": csv_text([gift])}
    deliver(tmp_path / "home", write_landing(files))
    forget(ForgetRequest(tmp_path / "home", "PLC-4711"))
    row = table(tmp_path / "home", "raw.returns").row(0, named=True)
    assert (row["rma_id"], row["customer_id"], row["customer_comment"]) == ("GIFT-1", "OTHER-1", "a gift for me")
    assert row["order_id"].startswith("Perased")
    assert row["refund_payment_fingerprint_hash"] is not None


def test_the_other_s_order_is_not_erased_with_a_return_of_it(tmp_path: Path, write_landing: LandingWriter) -> None:
    gift = rows_of("returns")[0] | {"order_id": "OTH-1"}
    files = {"orders.csv": csv_text(rows_of("orders")), "returns.csv": csv_text([gift])}
    deliver(tmp_path / "home", write_landing(files))
    forget(ForgetRequest(tmp_path / "home", "PLC-4711"))
    orders, returns = table(tmp_path / "home", "raw.orders"), table(tmp_path / "home", "raw.returns")
    assert orders.filter(pl.col("order_id") == "OTH-1")["customer_id"].to_list() == ["OTHER-1"]
    assert returns["order_id"].to_list() == ["OTH-1"]
    assert returns["rma_id"].str.contains("erased").all()


def test_numbers_that_mean_different_things_are_told_apart(tmp_path: Path, write_landing: LandingWriter) -> None:
    one = rows_of("orders")[0] | {"order_id": "17", "customer_id": "5"}
    other = rows_of("orders")[2] | {"order_id": "5", "customer_id": "17"}
    deliver(tmp_path / "home", write_landing({"orders.csv": csv_text([one, other])}))
    forget(ForgetRequest(tmp_path / "home", "5"))
    orders = table(tmp_path / "home", "raw.orders")
    assert orders.filter(pl.col("order_id") == "5")["customer_id"].to_list() == ["17"]
    assert orders.filter(pl.col("order_id") != "5")["customer_id"].to_list()[0].startswith("erased-")


@pytest.mark.slow
def test_a_mailbox_stays_erased_under_a_new_key(amazon: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mailbox,) = delivered(amazon, "orders").filter(pl.col("order_id") == "111-2")["customer_id"]
    forget(ForgetRequest(amazon, mailbox))
    for number in range(2):
        monkeypatch.setenv("RETURNWATCH_NEW_KEY", f"a new key, as long as need be {number}")
        rotate(amazon, None)
    assert set(table(amazon, "raw.erased")["role"]) == {"mailbox", "order", "serial"}
    later = [AMAZON_ORDERS.splitlines()[0], AMAZON_ORDERS.splitlines()[2].replace("111-2", "111-7")]
    (tmp_path / "landing/amazon_fba/orders_later.tsv").write_text("\n".join(later), encoding="utf-8")
    deliver(amazon, tmp_path / "landing")
    erased = delivered(amazon, "orders").filter(pl.col("customer_id").str.starts_with("erased-"))
    assert (erased.height, erased["customer_id"].n_unique()) == (3, 1)
    assert found_in(amazon, ["111-7", mailbox]).keys() <= {"111-7"}
    assert "111-7" not in str(table(amazon, "raw.amazon_fba_orders").rows())
