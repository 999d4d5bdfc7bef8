from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from openpyxl import load_workbook

from dashboards.downloads import as_csv, as_xlsx

PAYLOADS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", " =1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", PAYLOADS)
def test_what_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    frame = pl.DataFrame({"name": [text], "amount": [Decimal("-5.25")]})
    row = next(csv.DictReader(io.StringIO(as_csv(frame).decode(), newline="")))
    assert row["name"].startswith("'")
    assert row["amount"] == "-5.25"
    sheet = load_workbook(io.BytesIO(as_xlsx(frame)))["data"]
    assert sheet["A2"].data_type == "s"
    assert (sheet["B2"].data_type, sheet["B2"].value) == ("n", -5.25)


def test_a_workbook_has_real_dates_and_keeps_its_heading_in_view() -> None:
    frame = pl.DataFrame({"on": [date(2026, 1, 2)], "rate": [float("nan")]})
    sheet = load_workbook(io.BytesIO(as_xlsx(frame)))["data"]
    assert sheet["A2"].value.date() == date(2026, 1, 2)
    assert sheet["B2"].value is None
    assert sheet.freeze_panes == "A2"
