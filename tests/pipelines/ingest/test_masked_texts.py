"""Texts that hold an address or a phone, where a code, a product or a status should be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.ingest.sandbox import open_sandbox
from tests.ingest_tools import KEY, MEMORY, read


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("staging")
    with open_sandbox(folder, folder / "none", KEY, MEMORY) as connection:
        yield connection


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("other: jane.roe+x@mail.example.com!", "other: [e-mail]!"),
        ("a@b.de", "[e-mail]"),
        ("call +49 30 1234567", "call [number]"),
        ("+442079460958", "[number]"),
        ("(212) 555-1234 after six", "[number] after six"),
        ("ring 212-555-1874", "ring [number]"),
        ("030 1234567", "[number]"),
        ("0171/2345678", "[number]"),
        ("06 1234 5678", "[number]"),
    ],
)
def test_addresses_and_phones_are_masked(database: duckdb.DuckDBPyConnection, text: str, kept: str) -> None:
    assert database.execute("select read_text($text)", {"text": text}).fetchone() == (kept,)


@pytest.mark.parametrize(
    "text",
    [
        "SIZE_TOO_LARGE", "@home", "Lamp @ 40 W", "EAN 4006381333931", "0012345678905", "2026-11-25 12:04:05",
        "25.11.2026", "Vase 30 x 40 x 50 cm", "Cable (2 m)", "T-Shirt 100% (size 38-40)", "SKU-00-1234567", "+20 %",
        "Bolt M8 10-100-1000", "ISBN 978-3-16-148410-0", "Jeans 32/34", "1,000-piece puzzle", "",
    ],
)  # fmt: skip
def test_what_products_and_codes_are_called_stays(database: duckdb.DuckDBPyConnection, text: str) -> None:
    assert database.execute("select read_text($text)", {"text": text}).fetchone() == (text,)


def test_a_reason_of_shopify_may_hold_an_address(tmp_path: Path) -> None:
    line = {"id": 1, "quantity": 1, "return_reason": "ask jane@example.com", "line_item": {"id": 5, "sku": "S1"}}
    told = {"id": 9, "order_id": 8, "status": "OPEN +49 171 2345678", "return_line_items": [line]}
    found = read(tmp_path, "returns.json", json.dumps([told]), "shopify")
    assert found.codes == [None, None]
    assert found.column("status") == ["OPEN [number]"] * 2
    assert found.column("return_reason") == [None, "ask [e-mail]"]


def test_texts_of_the_contract_hold_no_address(tmp_path: Path) -> None:
    text = "contact_id,contacted_at,topic,resolution\n1,2026-01-01,from j@x.example,sent to +1 212 555 1234\n"
    found = read(tmp_path, "support_contacts.csv", text)
    assert (found.column("topic"), found.column("resolution")) == (["from [e-mail]"], ["sent to [number]"])
