"""The rows of a chart or table as CSV or XLSX, under the filters of the address.

Text that a spreadsheet would take for a formula is made text (``formulas.py``); figures stay figures.
"""

from __future__ import annotations

import io
from decimal import Decimal

import flask
import polars as pl
import xlsxwriter

from dashboards.components.cards import Chart, Listing
from dashboards.context import AppContext
from dashboards.formulas import defused
from dashboards.pages.registry import BY_KEY
from dashboards.view import View, person, request_view

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def register(server: flask.Flask, context: AppContext) -> None:
    """Give the server the addresses of the data."""

    @server.get("/data/<page>/<name>.<kind>")
    def data(page: str, name: str, kind: str) -> flask.Response:
        part = BY_KEY[page].part(name) if page in BY_KEY else None
        if part is None or kind not in TYPES:
            flask.abort(404)
        view = request_view(context, flask.request.query_string.decode("ascii", "replace"))
        frame = rows(view, part)
        content = as_csv(frame) if kind == "csv" else as_xlsx(frame)
        return flask.Response(
            content,
            headers={"Content-Disposition": f'attachment; filename="{page}-{name}.{kind}"'},
            content_type=TYPES[kind],
        )


def rows(view: View, part: Chart | Listing) -> pl.DataFrame:
    """Return a part's rows as they may leave the house: shoppers masked for those who may not see them."""
    maker = part.full if isinstance(part, Listing) and part.full else part.frame
    frame = maker(view) if view.has(part.table) else pl.DataFrame()
    if "customer_id" in frame.columns and not person().may_decide:
        masked = [view.shopper(value) for value in frame["customer_id"]]
        frame = frame.with_columns(pl.Series("customer_id", masked, dtype=pl.String))
    lists = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    return frame.drop(lists)


def as_csv(frame: pl.DataFrame) -> bytes:
    """Return CSV in UTF-8."""
    return defused(frame).write_csv().encode()


def as_xlsx(frame: pl.DataFrame) -> bytes:
    """Return a workbook of one sheet: headings that stay in view, real dates and numbers."""
    out = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
        "default_date_format": "yyyy-mm-dd hh:mm",
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, frame.columns, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(defused(frame).head(1_048_575).iter_rows(), start=1):
            sheet.write_row(number, 0, [float(cell) if isinstance(cell, Decimal) else _finite(cell) for cell in row])
    return out.getvalue()


def _finite(cell: object) -> object:
    """Return a cell that a sheet can hold: a number that is none is left empty."""
    return None if isinstance(cell, float) and cell - cell != 0 else cell
