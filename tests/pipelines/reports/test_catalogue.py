from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipelines.reports.books import BOOK_TABLES
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import ReportTable
from pipelines.reports.page import render_reports_doc
from sql import statement

ROOT = Path(__file__).parents[3]
ALL_TABLES = (*REPORT_TABLES, *BOOK_TABLES)
by_table = pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)


def test_the_committed_page_is_the_one_that_is_made_from_the_declaration() -> None:
    assert (ROOT / "docs" / "reports.md").read_text(encoding="utf-8") == render_reports_doc(ALL_TABLES)


def test_every_statement_of_the_folder_is_a_report_table() -> None:
    files = {f"reports/{path.stem}" for path in (ROOT / "sql" / "reports").glob("*.sql")}
    assert {table.statement for table in ALL_TABLES} == files


def test_tables_are_built_after_those_that_they_read() -> None:
    built: set[str] = set()
    for table in REPORT_TABLES:
        assert {name for name in table.reads if name.startswith("report.")} <= built
        built.add(f"report.{table.name}")


@by_table
def test_a_table_names_what_its_statement_reads(table: ReportTable) -> None:
    text = statement(table.statement)
    assert tuple(sorted(set(re.findall(r"\b(?:from|join) ((?:core|raw|report|score)\.\w+)", text)))) == table.reads
    assert tuple(sorted(set(re.findall(r"getvariable\('(\w+)'\)", text)))) == table.variables


SORTED_BEFORE = "return_costs"
"""Its lines are sorted before they are taken apart; that this keeps the order, test_build_return_costs holds."""


@by_table
def test_a_statement_is_one_ordered_select(table: ReportTable) -> None:
    text = statement(table.statement)
    assert len(duckdb.extract_statements(text)) == 1
    is_ordered = text.rstrip().splitlines()[-1].startswith(("order by", "    match_method"))
    assert is_ordered or table.grain == "one row" or not table.is_published or table.name == SORTED_BEFORE


@by_table
def test_every_column_has_a_sentence(table: ReportTable) -> None:
    assert [name for name, text in table.columns.items() if not text.rstrip().endswith((".", "…"))] == []
    assert f"## {table.name}\n" in render_reports_doc(ALL_TABLES)
