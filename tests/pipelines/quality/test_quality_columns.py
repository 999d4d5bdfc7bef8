from __future__ import annotations

import pytest

from features.contracts import CANONICAL_TABLES, Column, Kind
from pipelines.quality.columns import by_columns, column_checks, delivered_key, key_check
from pipelines.quality.model import Severity


@pytest.mark.parametrize(
    ("column", "conditions"),
    [
        (Column("note", Kind.TEXT), []),
        (Column("email", Kind.EMAIL), []),
        (Column("amount", Kind.AMOUNT), []),
        (Column("sku", Kind.ID, required=True), ['"sku" is null']),
        (Column("fee", Kind.MONEY), ['"fee" < 0']),
        (Column("weight_g", Kind.COUNT), ['"weight_g" < 0']),
        (Column("quantity", Kind.QUANTITY, required=True), ['"quantity" is null', '"quantity" <= 0']),
        (Column("verdict", Kind.WORD, words=("yes", "no")), ["\"verdict\" not in ('yes', 'no')"]),
        (Column("currency", Kind.CURRENCY), ["not regexp_full_match(\"currency\", '[A-Z]{3}')"]),
        (
            Column("ordered_at", Kind.TIMESTAMP),
            [
                "\"ordered_at\" > getvariable('cut_at')",
                "\"ordered_at\" > getvariable('as_of')",
                "\"ordered_at\" < timestamp '1990-01-01'",
            ],
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Column) else "",
)
def test_a_column_is_checked_by_its_declaration(column: Column, conditions: list[str]) -> None:
    assert [check.condition for check in column_checks(column)] == conditions


def test_a_moment_after_the_cut_is_critical_and_one_after_as_of_a_warning() -> None:
    column = Column("created_at", Kind.TIMESTAMP)
    cut, taken_over = list(column_checks(column)), list(column_checks(column, is_dated=False))
    severities = {check.name: check.severity for check in cut}
    assert severities == {
        "created_at_by_cut": Severity.CRITICAL,
        "created_at_by_as_of": Severity.WARNING,
        "created_at_since_1990": Severity.WARNING,
    }
    assert taken_over == cut[1:]


def test_every_required_column_of_the_contract_is_checked_unless_it_may_be_null() -> None:
    for name, table in CANONICAL_TABLES.items():
        checked = {check.name for check in by_columns(name)}
        assert {f"{column}_given" for column in table.required} <= checked
    assert "customer_id_given" not in {check.name for check in by_columns("orders", nullable=("customer_id",))}


def test_every_list_of_words_of_the_contract_is_checked() -> None:
    for name, table in CANONICAL_TABLES.items():
        rules = {check.name: check.rule for check in by_columns(name)}
        for column in table.columns:
            assert all(f"`{word}`" in rules[f"{column.name}_known"] for word in column.words)


def test_what_core_makes_is_checked_beside_what_was_delivered() -> None:
    made = (Column("line_amount", Kind.MONEY, required=True),)
    names = [check.name for check in by_columns("order_lines", made)]
    assert names[-2:] == ["line_amount_given", "line_amount_not_negative"]
    assert [check.name for check in by_columns(None, made)] == names[-2:]


def test_core_has_filled_in_the_stand_in_of_a_key() -> None:
    assert delivered_key("returns") == ("rma_id", "rma_line_id")
    assert delivered_key("order_lines") == ("order_id", "line_id")


def test_a_key_of_unchecked_names_is_refused() -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        key_check("core.orders", ("order_id; drop table x",))
