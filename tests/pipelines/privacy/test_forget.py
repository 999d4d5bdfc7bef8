"""Erasing one person from the rows that were delivered, and from what arrives afterwards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipelines.errors import ReturnwatchError
from pipelines.privacy.forget import ForgetRequest, forget
from tests.ingest_tools import accounted
from tests.privacy_tools import (
    CUSTOMER,
    IDENTIFIERS,
    ORDERS,
    PERSONAL,
    ROWS,
    TEXTS,
    all_traces,
    csv_text,
    deliver,
    found_in,
    landing_files,
    rows_of,
    table,
)
from tests.program import fingerprint

if TYPE_CHECKING:
    from tests.conftest import LandingWriter


def tables(home: Path) -> dict[str, list[tuple[object, ...]]]:
    return {name: sorted(table(home, f"raw.{name}").rows(), key=str) for name in (*ROWS, "quarantine")}


def test_nothing_of_the_person_is_left_and_all_of_it_was_there(home: Path) -> None:
    traces = all_traces(home)
    before = found_in(home, traces)
    assert set(before) == traces
    assert len(traces) >= 26
    assert any("quarantine" in place for place in before["PLO-81"])
    forget(ForgetRequest(home, CUSTOMER))
    assert found_in(home, traces) == {}


def test_rows_and_amounts_stay_and_others_are_untouched(home: Path) -> None:
    before = {name: table(home, f"raw.{name}") for name in ROWS}
    receipt = forget(ForgetRequest(home, CUSTOMER))
    after = {name: table(home, f"raw.{name}") for name in ROWS}
    assert {name: frame.height for name, frame in after.items()} == {name: len(rows) for name, rows in ROWS.items()}
    for name, column in (("returns", "refund_amount"), ("order_lines", "unit_price"), ("chargebacks", "amount")):
        assert after[name][column].to_list() == before[name][column].to_list()
    for name, frame in after.items():
        others = before[name].with_columns(pl.col("^customer_comment$").str.replace("PLO-81", "[erased]"))
        key = frame.columns[0]
        mine = {value for values in IDENTIFIERS.values() for value in values}
        assert (
            others.filter(~pl.col(key).is_in(mine)).rows() == frame.filter(~pl.col(key).str.contains("erased")).rows()
        )
    assert receipt["rows"] == {
        "raw.chargebacks": 1, "raw.customers": 1, "raw.order_lines": 2, "raw.orders": 2, "raw.quarantine": 2,
        "raw.returns": 3, "raw.review_labels": 1, "raw.support_contacts": 2,
    }  # fmt: skip


def test_pseudonyms_are_the_same_in_every_table_and_lead_nowhere(home: Path) -> None:
    forget(ForgetRequest(home, CUSTOMER))
    orders, lines, returns = (table(home, f"raw.{name}") for name in ("orders", "order_lines", "returns"))
    mine = orders.filter(pl.col("customer_id").str.starts_with("erased-"))
    assert mine.height == 2
    assert mine["customer_id"].n_unique() == 1
    assert (
        mine["customer_id"].to_list()
        == table(home, "raw.customers").filter(pl.col("email_hash").is_null())["customer_id"].to_list() * 2
    )
    assert set(lines["order_id"]) == set(orders["order_id"]) == set(returns["order_id"])
    row = returns.filter(pl.col("tracking_number").is_not_null()).row(0, named=True)
    line = lines.filter(pl.col("order_id") == row["order_id"]).row(0, named=True)
    assert (row["line_id"], row["received_serial"]) == (line["line_id"], line["serial_number"])
    assert line["line_id"] == f"{line['order_id']}/1"
    assert {row["customer_comment"], row["refund_payment_fingerprint_hash"], row["tracking_destination_postcode"]} == {
        None
    }
    assert sorted(orders["discount_code"].to_list())[1:] == ["WELCOME", "WELCOME"]
    assert set(table(home, "raw.review_labels")["rma_id"]) <= set(returns["rma_id"])


def test_pseudonyms_stand_in_the_order_of_what_they_stand_for(home: Path) -> None:
    before = {name: table(home, f"raw.{name}") for name in ("orders", "returns")}
    forget(ForgetRequest(home, CUSTOMER))
    for name, column in (("orders", "order_id"), ("returns", "rma_id")):
        held, made = before[name][column], table(home, f"raw.{name}")[column]
        mine = [(old, new) for old, new in zip(held, made, strict=True) if old != new]
        assert len(mine) == 2
        assert [new for _, new in sorted(mine)] == sorted(new for _, new in mine)


def test_the_same_exports_again_bring_nobody_back(home: Path, landing: Path) -> None:
    traces = all_traces(home)
    forget(ForgetRequest(home, CUSTOMER))
    erased = tables(home)
    for name, text in landing_files().items():
        (landing / "canonical" / name.replace("planted", "planted_again")).write_text(text + "\n", encoding="utf-8")
    again = deliver(home, landing)
    assert len(again) == len(landing_files())
    read = [(row["rows_read"], accounted(row)) for row in again if row["status"] == "loaded"]
    assert all(rows == duplicate + refused for rows, (_, _, duplicate, refused) in read), again
    assert {name: rows for name, rows in tables(home).items() if name != "quarantine"} == {
        name: rows for name, rows in erased.items() if name != "quarantine"
    }
    shutil.rmtree(home / "staging")
    assert found_in(home, traces) == {}


@pytest.mark.slow
def test_a_full_refresh_brings_nobody_back(home: Path, landing: Path) -> None:
    traces = all_traces(home)
    forget(ForgetRequest(home, CUSTOMER))
    erased = tables(home)
    deliver(home, landing, full_refresh=True)
    assert tables(home) == erased
    shutil.rmtree(home / "staging")
    assert found_in(home, traces) == {}


def test_a_later_order_of_the_person_is_erased_with_its_lines_even_when_these_came_first(
    home: Path, landing: Path
) -> None:
    folder = landing / "canonical"
    line = {"order_id": "PLO-99", "line_id": "1", "sku": "SKU-A", "quantity": "2", "unit_price": "7.00"}
    (folder / "order_lines_b.csv").write_text(csv_text([line]), encoding="utf-8")
    deliver(home, landing)
    forget(ForgetRequest(home, CUSTOMER))
    order = rows_of("orders")[0] | {"order_id": "PLO-99"}
    (folder / "orders_c.csv").write_text(csv_text([order]), encoding="utf-8")
    (folder / "support_contacts_c.csv").write_text(
        csv_text([{"contact_id": "PLK-9", "contacted_at": "2026-02-01", "order_id": "PLO-99"}]), encoding="utf-8"
    )
    deliver(home, landing)
    cells = str(tables(home))
    assert [value for value in ("PLO-99", "PLK-9", CUSTOMER, *PERSONAL.values()) if value in cells] == []
    orders, lines = table(home, "raw.orders"), table(home, "raw.order_lines")
    assert set(lines["order_id"]) == set(orders["order_id"])
    assert orders.filter(pl.col("customer_id").str.starts_with("erased-"))["customer_id"].n_unique() == 1


def test_an_unknown_customer_and_a_dry_run_change_nothing(home: Path) -> None:
    forget(ForgetRequest(home, CUSTOMER, is_dry_run=True))
    before = fingerprint(home)
    with pytest.raises(ReturnwatchError, match="no delivered row names the customer 'NOBODY'; nothing was changed"):
        forget(ForgetRequest(home, "NOBODY"))
    planned = forget(ForgetRequest(home, CUSTOMER, is_dry_run=True))
    assert (planned["status"], planned["rows"]["raw.orders"]) == ("dry_run", 2)
    assert fingerprint(home) == before


def test_erasing_twice_says_so(home: Path) -> None:
    done = forget(ForgetRequest(home, CUSTOMER))
    before = fingerprint(home)
    planned = forget(ForgetRequest(home, CUSTOMER, is_dry_run=True))
    assert (planned["status"], planned["erased_at"]) == ("already_erased", done["erased_at"])
    assert fingerprint(home) == before
    held = tables(home)
    again = forget(ForgetRequest(home, CUSTOMER))
    assert again == planned | {"compacted": ["warehouse.duckdb", "staging", "spill"]}
    assert tables(home) == held
    assert len(list((home / "receipts").iterdir())) == 1


def test_forgetting_again_leaves_no_bytes_of_what_was_erased_on_arrival(home: Path, landing: Path) -> None:
    folder = landing / "canonical"
    line = {"order_id": "PLO-99", "line_id": "PLO-99/1", "sku": "SKU-A", "quantity": "2", "unit_price": "7.00"}
    (folder / "order_lines_b.csv").write_text(csv_text([line]), encoding="utf-8")
    deliver(home, landing)
    forget(ForgetRequest(home, CUSTOMER))
    (folder / "orders_c.csv").write_text(csv_text([rows_of("orders")[0] | {"order_id": "PLO-99"}]), encoding="utf-8")
    deliver(home, landing)
    traces = {CUSTOMER, "PLO-99", *TEXTS}
    assert "PLO-99" in found_in(home, traces), "a held row that turned out to be the person's lies in a free block"
    forget(ForgetRequest(home, CUSTOMER))
    assert found_in(home, traces) == {}


def test_two_people_are_erased_one_after_the_other(home: Path) -> None:
    forget(ForgetRequest(home, CUSTOMER))
    first = set(table(home, "raw.orders")["customer_id"])
    forget(ForgetRequest(home, "OTHER-1"))
    customers = table(home, "raw.orders")["customer_id"]
    assert customers.str.starts_with("erased-").all()
    assert customers.n_unique() == 2
    assert len(first & set(customers)) == 1
    assert found_in(home, ["OTHER-1", "OTH-1", "OTR-1", "SER-OTHER"]) == {}


def test_somebody_whom_only_the_quarantine_names_can_be_erased(tmp_path: Path, write_landing: LandingWriter) -> None:
    rows = [*rows_of("orders"), rows_of("orders")[0] | {"customer_id": "PLC-9", "order_id": "PLO-9", "currency": "?"}]
    deliver(tmp_path / "home", write_landing({"orders.csv": csv_text(rows)}))
    assert "PLC-9" in found_in(tmp_path / "home", ["PLC-9"])
    receipt = forget(ForgetRequest(tmp_path / "home", "PLC-9"))
    assert receipt["rows"] == {"raw.quarantine": 1}
    assert found_in(tmp_path / "home", ["PLC-9"]) == {}
    assert table(tmp_path / "home", "raw.quarantine")["raw"].to_list() == ['{"erased": true}']


def test_the_receipt_says_what_was_done_and_names_nobody(home: Path, landing: Path) -> None:
    (home / "logs").mkdir()
    (home / "logs" / "run.log").write_text(f"order PLO-81 of {CUSTOMER} is late\nall fine\n", encoding="utf-8")
    (home / "logs" / "packed.bin").write_bytes(b"\xff\xfe\0" + "PLO-82".encode("utf-16-le") + b"\xff")
    receipt = forget(ForgetRequest(home, CUSTOMER, landing))
    content = (home / receipt["receipt"]).read_text(encoding="utf-8")
    assert json.loads(content) == receipt
    assert [value for values in IDENTIFIERS.values() for value in values if value in content] == []
    assert len(receipt["subject"]) == 32
    assert receipt["files_rewritten"] == ["logs/run.log"]
    assert receipt["files_still_naming"] == ["logs/packed.bin"]
    log = (home / "logs" / "run.log").read_text(encoding="utf-8")
    assert "all fine" in log
    assert "PLO-81" not in log
    assert receipt["delivered_files_still_naming"] == sorted(f"canonical/{name}" for name in landing_files())
    assert not (home / "staging").exists()


def test_models_that_verdicts_taught_go_and_others_stay(home: Path) -> None:
    models = home / "models"
    models.mkdir(exist_ok=True)
    for name, content in (("taught", '{"taught": {"rma": ["ab"]}}'), ("plain", '{"taught": null}'), ("broken", "{")):
        (models / f"{name}.json").write_text(content, encoding="utf-8")
        (models / f"{name}.skops").write_bytes(b"")
    before = {place.name for place in models.iterdir()}
    receipt = forget(ForgetRequest(home, CUSTOMER))
    gone = {"broken.json", "broken.skops", "taught.json", "taught.skops"}
    assert {place.name for place in models.iterdir()} == before - gone
    assert set(receipt["models_removed"]) == {f"models/{name}" for name in gone}


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_that_names_nobody_is_no_customer(home: Path, order: str) -> None:
    with pytest.raises(ReturnwatchError, match="no delivered row names the customer"):
        forget(ForgetRequest(home, order))


def test_a_home_without_a_warehouse_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReturnwatchError, match="there is no warehouse here"):
        forget(ForgetRequest(tmp_path, CUSTOMER))
    assert list(tmp_path.iterdir()) == []
