"""The chapters of the management report: each a question, the table that answers it, and what its columns mean.

Belongs here: how a report table becomes a chapter of the page, whatever its columns are. Does not: which
chapters there are (``contents.py``), how a figure reads (``format.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

import polars as pl

from dashboards import format as fmt
from dashboards.data import PublishedSet

PARTS_OF_A_WHOLE = re.compile(
    r"(^|_)(rate|share)(_|$)|^limit_|^maturity$|^coverage$|_(ratio|error)$|^(completed|expected)_(low|high)$"
)
"""What the names of columns hold that are parts of a whole, and read in per cent."""
CODE = re.compile(r"[a-z]+(_[a-z]+)+$")
"""A word of the tables' own, which reads as words; names and numbers of the shop stay as they are."""
SMALL = 1000
"""Below this amount a column of money keeps its cents."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: ``question`` is its label, ``answer`` its title, made of the rows that ``select`` leaves.

    ``columns`` names what is shown, in that order; ``n_rows`` how many rows at most, as the table orders them or by
    ``largest``, the column whose largest values come first. ``part`` is the part of the report that it stands in.
    """

    name: str
    part: str
    question: str
    table: str
    columns: tuple[str, ...]
    answer: Callable[[pl.DataFrame], str]
    largest: str | None = None
    n_rows: int = 10
    select: pl.Expr | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a shown table: its header, whether its cells are figures, what it means."""

    name: str
    header: str
    is_figure: bool
    definition: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A chapter as the page shows it: texts alone. ``n_all`` is how many rows there are, shown or not."""

    chapter: Chapter
    title: str
    about: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    n_all: int


def show_all(published: PublishedSet, chapters: Iterable[Chapter], currency: str) -> list[Shown]:
    """Return the chapters whose tables a set has; what chapters in a row share is read once. Errors as of ``show``."""
    return [
        _filled(published, frame, chapter, currency)
        for table, group in groupby(chapters, lambda chapter: chapter.table)
        if published.has(table)
        for frame in [published.table(table)]
        for chapter in group
    ]


def show(published: PublishedSet, chapter: Chapter, currency: str) -> Shown:
    """Return a chapter as a set fills it. PublishedSetError where its table is missing, damaged or lacks a column."""
    return _filled(published, published.table(chapter.table), chapter, currency)


def _filled(published: PublishedSet, frame: pl.DataFrame, chapter: Chapter, currency: str) -> Shown:
    """Return a chapter as the whole table fills it."""
    if chapter.select is not None:
        frame = frame.filter(chapter.select)
    top = frame if chapter.largest is None else by_largest(frame, chapter.largest)
    top = top.head(chapter.n_rows).select(chapter.columns)
    means = published.definitions(chapter.table)
    columns = [_column(top[name], means.get(name, ""), currency) for name in chapter.columns]
    texts = [_texts(top[name]) for name in chapter.columns]
    title = chapter.answer(frame) if frame.height else f"{chapter.question}: nothing to tell yet"
    return Shown(chapter, title, means.get("", ""), columns, list(zip(*texts, strict=True)), frame.height)


def by_largest(frame: pl.DataFrame, largest: str) -> pl.DataFrame:
    """Return the rows with the largest values first; equal ones stay in the order of the table."""
    return frame.sort(largest, descending=True, nulls_last=True, maintain_order=True)


def _column(values: pl.Series, definition: str, currency: str) -> Column:
    """Return the head of a column."""
    header = fmt.words(values.name.removeprefix("n_").removeprefix("is_"))
    unit = f", {currency}" if values.dtype == pl.Decimal else ""
    return Column(values.name, header + unit, values.dtype.is_numeric(), definition)


def _texts(values: pl.Series) -> list[str]:
    """Return the cells of a column as they read."""
    reads = _reader(values)
    return [fmt.MISSING if value is None else reads(value) for value in values]


def _reader(values: pl.Series) -> Callable[[object], str]:
    """Return how the values of a column read."""
    kind = values.dtype
    if kind == pl.Decimal:
        largest = values.abs().max()
        decimals = 0 if largest is not None and cast("float", largest) >= SMALL else 2
        return lambda value: fmt.money(cast("float", value), decimals)
    if kind.is_float():
        is_rate = PARTS_OF_A_WHOLE.search(values.name) is not None
        return lambda value: fmt.share(cast("float", value)) if is_rate else fmt.number(cast("float", value), 1)
    if kind.is_integer():
        return lambda value: fmt.number(cast("int", value))
    if kind == pl.Boolean:
        return lambda value: "yes" if value else "no"
    if kind in (pl.Date, pl.Datetime):
        return fmt.day  # type: ignore[return-value]
    return lambda value: str(value).replace("_", " ") if CODE.match(str(value)) else str(value)
