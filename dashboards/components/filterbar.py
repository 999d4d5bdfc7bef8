"""The filters that pages share: days, channel, category, currency; their values live in the address.

Each control's id is ``{"type": "filter", "name": …}``: one callback (``navigation.py``) writes them all
into the address, from which the page is drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import dash_mantine_components as dmc
import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards.components.marks import aria
from dashboards.daily import LINES as DAILY
from dashboards.data import PublishedSet
from dashboards.filters import LISTS
from dashboards.view import View

LINES = "report_return_lines"
LABELS = {"channel": "Channel", "category": "Category", "currency": "Currency"}


def control(name: str) -> dict[str, str]:
    """Return the id of a filter's control."""
    return {"type": "filter", "name": name}


def filter_bar(view: View, names: Sequence[str], extra: Sequence[Component] = ()) -> Component:
    """Return the bar with the shared filters asked for and a page's own controls."""
    controls: list[Component] = _days(view) if "dates" in names else []
    controls += [_choices(view, name) for name in LISTS if name in names and _tells(view, name)]
    controls += list(extra)
    if view.filters.is_narrow and names:
        controls.append(
            html.Button(view.text("Clear"), id={"type": "clear", "name": "filters"}, className="tool", type="button")
        )
    return html.Div(controls, className="filters", role="search", **aria(label=view.text("Filters")))


def _days(view: View) -> list[Component]:
    """Return the first and the last day, typed or chosen."""
    chosen = (("from", "From", view.filters.first), ("to", "To", view.filters.last))
    return [
        dmc.DateInput(
            id=control(name),
            label=view.text(label),
            value=day.isoformat() if day else None,
            valueFormat="YYYY-MM-DD",
            placeholder="YYYY-MM-DD",
            debounce=400,
            size="xs",
            w=128,
        )
        for name, label, day in chosen
    ]


def _choices(view: View, name: str) -> Component:
    """Return a filter of several values."""
    chooser: Component = dmc.MultiSelect(
        id=control(name),
        label=view.text(LABELS[name]),
        data=list(options(view.published, name)),
        value=list(getattr(view.filters, name)),
        searchable=True,
        clearable=True,
        size="xs",
        w=220,
        maxValues=20,
        placeholder=view.text("all") if not getattr(view.filters, name) else "",
        clearButtonProps={"aria-label": view.text("Clear")},
    )
    return chooser


def choice(view: View, name: str, label: str, options_: dict[str, str]) -> Component:
    """Return a page's own control: one of a few values (value to its English label)."""
    select: Component = dmc.Select(
        id=control(name),
        label=view.text(label),
        data=[{"value": value, "label": view.text(told)} for value, told in options_.items()],
        value=view.filters.asked(name),
        allowDeselect=False,
        size="xs",
        w=148,
    )
    return select


def _tells(view: View, name: str) -> bool:
    """Whether a filter can leave anything out: most shops trade in one currency."""
    return len(options(view.published, name)) > (name == "currency") or bool(getattr(view.filters, name))


def options(published: PublishedSet, name: str) -> tuple[str, ...]:
    """Return the values that a filter can have; empty where the set knows none."""
    table = next((one for one in (DAILY, LINES) if published.has(one)), None)
    if table is None or name not in published.columns(table):
        return ()
    return _options(published.path, table, name)


@lru_cache(maxsize=16)
def _options(path: Path, table: str, name: str) -> tuple[str, ...]:
    """Return the distinct values of a column, sorted; a set never changes, so they are read once."""
    rows = PublishedSet.open(path).scan(table)
    # each dimension of the daily sums has all values
    every = rows.filter(pl.col("dimension") == "all") if table == DAILY else rows
    values = every.select(pl.col(name).drop_nulls().unique().sort()).collect()
    return tuple(str(value) for value in values.to_series())
