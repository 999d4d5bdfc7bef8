from __future__ import annotations

import pytest

import sql
from features.contracts import CANONICAL_TABLES, Column, Kind
from pipelines.ingest.sources import file_kinds, kind_of, raw_tables, source_names


def test_the_sources_are_those_of_the_contract() -> None:
    promised = "adobe_commerce amazon_fba amazon_mfn canonical online_retail shopify woocommerce"
    assert list(source_names()) == promised.split()


@pytest.mark.parametrize("table", CANONICAL_TABLES)
@pytest.mark.parametrize("ending", [".csv", "_2026-11.csv.gz", ".PARQUET"])
def test_a_name_begins_with_its_table(table: str, ending: str) -> None:
    kind = kind_of("canonical", f"{table.title()}{ending}")
    assert kind is not None
    assert kind.table is CANONICAL_TABLES[table]


def test_a_table_whose_name_begins_another_does_not_take_its_files() -> None:
    kinds = [kind_of("canonical", name) for name in ("order_lines.csv", "orders.csv", "order.csv")]
    assert [kind.table.name if kind else None for kind in kinds] == ["order_lines", "orders", None]


def test_every_file_of_the_shop_is_its_lines() -> None:
    kind = kind_of("online_retail", "anything at all.csv")
    assert kind is not None
    assert (kind.table.name, kind.table.key, kind.ordinal) == (
        "online_retail_lines", ("invoice_no", "line_no"), ("line_no", "invoice_no")
    )  # fmt: skip
    assert kind.headers["CustomerID"] == "customer_id"
    assert kind.table.column("customer_id") == Column("customer_id", Kind.NUMBER_ID)
    assert kind.stored_columns[-2:] == ("line_no", "extra")


def test_personal_columns_are_stored_as_hash_and_mask() -> None:
    names = raw_tables()["customers"].stored_columns
    assert "email" not in names
    assert {"email_hash", "email_mask", "address_hash", "address_mask"} <= set(names)


def test_every_raw_table_has_one_kind_and_every_column_of_a_key_is_stored() -> None:
    kinds = [kind for source in source_names() for kind in file_kinds(source)]
    assert len({kind.table.name for kind in kinds}) == len(kinds) == len(raw_tables())
    for kind in kinds:
        assert {name for part in kind.table.key for name in part.split("|")} <= set(kind.stored_columns)


def test_a_kind_may_be_declared_as_another_one() -> None:
    ours, theirs = raw_tables()["amazon_fba_orders"], raw_tables()["amazon_mfn_orders"]
    assert (theirs.headers, theirs.ordinal, theirs.short_rows) == (ours.headers, ours.ordinal, True)
    assert theirs.table.columns == ours.table.columns
    assert (theirs.source, theirs.table.name) == ("amazon_mfn", "amazon_mfn_orders")


def test_rows_are_as_long_as_the_header_unless_a_source_says_otherwise() -> None:
    short = {name for name, kind in raw_tables().items() if kind.short_rows}
    assert {name for name in short if not name.startswith("amazon_")} == {"shopify_orders"}


def test_every_source_but_the_canonical_one_is_translated() -> None:
    for source in set(source_names()) - {"canonical"}:
        assert f"sources/{source}/returns" in sql.translations("returns")
