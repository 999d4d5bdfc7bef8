"""A published table shown whole: for tables whose every column is worth reading."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboards.components.cards import Listing
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

    def frame(view: View) -> pl.DataFrame:
        rows = view.published.table(table)
        if first is not None and first in rows.columns:
            rows = rows.sort(first, descending=True, nulls_last=True, maintain_order=True)
        chosen = [name for name in columns if name in rows.columns]
        return rows.select(chosen) if chosen else rows

    def title(view: View, rows: pl.DataFrame) -> str:
        return f"{view.text(label)}: {view.speech.number(rows.height)}"

    name = table.removeprefix("report_")
    return Listing(name, label, table, frame, title, defines=columns, shown=shown, kinds=kinds or {})
