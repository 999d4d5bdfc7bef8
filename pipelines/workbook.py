"""All report tables in one Excel workbook: a sheet a table, what there is in front, what it means behind.

Belongs here: the workbook's make-up. Does not: what a single table is as a file (``export.py``), what the tables are
(``pipelines/reports/``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from dashboards.formulas import defused
from pipelines.errors import ReturnwatchError
from pipelines.export import flattened
from pipelines.publish import read_manifest, read_table, tables_of
from pipelines.reports.books import BOOK_TABLES
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import ReportTable

PREFIX = "report_"
SHEET_ROWS = 100_000
"""Rows of a table that the workbook takes: longer ones are for programs, and have the export of a single table."""
MEASURED_ROWS = 2_000
"""Rows up to which the cells are measured for the width of their columns."""
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text stays text, whatever it looks like."""
FORMATS: dict[Any, str] = {
    pl.Date: "yyyy-mm-dd",
    pl.Datetime: "yyyy-mm-dd hh:mm:ss",
    pl.Decimal: "#,##0.00##;-#,##0.00##",
    pl.Int64: "#,##0",
    pl.Float64: "0.0000",
}
SHARES = ("_rate", "share", "_share")
"""Endings of columns that are shown in per cent."""


def write_workbook(folder: Path, out: Path) -> list[str]:
    """Write the report tables of a published set; return those that were too long for a sheet.

    The file is replaced in one step. Raises ReturnwatchError where it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=out.resolve().parent, prefix=".export-") as place:
            made = Path(place) / "reports.xlsx"
            left_out = _write(folder, made)
            made.replace(out)
    except OSError as error:
        raise ReturnwatchError(f"{out}: cannot be written ({error.strerror}); name another file with --out") from None
    return left_out


def _write(folder: Path, place: Path) -> list[str]:
    """Write the workbook to a new file."""
    held = tables_of(folder)
    tables = [table for table in (*REPORT_TABLES, *BOOK_TABLES) if table.name in held and is_report(table)]
    rows = {table.name: int(str(held[table.name]["rows"])) for table in tables}
    with xlsxwriter.Workbook(str(place), OPTIONS) as book:
        # the moment of the set, not of the export: the same set is the same file
        book.set_properties({"title": "returnwatch reports", "created": _published_at(folder)})
        _sheet(book, "Contents", contents(tables, rows))
        for table in tables:
            if rows[table.name] <= SHEET_ROWS:
                _sheet(book, sheet_name(table.name), read_table(folder, table.name))
        _sheet(book, "Definitions", definitions(tables))
    return [name for name, n_rows in rows.items() if n_rows > SHEET_ROWS]


def is_report(table: ReportTable) -> bool:
    """Whether a table is a report rather than the rows that reports are made of."""
    return table.name.startswith(PREFIX)


def sheet_name(table: str) -> str:
    """Return the name of a table's sheet: Excel takes 31 letters."""
    return table.removeprefix(PREFIX)[:31]


def contents(tables: Sequence[ReportTable], rows: dict[str, int]) -> pl.DataFrame:
    """Return one row a table: its sheet (null where it is too long for one), its rows, what a row is, what it tells."""
    kept = [sheet_name(table.name) if rows[table.name] <= SHEET_ROWS else None for table in tables]
    return pl.DataFrame(
        {
            "table": [table.name for table in tables],
            "sheet": kept,
            "rows": [rows[table.name] for table in tables],
            "grain": [table.grain for table in tables],
            "description": [table.description for table in tables],
        }
    )


def definitions(tables: Iterable[ReportTable]) -> pl.DataFrame:
    """Return one row a table and column: its definition."""
    listed = [(table.name, name, meaning) for table in tables for name, meaning in table.columns.items()]
    return pl.DataFrame(listed, ["table", "column", "definition"], orient="row")


def _sheet(book: xlsxwriter.Workbook, name: str, frame: pl.DataFrame) -> None:
    """Add a sheet with a frozen header: dates are dates, shares per cents, no text is a formula."""
    shown = defused(flattened(frame))
    percents: dict[Any, Any] = {
        column: "0.00%" for column, kind in shown.schema.items() if kind == pl.Float64 and column.endswith(SHARES)
    }
    shown.write_excel(
        book,
        worksheet=name,
        freeze_panes=(1, 0),
        dtype_formats=FORMATS,
        column_formats=percents or None,
        autofit=shown.height <= MEASURED_ROWS,
    )


def _published_at(folder: Path) -> datetime:
    """Return when the set was published, as Excel has it: without a zone."""
    told = datetime.fromisoformat(str(read_manifest(folder)["published_at"]))
    return told.astimezone(UTC).replace(tzinfo=None) if told.tzinfo else told
