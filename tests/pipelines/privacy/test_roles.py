"""What a column says of a person, by its name and kind."""

from __future__ import annotations

import pytest

from features.contracts import CANONICAL_TABLES, Column, Kind, Table
from pipelines.ingest.sources import FileKind, raw_tables
from pipelines.privacy.roles import kind_roles, named_roles, role_of


def kind(table: str, *columns: tuple[str, Kind]) -> FileKind:
    declared = tuple(Column(name, kind) for name, kind in columns)
    return FileKind("toy", "*", Table(table, (columns[0][0],), declared), {name: name for name, _ in columns})


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("customer_id", "customer"), ("buyer_id", "customer"), ("user_id", "customer"),
        ("other_customer_id", "customer"),
        ("order_id", "order"), ("amazon_order_id", "order"), ("merchant_order_id", "order"), ("order_name", "order"),
        ("order_number", "order"), ("order_increment_id", "order"), ("invoice_no", "order"), ("order_key", "order"),
        ("rma_id", "rma"), ("amazon_rma_id", "rma"), ("return_id", "rma"), ("refund_id", "rma"),
        ("credit_memo_id", "rma"), ("creditmemo_increment_id", "rma"), ("case_id", "case"),
        ("tracking_number", "tracking"), ("tracking_id", "tracking"), ("serial_number", "serial"),
        ("received_serial", "serial"), ("license_plate_number", "serial"), ("discount_code", "discount"),
        ("coupon_codes", "discount"), ("promotion_ids", "discount"), ("contact_id", "contact"),
        ("chargeback_id", "chargeback"), ("line_id", "line"), ("rma_line_id", "line"), ("order_item_id", "line"),
        ("sku", ""), ("merchant_sku", ""), ("agent_id", ""), ("store_id", ""), ("supplier_id", ""),
        ("decided_by", ""), ("order_status", ""), ("return_reason", ""), ("refund_method", ""), ("order_date", ""),
        ("product_id", ""), ("fulfillment_center_id", ""), ("refund_amount", ""),
        ("coupon", "discount"), ("coupon_amount", ""), ("order_reference", "order"),
        ("variation_id", ""), ("refunded_by", ""), ("updated_at", ""), ("part", ""), ("place", ""),
    ],
)  # fmt: skip
def test_roles_of_names(name: str, role: str) -> None:
    assert role_of(name, "table") == role


@pytest.mark.parametrize(
    ("table", "role"),
    [
        ("woo_orders", "order"),
        ("adobe_creditmemos", ""),
        ("toy_returns", "rma"),
        ("rmas", "rma"),
        ("customers", "customer"),
    ],
)
def test_a_name_that_says_nothing_takes_the_role_of_its_table(table: str, role: str) -> None:
    assert {role_of(name, table) for name in ("id", "entity_id", "increment_id", "name")} == {role}


def test_every_personal_column_and_comment_of_every_source_goes() -> None:
    for name, one in raw_tables().items():
        roles = kind_roles(one)
        for column in one.table.columns:
            if column.is_personal:
                held = {f"{column.name}_hash", f"{column.name}_mask"}
                assert held <= {*roles.gone, *roles.identifiers}, (name, column.name)
            if column.kind is Kind.POSTCODE:
                assert column.name in roles.gone, (name, column.name)
            if column.kind is Kind.COMMENT:
                assert column.name in roles.gone, (name, column.name)
                assert column.name in roles.told, (name, column.name)


def test_the_columns_of_the_contract() -> None:
    texts = {
        name: {column.name for column in entry.columns if column.kind in {Kind.ID, Kind.TEXT, Kind.POSTCODE}}
        for name, entry in CANONICAL_TABLES.items()
    }
    kept = {}
    for name, columns in texts.items():
        roles = kind_roles(raw_tables()[name])
        kept[name] = columns - set(roles.gone) - set(roles.identifiers)
    assert kept == {
        "orders": {"status", "channel", "ship_country", "bill_country", "payment_method"},
        "order_lines": {"sku", "product_name", "category", "style_id", "size", "color"},
        "returns": {"sku", "reason_code", "carrier", "agent_id", "store_id"},
        "products": {"sku", "product_name", "category", "style_id", "supplier_id"},
        "customers": {"country", "segment"},
        "support_contacts": {"agent_id"},
        "chargebacks": {"reason", "outcome"},
        "review_labels": {"decided_by"},
    }


def test_an_identifier_of_an_unknown_name_counts_as_one_of_its_own() -> None:
    roles = kind_roles(kind("toy_orders", ("number", Kind.ID), ("loyalty_card", Kind.ID), ("sku", Kind.ID)))
    assert roles.identifiers == {"number": "order", "loyalty_card": "other_loyalty_card"}


def test_a_mailbox_stands_for_a_customer_only_where_none_is_named() -> None:
    alone = kind_roles(kind("toy_orders", ("order_id", Kind.ID), ("email", Kind.EMAIL)))
    named = kind_roles(kind("toy_orders", ("order_id", Kind.ID), ("email", Kind.EMAIL), ("customer_id", Kind.ID)))
    assert (alone.of("mailbox"), alone.gone) == (["email_hash"], ("email_mask", "extra"))
    assert (named.of("mailbox"), named.gone) == ([], ("email_hash", "email_mask", "extra"))


def test_texts_that_say_where_somebody_lives_go_and_codes_stay() -> None:
    names = [
        "ship_city", "billing_zip", "ship_state", "note", "notes", "shipping_name", "billing_company", "address1",
        "extra", "tags", "ship_country", "status", "state", "safet_claim_state", "product_name", "item_name", "carrier",
    ]  # fmt: skip
    roles = named_roles("core", names)
    assert set(names) - set(roles.gone) == {
        "ship_country", "status", "state", "safet_claim_state", "product_name", "item_name", "carrier",
    }  # fmt: skip
    assert roles.identifiers == {}


def test_a_word_of_a_platform_s_list_stays_and_the_text_beside_it_goes() -> None:
    roles = kind_roles(raw_tables()["adobe_commerce_rmas"])
    assert "resolution" not in {*roles.gone, *roles.identifiers}
    assert "resolution" in kind_roles(raw_tables()["support_contacts"]).gone
    assert {"comment", "extra"} <= set(roles.gone)


def test_what_the_program_tells_of_rows_is_searched_for_mentions() -> None:
    names = ["path", "unknown_columns", "column", "found", "code", "status", "check_name"]
    assert named_roles("check_results", names).told == ("unknown_columns", "column", "found", "code")


def test_messages_are_searched_for_mentions() -> None:
    assert named_roles("report", ["error", "failed", "sku", "customer_comment", "example"]).told == (
        "error", "failed", "customer_comment", "example",
    )  # fmt: skip
