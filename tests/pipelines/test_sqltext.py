from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.canonical import PERSONAL
from features.contracts import CANONICAL_TABLES, Column, Kind
from pipelines.sqltext import (
    MASKS,
    NORMAL_FORMS,
    identifier,
    kept_cell,
    key_terms,
    literal,
    problem,
    quoted,
    reading,
    stored_columns,
    stored_type,
    stored_values,
)

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=20)


@pytest.mark.parametrize(("name", "shown"), [("a_1", '"a_1"'), ("raw.orders", '"raw"."orders"'), ("order", '"order"')])
def test_identifiers(name: str, shown: str) -> None:
    assert identifier(name) == shown


@pytest.mark.parametrize("name", ["", "1a", "A", "a b", 'a"', "a;", "a.b.c", "a.", ".a", "é", "a\n"])
def test_anything_else_is_no_identifier(name: str) -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        identifier(name)


@settings(max_examples=50)
@given(TEXTS)
def test_quoting_is_undone_by_the_database(text: str) -> None:
    with duckdb.connect() as connection:
        result = connection.execute(f"select {literal(text)} as {quoted(text)}")
        assert result.fetchall() == [(text,)]
        assert [entry[0] for entry in result.description] == [text]


def test_every_personal_kind_has_a_normal_form_and_a_mask() -> None:
    assert set(NORMAL_FORMS) == set(MASKS) == PERSONAL


def test_how_columns_are_stored() -> None:
    assert stored_columns(Column("email", Kind.EMAIL)) == ['"email_hash" varchar', '"email_mask" varchar']
    assert stored_columns(Column("price", Kind.MONEY)) == ['"price" decimal(18, 4)']
    assert stored_type(Column("n", Kind.COUNT)) == "bigint"
    assert stored_type(Column("at", Kind.TIMESTAMP)) == "timestamp"
    assert stored_type(Column("is_x", Kind.BOOLEAN)) == "boolean"
    assert {stored_type(Column("x", kind)) for kind in (Kind.ID, Kind.WORD, Kind.CURRENCY, Kind.COMMENT)} == {"varchar"}


def test_how_cells_are_read() -> None:
    assert reading(Column("sku", Kind.ID)) == 'read_id("sku__cell")'
    assert reading(Column("s", Kind.WORD, words=("a", "it's"))) == "read_word(\"s__cell\", ['a', 'it''s'])"
    assert reading(Column("email", Kind.EMAIL)) == '"email__cell"'


def test_how_personal_cells_are_stored_and_kept() -> None:
    column = Column("phone", Kind.PHONE)
    assert stored_values(column) == [
        'keyed_hash(\'phone\', normal_phone("phone__cell")) as "phone_hash"',
        'mask_tail("phone__cell") as "phone_mask"',
    ]
    assert kept_cell(column) == 'mask_tail("phone__cell")'
    assert kept_cell(Column("sku", Kind.ID)) == 'kept_id("sku__cell", "sku" is not null, false)'
    assert kept_cell(Column("sku", Kind.ID), is_key=True) == 'kept_id("sku__cell", "sku" is not null, true)'
    assert kept_cell(Column("n", Kind.COUNT)) == 'kept_number("n__cell")'
    assert {kept_cell(Column("t", kind)) for kind in (Kind.TEXT, Kind.COMMENT, Kind.POSTCODE)} == {
        'cell_shape("t__cell")'
    }


def test_no_expression_keeps_a_personal_cell_as_it_is() -> None:
    for table in CANONICAL_TABLES.values():
        for column in (column for column in table.columns if column.is_personal):
            for text in (*stored_values(column), kept_cell(column)):
                assert f'"{column.name}__cell"' in text
                assert text.startswith(("keyed_hash(", "mask_"))


def test_what_makes_a_row_bad() -> None:
    assert problem(Column("sku", Kind.ID, required=True)) == '"sku" is null'
    assert problem(Column("n", Kind.COUNT)) == (
        '(case when "n" is null then not ("n__cell" is null or is_null_word("n__cell")) else false end)'
    )
    assert problem(Column("note", Kind.TEXT)) == '("note__cell" is not null and "note" is null)'


def test_key_terms() -> None:
    assert key_terms(("rma_id", "rma_line_id|sku"), "h.") == [
        "coalesce(cast(h.\"rma_id\" as varchar), '')",
        'coalesce(cast(h."rma_line_id" as varchar), cast(h."sku" as varchar), \'\')',
    ]
