"""The workbook of all reports: what a spreadsheet program finds in it."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from pipelines import workbook
from pipelines.commands import export_table
from pipelines.errors import ReturnwatchError, WrongArgumentError
from pipelines.workbook import write_workbook

FRAMES = {
    "report_by_sku": pl.DataFrame(
        {
            "sku": ["=1+1", "-2", "plain", "\t@x", "https://example.org"],
            "cost": [Decimal("-12.5"), Decimal("0.0001"), None, Decimal(3), Decimal(4)],
            "unit_return_rate": [0.25, None, 1.5, -0.5, 0.0],
        },
        schema_overrides={"cost": pl.Decimal(18, 4)},
    ),
    "report_schema_drift": pl.DataFrame(
        {"column": ["a"], "loaded_at": [datetime.fromisoformat("2026-01-02T03:04:05")], "on": [date(2026, 1, 2)]}
    ),
    "return_costs": pl.DataFrame({"rma_id": ["R1"]}),
    "report_other_lines": pl.DataFrame({"kind": []}, schema={"kind": pl.String}),
}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a published set of some tables."""
    folder = tmp_path / "set"
    folder.mkdir()
    for name, frame in FRAMES.items():
        frame.write_parquet(folder / f"{name}.parquet")
    tables = {name: {"rows": frame.height, "sha256": ""} for name, frame in FRAMES.items()}
    manifest = {"tables": tables, "published_at": "2026-11-25T12:00:00+00:00"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def opened(folder: Path, out: Path) -> Any:  # noqa: ANN401 - openpyxl has no types
    """Write the workbook and open it again."""
    assert write_workbook(folder, out) == []
    return openpyxl.load_workbook(out)


def test_there_is_a_sheet_for_each_report_with_contents_and_definitions(published: Path, tmp_path: Path) -> None:
    book = opened(published, tmp_path / "r.xlsx")
    assert book.sheetnames == ["Contents", "by_sku", "other_lines", "schema_drift", "Definitions"]
    assert [sheet.freeze_panes for sheet in book] == ["A2"] * 5
    listed = [row[:3] for row in book["Contents"].values]
    assert listed[1:] == [
        ("report_by_sku", "by_sku", 5), ("report_other_lines", "other_lines", 0),
        ("report_schema_drift", "schema_drift", 1),
    ]  # fmt: skip
    defined = {(table, column): text for table, column, text in book["Definitions"].values}
    assert defined["report_by_sku", "units_sold"] == "Units sold."


def test_numbers_and_dates_are_such_and_no_text_is_a_formula(published: Path, tmp_path: Path) -> None:
    book = opened(published, tmp_path / "r.xlsx")
    cells = [[cell.value for cell in row] for row in book["by_sku"].iter_rows(min_row=2)]
    assert cells == [
        ["'=1+1", -12.5, 0.25], ["'-2", 0.0001, None], ["plain", None, 1.5], ["'\t'@x", 3, -0.5],
        ["https://example.org", 4, 0],
    ]  # fmt: skip
    assert {cell.data_type for row in book["by_sku"].iter_rows() for cell in row} <= {"s", "n"}
    assert (book["by_sku"]["B2"].number_format, book["by_sku"]["C2"].number_format) == (
        "#,##0.00##;-#,##0.00##",
        "0.00%",
    )
    drift = book["schema_drift"]
    assert (drift["B2"].value, drift["C2"].value) == (datetime(2026, 1, 2, 3, 4, 5), datetime(2026, 1, 2))  # noqa: DTZ001 - Excel has no zones
    assert (drift["B2"].is_date, drift["C2"].number_format) == (True, "yyyy-mm-dd")
    assert not any(cell.hyperlink for row in book["by_sku"].iter_rows() for cell in row)


def test_the_same_set_is_the_same_file(published: Path, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(published, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_table_that_is_too_long_is_told_and_left_out(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 4)
    assert write_workbook(published, tmp_path / "r.xlsx") == ["report_by_sku"]
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert "by_sku" not in book.sheetnames
    assert [row[:3] for row in book["Contents"].values][1] == ("report_by_sku", None, 5)


def test_the_command_takes_reports_as_a_workbook_alone(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    (home / "published").mkdir(parents=True)
    (home / "published" / "current").symlink_to(published)
    export_table(home, "reports", "xlsx", tmp_path / "r.xlsx", as_json=True)
    assert json.loads(capsys.readouterr().out)["left_out"] == []
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames[0] == "Contents"
    with pytest.raises(WrongArgumentError, match="reports are one Excel workbook; use xlsx"):
        export_table(home, "reports", "csv", tmp_path / "r.csv", as_json=True)
    with pytest.raises(ReturnwatchError, match=r"nowhere/r\.xlsx: cannot be written"):
        write_workbook(published, tmp_path / "nowhere" / "r.xlsx")
