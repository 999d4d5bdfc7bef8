"""A thousand texts that are formulas, and more by chance: none is live in a spreadsheet, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dashboards.downloads import as_csv, as_xlsx
from dashboards.formulas import defused
from pipelines.export import write_table

LEADS = (
    "",
    " ",
    "  ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\0",
    " \0",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u202e",
    "x;",
    "x\t",
    "x\n",
    "x; ",
)
SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "==", "-+=")
BODIES = (
    "1+1", "SUM(A1:A9)", "cmd|' /C calc'!A0", 'HYPERLINK("http://e.example","x")', 'WEBSERVICE("http://e")',
    'IMPORTXML("http://e","//a")',
)  # fmt: skip
PAYLOADS = [f"{lead}{sign}{body}" for lead, sign, body in product(LEADS, SIGNS, BODIES)][:1000]
STARTS = tuple("=+-@|%\t\r\n\uff1d\uff0b\uff0d\uff20")


def is_live(cell: str) -> bool:
    """Whether a spreadsheet may run a cell: judged here by its first character that is seen, and after each break."""
    parts = re.split(r"[;\t\r\n]", cell)
    return cell.startswith(("\t", "\r", "\n")) or any(
        re.sub(r"^[\s\u200b\u202e\ufeff\0]+", "", part).startswith(STARTS) for part in parts
    )


def hostile() -> pl.DataFrame:
    return pl.DataFrame({"text": PAYLOADS, "amount": [Decimal("-5.25")] * len(PAYLOADS), "n": -1, "rate": -0.5})


def test_the_payloads_are_live_before() -> None:
    assert len(set(PAYLOADS)) == 1000
    assert [text for text in PAYLOADS if not is_live(text)] == []


@pytest.mark.parametrize("writer", ["page", "command line"])
def test_none_of_a_thousand_is_live_in_csv_and_numbers_stay_numbers(writer: str, tmp_path: Path) -> None:
    if writer == "page":
        content = as_csv(hostile())
    else:
        write_table(hostile(), "csv", tmp_path / "t.csv", "t")
        content = (tmp_path / "t.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert len(rows) == 1000
    assert [row["text"] for row in rows if is_live(row["text"])] == []
    assert {(Decimal(row["amount"]), int(row["n"]), float(row["rate"])) for row in rows} == {
        (Decimal("-5.25"), -1, -0.5)
    }
    # a reader who parts cells by semicolons meets none either
    others = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";")
    assert [cell for row in others for cell in row[1:] if is_live(cell)] == []


@pytest.mark.parametrize("writer", ["page", "command line"])
def test_none_of_a_thousand_is_live_in_a_workbook_and_numbers_stay_numbers(writer: str, tmp_path: Path) -> None:
    if writer == "page":
        place: Path | io.BytesIO = io.BytesIO(as_xlsx(hostile()))
    else:
        place = tmp_path / "t.xlsx"
        write_table(hostile(), "xlsx", place, "t")
    sheet = load_workbook(place).worksheets[0]
    cells = list(sheet.iter_rows(min_row=2))
    assert len(cells) == 1000
    assert {cell.data_type for row in cells for cell in row[:1]} == {"s"}
    assert [row[0].value for row in cells if is_live(str(row[0].value))] == []
    assert {(cell.data_type, cell.value) for row in cells for cell in row[1:]} == {("n", -5.25), ("n", -1), ("n", -0.5)}


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("=+-@;\t\r\n\0 "), max_size=20)))
def test_no_text_is_a_formula_whatever_it_says(texts: list[str]) -> None:
    frame = defused(pl.DataFrame({"text": texts}, schema={"text": pl.String}))
    assert [text for text in frame["text"] if is_live(text)] == []


@given(st.lists(st.text(alphabet="abc .,'1", max_size=20) | st.none()))
def test_an_ordinary_text_stays_as_it_is(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    assert defused(frame)["text"].to_list() == texts


def test_a_frame_without_texts_stays_as_it_is() -> None:
    frame = pl.DataFrame({"n": [-1, 2], "amount": [Decimal(-1), None]})
    assert defused(frame).equals(frame)


def test_a_mark_is_led_by_an_apostrophe_and_nul_left_out() -> None:
    frame = pl.DataFrame({"text": ["=1", "\0=1", "a\0b", "first;=1", "5 - 3", None, ""]})
    assert defused(frame)["text"].to_list() == ["'=1", "'=1", "ab", "first;'=1", "5 - 3", None, ""]
