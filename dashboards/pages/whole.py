"""A published table shown whole: for tables whose every column is worth reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from dashboards.components.cards import Listing
from dashboards.filters import Filters
from dashboards.memo import remembered
from dashboards.view import View

SHORT_ROWS = 15


def whole(
    table: str,
    label: str,
    *columns: str,
    first: str | None = None,
    shown: int = SHORT_ROWS,
    kinds: Mapping[str, str] | None = None,
) -> Listing:
    """Return a listing of a table: those columns that it has (all where none are named), most of ``first`` on top.

    ``kinds``: how columns read whose type and name do not tell.
    """

    def rows(view: View) -> pl.LazyFrame:
        there = view.published.columns(table)
        frame = view.published.scan(table)
        if first is not None and first in there:
            frame = frame.sort(first, descending=True, nulls_last=True, maintain_order=True)
        chosen = [name for name in columns if name in there]
        return frame.select(chosen) if chosen else frame

    def top(view: View) -> pl.DataFrame:
        return rows(view).head(shown + 1).collect()

    def frame(view: View) -> pl.DataFrame:
        # no filter changes such a table: it is read once, whatever the address asks
        return remembered(replace(view, filters=Filters()), top)

    def full(view: View) -> pl.DataFrame:
        return rows(view).collect()

    def title(view: View, _: pl.DataFrame) -> str:
        return f"{view.text(label)}: {view.speech.number(view.published.rows[table])}"

    name = table.removeprefix("report_")
    return Listing(name, label, table, frame, title, defines=columns, shown=shown, full=full, kinds=kinds or {})
