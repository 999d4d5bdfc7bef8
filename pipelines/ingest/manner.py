"""The expressions that read a cell in the manner of its file: by declared options, and by the style of its column.

Belongs here: the value of a cell, and what keeps it from having one. Does not: which style a column has
(``styles.py``), nor the statement that judges whole rows (``judge.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from features.contracts import Column, Kind
from pipelines.ingest.options import NOTHING_DECLARED, ReaderOptions
from pipelines.ingest.styles import MOMENTS, MONEY, NUMBERS, Styles
from pipelines.sqltext import identifier, literal, reading


@dataclass(frozen=True, slots=True)
class Manner:
    """How the cells of one file are read: what was declared, what its values said, and whether it has own types."""

    options: ReaderOptions = NOTHING_DECLARED
    styles: Styles = field(default_factory=dict)
    is_typed: bool = False
    """Whether the file knows numbers from texts: then a number is read as it stands."""


PLAIN = Manner()
"""The manner of a file as the contract has it."""


def value_of(column: Column, manner: Manner, currency: str | None = None) -> str:
    """Return the expression of a column's value; ``currency`` names the column of the row's currency."""
    style = manner.styles.get(column.name)
    if column.kind in NUMBERS and style is not None:
        return _number(column, style, currency, is_typed=manner.is_typed)
    value = reading(column) if column.kind not in MOMENTS or style is None else _moment(column, style)
    zone = manner.options.timezone
    if column.kind is not Kind.TIMESTAMP or zone is None:
        return value
    cell = _cell(column)
    return f"if(has_offset({cell}), {value}, from_zone({value}, {literal(zone)}, not contains({cell}, ':')))"


def _number(column: Column, style: str, currency: str | None, *, is_typed: bool) -> str:
    """Return the expression of a number that is written with the decimal mark ``style``."""
    plain = f"plain_number({_body(column)}, {literal(style)})" if style else f"sole_number({_body(column)})"
    value = f"read_{column.kind.value}({plain})"
    if is_typed:
        value = f"coalesce({reading(column)}, {value})"
    if currency is None or column.kind not in MONEY:
        return value
    row_currency = f"read_currency({identifier(currency + '__cell')})"
    return f"case when not names_other({_cell(column)}, {row_currency}) then {value} end"


def _moment(column: Column, style: str) -> str:
    """Return the expression of a moment or a day that is written in the order ``style``."""
    cell = _cell(column)
    ordered = f"read_ordered(numbered_moment({cell}), {literal(style)})" if style else f"sole_moment({cell})"
    if column.kind is Kind.DAY:
        ordered = f"date_trunc('day', {ordered})"
    return f"coalesce({reading(column)}, {ordered})"


def ambiguity(column: Column, manner: Manner) -> str:
    """Return the condition that a cell that has no value may have several."""
    if manner.styles.get(column.name) != "":
        return "false"
    if column.kind in NUMBERS:
        return f"coalesce(plain_number({_body(column)}, '.') <> plain_number({_body(column)}, ','), false)"
    return f"(len(readings(numbered_moment({_cell(column)}))) > 1)"


def sort_of(column: Column) -> str:
    """Return what a cell should be, as ``why_bad`` has it; empty where it knows no reasons."""
    if column.kind in NUMBERS:
        return "number"
    if column.kind in MOMENTS:
        return "moment"
    return "id" if column.kind in (Kind.ID, Kind.NUMBER_ID, Kind.POSTCODE) else ""


def _body(column: Column) -> str:
    """Return the expression of a number without its currency and the ornaments of its sign."""
    return f"{'money_body' if column.kind in MONEY else 'number_body'}({_cell(column)})"


def _cell(column: Column) -> str:
    """Return the name of a column's cleaned cell."""
    return identifier(f"{column.name}__cell")
