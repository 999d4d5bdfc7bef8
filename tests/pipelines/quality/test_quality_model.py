from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.quality.model import Check, Severity, Suite, sentence

REPEATED = Check("key_unique", "keys differ", "repeat the key (order_id, line_id)", query="select 1 as n_rows")
LATE = Check("late", "in time", "have ordered_at after as_of", Severity.WARNING, condition="false")
MISSING = Check("kept", "all kept", "name an order that this table lacks", subject="order line", query="select 1")


def test_a_sentence_names_the_table_the_rows_and_examples() -> None:
    assert (
        sentence("core.order_lines", REPEATED, 3, [("A1", 2)])
        == "core.order_lines: 3 rows repeat the key (order_id, line_id), e.g. (A1, 2)"
    )


def test_one_row_is_said_in_the_singular() -> None:
    assert sentence("core.orders", LATE, 1, [("A1",)]) == "core.orders: 1 row has ordered_at after as_of, e.g. (A1)"


def test_what_is_counted_may_be_other_than_rows_of_the_table() -> None:
    said = sentence("core.orders", MISSING, 1_200, [("A1", "1"), ("A1", None)])
    assert said == "core.orders: 1,200 order lines name an order that this table lacks, e.g. (A1, 1), (A1, null)"


def test_without_an_example_the_sentence_ends_with_the_breach() -> None:
    assert sentence("core.orders", LATE, 2, []) == "core.orders: 2 rows have ordered_at after as_of"


def test_a_long_value_is_cut() -> None:
    assert sentence("t", LATE, 1, [("x" * 41,)]).endswith(f"e.g. ({'x' * 40}…)")


@given(st.text())
def test_a_sentence_is_one_line_whatever_the_values(value: str) -> None:
    said = sentence("core.orders", LATE, 1, [(value, value)])
    assert len(said.splitlines()) == 1
    assert len(said) < 160


def test_a_suite_gives_its_checks_by_severity() -> None:
    suite = Suite("core.orders", ("order_id",), (REPEATED, LATE, MISSING))
    assert suite.of(Severity.CRITICAL) == (REPEATED, MISSING)
    assert suite.of(Severity.WARNING) == (LATE,)
