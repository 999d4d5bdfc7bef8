"""Rows as a table that reads: figures to the right in the reader's way of writing them, codes as words.

Cells of the data are only ever text, never markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards import findings
from dashboards.components.headings import heading
from dashboards.components.marks import aria
from dashboards.components.rows import Rows
from dashboards.format import MISSING
from dashboards.view import View
from dashboards.wording import reason

CODES = frozenset(
    {
        "component",
        "reason",
        "status",
        "stage",
        "severity",
        "claim_type",
        "check",
        "check_name",
        "signal",
        "match_method",
        "segment",
        "step",
        "outcome",
        "clause",
        "kind",
        "basis",
        "dimension",
        "advice",
        "agreement",
        "condition_grade",
        "disposition",
        "exception",
        "finding",
        "level",
        "measure",
        "reason_group",
        "rule",
    }
)
"""Columns that hold codes, which read better as words."""
SHARES = re.compile(
    r"(^|_)(rate|share|coverage|maturity)(_|$)|^share_of_|^(completed|expected|limit|usual)_(low|high)$|_error$"
)
"""Figures by their names that are read in per cent."""
COUNTS = frozenset({"sold", "returned"})
"""Decimals that hold units, orders or money, as another column tells: they are read without a currency."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the frame, its heading, how it reads (text, code, number, money, share, day, reason, …).

    ``link``: the address that a cell leads to, with ``{}`` where its text goes; empty where it leads nowhere.
    """

    name: str
    label: str
    kind: str = "text"
    link: str = ""


def columns_of(frame: pl.DataFrame, kinds: Mapping[str, str]) -> tuple[Column, ...]:
    """Return all columns of a frame, each with the kind that ``kinds``, or else its type and name, suggest."""
    return tuple(Column(name, name, kinds.get(name) or _kind(name, dtype)) for name, dtype in frame.schema.items())


def _kind(name: str, dtype: pl.DataType) -> str:
    """Return how a column reads."""
    if name == "customer_id":
        return "shopper"
    if dtype == pl.Boolean:
        return "flag"
    if dtype.is_decimal():
        return "count" if name in COUNTS else "money"
    if dtype.is_numeric():
        return "share" if dtype.is_float() and SHARES.search(name) else "number"
    if dtype.is_temporal():
        return "day" if dtype == pl.Date else "moment"
    return "code" if name in CODES else "text"


def data_table(view: View, frame: pl.DataFrame, columns: Sequence[Column], label: str) -> Component:
    """Return the rows as a table that can be scrolled sideways by keyboard too."""
    there = [column for column in columns if column.name in frame.columns]
    head = [[_heading(view, column), _align(column)] for column in there]
    body = [
        [_cell(view, _of_row(column, row), row[column.name]) for column in there] for row in frame.iter_rows(named=True)
    ]
    return html.Div(Rows(head, body), className="scroll", tabIndex=0, role="region", **aria(label=label))


OF_DIMENSION = {
    "month": "year_month",
    **dict.fromkeys(("all", "total", "shopper", "reason", "refund_method", "return_method"), "code"),
}
"""How the value of a dimension reads; those that are not here are names that the shop gave."""


def _of_row(column: Column, row: Mapping[str, object]) -> Column:
    """Return a column as it reads in a row: of a value, another column tells of which dimension it is."""
    kind = OF_DIMENSION.get(str(row.get("dimension"))) if column.name == "value" else None
    return replace(column, kind=kind) if kind else column


def _heading(view: View, column: Column) -> str:
    """Return a heading; a bare column name reads as words."""
    return view.text(heading(column.name) if column.label == column.name else column.label)


LONG_TEXT = 28
"""Letters from which on a text gets room to be read."""
LONG = frozenset({"text", "reason", "finding", "sentence"})
"""Kinds of columns that may hold such texts."""


def _look(column: Column, text: str) -> str:
    """Return how a cell is set: figures to the right, days in one line, long texts with room."""
    if column.kind == "day":
        return "day"
    return "long" if column.kind in LONG and len(text) > LONG_TEXT else _align(column)


def _align(column: Column) -> str:
    return "figure" if column.kind in {"number", "money", "share", "count"} else ""


def _cell(view: View, column: Column, value: object) -> list[str]:
    """Return one cell: its text, how it is set, and where it leads if it does."""
    text = read(view, column.kind, value)
    cell = [text, _look(column, text)]
    if column.link and value is not None:
        cell.append(column.link.format(quote(str(value), safe="")))
    return cell


def read(view: View, kind: str, value: object) -> str:
    """Return a value as it reads in the view's language; a dash where it is null."""
    if value is None:
        return MISSING
    readers: dict[str, Callable[[object], str]] = {
        "code": lambda cell: view.speech.code(str(cell)),
        "number": lambda cell: _number(view, cell),
        "count": lambda cell: view.speech.number(cell) if isinstance(cell, Decimal | int | float) else str(cell),
        "money": lambda cell: view.speech.money(cell, 2) if isinstance(cell, Decimal | int | float) else str(cell),
        "share": lambda cell: view.speech.share(cell) if isinstance(cell, Decimal | int | float) else str(cell),
        "day": lambda cell: view.speech.day(cell) if isinstance(cell, date) else str(cell),
        "moment": lambda cell: view.speech.moment(cell) if isinstance(cell, datetime) else str(cell),
        "setting": lambda cell: _setting(view, str(cell)),
        "flag": lambda cell: view.text("yes") if cell else view.text("no"),
        "shopper": lambda cell: view.shopper(str(cell)),
        "reason": lambda cell: _reason(view, cell),
        "finding": lambda cell: findings.told(view.speech, str(cell)),
        "check": lambda cell: findings.check(view.speech, str(cell)),
        "sentence": lambda cell: view.text(str(cell)),
        "year_month": lambda cell: _year_month(view, str(cell)),
    }
    reader = readers.get(kind)
    text = str(value)
    # what stands for no value, or for all of them, is no text of the data
    return reader(value) if reader else view.text(text) if text.startswith("(") else text


def _year_month(view: View, value: str) -> str:
    """Return a month of the data, ``2025-01``; another text as it is, and what stands for none in words."""
    found = re.fullmatch(r"(\d{4})-(\d\d)", value)
    return view.speech.month(date(int(found[1]), int(found[2]), 1)) if found else view.text(value)


def _reason(view: View, value: object) -> str:
    """Return the sentence of a reason as it was published."""
    return reason(view.speech, value["code"], value["text"]) or MISSING if isinstance(value, dict) else MISSING


def _setting(view: View, setting: str) -> str:
    """Return a setting of a clause, which is a figure or a word, as it reads."""
    try:
        return view.speech.figure(Decimal(setting))
    except InvalidOperation:
        return view.text(setting)


def _number(view: View, value: object) -> str:
    """Return a count without decimals, a quantity with two."""
    if isinstance(value, int):
        return view.speech.number(value)
    return view.speech.number(value, 2) if isinstance(value, Decimal | float) else str(value)
