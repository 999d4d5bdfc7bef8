"""What a Parquet file's columns are called, and what its values are as text."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import FileRefusedError
from pipelines.ingest.parquet_cells import parquet_cell, top_names


def test_names_are_those_of_the_file_and_not_of_what_columns_hold(tmp_path: Path) -> None:
    place = tmp_path / "a.parquet"
    pl.DataFrame({"Order ID": ["1"], "lines": [[{"sku": "A", "n": 1}]], "total": [1.5]}).write_parquet(place)
    assert top_names(duckdb.connect(), place) == ["Order ID", "lines", "total"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        (17, "17"),
        (17850.0, "17850"),
        (12.5, "12.5"),
        (float("nan"), None),
        (Decimal("8.9900"), "8.9900"),
        (True, "true"),
        (b"caf\xc3\xa9", "café"),
        (b"\xff\xfe", "\0"),
        (datetime.fromisoformat("2026-11-23T06:00:00"), "2026-11-23 06:00:00"),
        (None, None),
    ],
)
def test_a_value_is_the_text_that_another_format_would_hold(tmp_path: Path, value: object, text: str | None) -> None:
    place = tmp_path / "a.parquet"
    pl.DataFrame({"it": [value]}).write_parquet(place)
    database = duckdb.connect()
    ((_, kind, *_),) = database.execute(f"describe from '{place}'").fetchall()
    statement = f"select {parquet_cell('it', kind, is_known=True)} from '{place}'"  # noqa: S608 - a file of the test's
    assert database.execute(statement).fetchall() == [(text,)]


def test_lists_are_refused_where_a_value_belongs_and_told_elsewhere() -> None:
    with pytest.raises(FileRefusedError, match="column it holds lists or objects; deliver plain values"):
        parquet_cell("it", "STRUCT(a INTEGER)", is_known=True)
    told = parquet_cell("it", "INTEGER[]", is_known=False)
    statement = f"select {told} from (values ([1]), (null)) as rows (it)"  # noqa: S608 - what is tested
    assert duckdb.sql(statement).fetchall() == [("[nested]",), (None,)]
