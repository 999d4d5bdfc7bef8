from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dashboards.downloads import LIVE, as_csv, as_xlsx, harmless

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


@given(st.sampled_from(LIVE), st.text(max_size=20))
def test_no_text_begins_as_a_formula_does(start: str, rest: str) -> None:
    assert str(harmless(start + rest)).startswith("'")


@given(st.one_of(st.integers(), st.decimals(allow_nan=False), st.none(), st.booleans()))
def test_what_is_no_text_stays_what_it_is(value: object) -> None:
    assert harmless(value) is value


def test_a_workbook_has_real_dates_and_keeps_its_heading_in_view() -> None:
    frame = pl.DataFrame({"on": [date(2026, 1, 2)], "rate": [float("nan")]})
    sheet = load_workbook(io.BytesIO(as_xlsx(frame)))["data"]
    assert sheet["A2"].value.date() == date(2026, 1, 2)
    assert sheet["B2"].value is None
    assert sheet.freeze_panes == "A2"
