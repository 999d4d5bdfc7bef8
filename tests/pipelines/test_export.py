"""Tables as files: the same rows in every format, and nothing that a spreadsheet would run."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.errors import ReturnwatchError
from pipelines.export import EXCEL_ROWS, flattened, write_table

FRAME = pl.DataFrame(
    {
        "rma_id": ["R1", "R2"],
        "amount": [Decimal("12.3400"), Decimal("-0.5000")],
        "at": [datetime.fromisoformat("2026-01-02T03:04:05"), None],
        "reasons": [[{"code": "A", "value": 1.5}], []],
    },
    schema_overrides={"amount": pl.Decimal(18, 4)},
)


def test_csv_holds_amounts_to_the_cent_and_lists_as_json(tmp_path: Path) -> None:
    write_table(FRAME, "csv", tmp_path / "t.csv", "t")
    read = pl.read_csv(tmp_path / "t.csv", infer_schema=False)
    assert read["amount"].to_list() == ["12.3400", "-0.5000"]
    assert [json.loads(text) for text in read["reasons"]] == [[{"code": "A", "value": 1.5}], []]


def test_parquet_holds_the_frame_as_it_is(tmp_path: Path) -> None:
    write_table(FRAME, "parquet", tmp_path / "t.parquet", "t")
    assert_frame_equal(pl.read_parquet(tmp_path / "t.parquet"), FRAME)


def test_json_lines_hold_one_object_a_row(tmp_path: Path) -> None:
    write_table(FRAME, "jsonl", tmp_path / "t.jsonl", "t")
    first, second = (json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines())
    assert (first["rma_id"], first["amount"], first["reasons"]) == ("R1", 12.34, [{"code": "A", "value": 1.5}])
    assert (second["amount"], second["at"]) == (-0.5, None)


def test_an_excel_sheet_holds_numbers_as_numbers_and_no_formula(tmp_path: Path) -> None:
    payload = pl.DataFrame({"note": ["=1+1", "@SUM(A1)", "plain"], "amount": [-1.5, 2.0, 3.0]})
    write_table(payload, "xlsx", tmp_path / "t.xlsx", "a_table_with_a_name_of_more_than_31_letters")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<v>-1.5</v>" in sheet
    assert "'=1+1" in texts
    assert 'state="frozen"' in sheet


def test_a_frame_without_nested_columns_stays_as_it_is() -> None:
    frame = pl.DataFrame({"a": [1]})
    assert_frame_equal(flattened(frame), frame)


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": pl.zeros(EXCEL_ROWS + 1, eager=True)})
    with pytest.raises(ReturnwatchError, match="1,048,576 rows, an Excel sheet holds 1,048,575; use csv or parquet"):
        write_table(frame, "xlsx", tmp_path / "t.xlsx", "big")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReturnwatchError, match=r"nowhere/t\.csv: cannot be written"):
        write_table(FRAME, "csv", tmp_path / "nowhere" / "t.csv", "t")


def test_an_older_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("old", encoding="utf-8")
    write_table(FRAME, "csv", tmp_path / "t.csv", "t")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").startswith("rma_id,")
    assert [place.name for place in tmp_path.iterdir()] == ["t.csv"]
