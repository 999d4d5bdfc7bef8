"""What sources bring along beside their statements: views that translations read, and maps of codes."""

from __future__ import annotations

from fnmatch import fnmatchcase

import polars as pl
import pytest

import sql
from features.contracts import CANONICAL_TABLES

WORDS = {column.name: set(column.words) for column in CANONICAL_TABLES["returns"].columns if column.words}


def rows(name: str) -> pl.DataFrame:
    return pl.read_csv(sql.maps()[name].encode(), infer_schema=False)


def test_views_have_the_name_of_their_file() -> None:
    assert "amazon_lines" in sql.preparations()
    assert sql.preparations()["amazon_lines"] == sql.statement("sources/amazon_fba/views/amazon_lines")


def test_maps_have_the_name_of_their_source_and_file() -> None:
    assert {"amazon_fba_reasons", "amazon_mfn_reasons", "amazon_fba_dispositions"} <= set(sql.maps())


@pytest.mark.parametrize("name", sql.maps())
def test_no_code_of_a_map_stands_for_another(name: str) -> None:
    codes = rows(name)["code"].str.to_uppercase().to_list()
    assert None not in codes
    assert [(one, other) for one in codes for other in codes if fnmatchcase(one, other)] == [
        (one, one) for one in codes
    ]


@pytest.mark.parametrize("name", sql.maps())
def test_a_map_leads_to_words_of_the_contract(name: str) -> None:
    found = rows(name)
    told = {column: set(found[column].drop_nulls()) - WORDS[column] for column in found.columns if column in WORDS}
    assert {column: words for column, words in told.items() if words} == {}
    assert set(found.columns) - set(WORDS) <= {"code", "reason_code", "restocked", "kind", "is_opened"}
