"""What pages show of published tables reads in every language: headings, codes, meanings and whole sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboards.components.cards import Listing
from dashboards.components.headings import ABOUT, heading
from dashboards.components.tables import CODES, OF_DIMENSION
from dashboards.format import words
from dashboards.i18n import LANGUAGES, catalogue
from dashboards.pages.registry import ORDER
from pipelines.reports.books import BOOK_TABLES
from pipelines.reports.catalogue import REPORT_TABLES

OTHERS = [code for code in LANGUAGES if code != "en"]
TABLES = {table.name: table for table in (*REPORT_TABLES, *BOOK_TABLES)}
PARTS = [part for page in ORDER for part in page.parts if part.table in TABLES]
EXCEPTIONS = Path(__file__).parents[2] / "sql/reports/list_exceptions.sql"


@pytest.mark.parametrize("language", OTHERS)
def test_every_meaning_that_stands_behind_an_i_is_translated(language: str) -> None:
    meanings = {TABLES[part.table].description for part in PARTS}
    meanings |= {TABLES[part.table].columns[name] for part in PARTS for name in part.defines}
    assert len(meanings) > 150
    assert sorted(meanings - set(catalogue(language))) == []


def test_every_table_on_a_page_says_what_it_is() -> None:
    tables = {part.table for page in ORDER for part in page.parts}
    assert sorted(tables - set(TABLES) - set(ABOUT)) == []
    assert sorted(set(ABOUT) & set(TABLES)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_heading_of_a_table_that_is_shown_as_it_is_is_translated(language: str) -> None:
    names = {name for part in PARTS for name in part.defines}
    whole = [part for part in PARTS if isinstance(part, Listing) and not part.columns]
    names |= {name for part in whole for name in part.defines or TABLES[part.table].columns}
    assert len(names) > 150
    assert sorted(heading(name) for name in names if heading(name) not in catalogue(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_code_that_the_docs_name_is_translated(language: str) -> None:
    codes = {code for part in PARTS for name in CODES | {"value"} for code in codes_of(part.table, name)}
    assert len(codes) > 80
    assert sorted(code for code in codes if words(code) not in catalogue(language)) == []


def codes_of(table: str, column: str) -> set[str]:
    """Return what the definition of a column names that is neither a table nor a column of its own table."""
    columns = TABLES[table].columns
    named = set(re.findall(r"`(\w+)`", columns.get(column, "")))
    # segments are explained by the columns of another table, and drift by the one for unknown columns
    return named - set(columns) - set(TABLES) - set(TABLES["report_shoppers"].columns) - {"extra"}


@pytest.mark.parametrize("language", OTHERS)
def test_what_an_exception_is_is_told_in_the_language(language: str) -> None:
    text = EXCEPTIONS.read_text(encoding="utf-8")
    found = re.findall(r"'definition': ((?:'(?:[^']|'')*'\s*(?:\|\|)?\s*)+)", text)
    said = ["".join(re.findall(r"'((?:[^']|'')*)'", one)).replace("''", "'") for one in found]
    assert len(said) > 12
    assert [one for one in said if one not in catalogue(language)] == []
    codes = re.findall(r"'exception': '(\w+)'", text)
    assert len(codes) >= len(said)
    assert [code for code in codes if words(code) not in catalogue(language)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_spans_of_retention_are_told_in_the_language(language: str) -> None:
    spans = re.findall(r"`([^`]+)`", TABLES["report_retention"].columns["days_to_end"])
    assert len(spans) > 4
    assert [span for span in spans if span not in catalogue(language)] == []


def test_values_that_are_codes_are_those_of_declared_dimensions() -> None:
    told = " ".join(table.columns["dimension"] for table in TABLES.values() if "dimension" in table.columns)
    assert set(OF_DIMENSION) - set(re.findall(r"`(\w+)`", told)) == set()
