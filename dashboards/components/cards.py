"""A chart or table on a page: what it answers, its definition, its data and its picture.

What belongs here: the declaration of a chart (``Chart``) and of a table (``Listing``), and how either
is laid out. What does not: any one chart's figures (``pages/``) and how data is written (``downloads.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import plotly.graph_objects as go
import polars as pl
from dash import dcc, html
from dash.development.base_component import Component
from polars.exceptions import ColumnNotFoundError

from dashboards.components.headings import ABOUT, heading
from dashboards.components.marks import aria, data
from dashboards.components.states import no_rows, no_table
from dashboards.components.tables import Column, columns_of, data_table
from dashboards.data import PublishedSetError
from dashboards.memo import remembered
from dashboards.view import View

FORMATS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Chart:
    """One question. ``frame`` gives its rows from ``table``, ``draw`` the figure, whose title is the answer.

    ``defines``: the columns of the table whose definitions stand a click away.
    """

    name: str
    label: str
    table: str
    frame: Callable[[View], pl.DataFrame]
    draw: Callable[[View, pl.DataFrame], go.Figure]
    defines: tuple[str, ...] = ()
    is_wide: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of rows. ``title`` tells its answer; ``columns`` none: all that the frame has.

    ``kinds``: how columns read that type and name do not tell (``Column``), where none are declared.
    ``shown``: how many rows stand on the page; the download has all, those of ``full`` where ``frame`` has the first.
    ``is_paged``: whether ``frame`` gives the rows of the part that the address asks for, and one more where there is.
    """

    name: str
    label: str
    table: str
    frame: Callable[[View], pl.DataFrame]
    title: Callable[[View, pl.DataFrame], str]
    columns: tuple[Column, ...] = ()
    defines: tuple[str, ...] = ()
    shown: int = 25
    full: Callable[[View], pl.DataFrame] | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    is_paged: bool = False


PART = "rows"
"""The part of the address that tells which rows of a paged listing are shown."""
MOST_PARTS = 400
"""Parts that can be turned to; who wants to see more takes the rows away."""


def part_of(view: View) -> int:
    """Return which part of a paged listing the address asks for, from 1 on."""
    asked = view.filters.other.get(PART, "")
    return min(max(int(asked), 1), MOST_PARTS) if asked.isascii() and asked.isdigit() else 1


def chart_card(view: View, page: str, chart: Chart) -> Component:
    """Return a chart with its answer as heading, or what stands where it cannot be drawn."""
    if not view.has(chart.table):
        return _card(view.text(chart.label), [], no_table(view.speech, chart.table))
    rows = _rows(view, chart)
    if rows is None:
        return _card(view.text(chart.label), [], no_table(view.speech, chart.table))
    if rows.is_empty():
        return _card(view.text(chart.label), [], no_rows(view.speech, is_filtered=view.filters.is_narrow))
    figure = chart.draw(view, rows)
    title = str(figure.layout.title.text)
    figure.update_layout(title=None, separators=view.speech.separators)
    graph = dcc.Graph(
        id={"type": "chart", "name": chart.name},
        figure=figure,
        config={"displayModeBar": False, "responsive": True, "staticPlot": False},
        className="graph",
        style={"height": figure.layout.height},
    )
    links = _tools(view, page, chart)
    # the figure for those who do not see it: its answer, and the rows as a download
    return _card(title, links, html.Div(graph, role="img", **aria(label=title)), is_wide=chart.is_wide)


def listing_card(view: View, page: str, listing: Listing) -> Component:
    """Return a table with its answer as heading, or what stands where it is missing or empty."""
    if not view.has(listing.table):
        return _card(view.text(listing.label), [], no_table(view.speech, listing.table))
    rows = _rows(view, listing)
    if rows is None:
        return _card(view.text(listing.label), [], no_table(view.speech, listing.table))
    if rows.is_empty():
        return _card(view.text(listing.label), [], no_rows(view.speech, is_filtered=view.filters.is_narrow))
    columns = listing.columns or columns_of(rows, listing.kinds)
    body: list[Component] = [data_table(view, rows.head(listing.shown), columns, view.text(listing.label))]
    if listing.is_paged:
        body += _turns(view, page, has_more=rows.height > listing.shown)
    elif rows.height > listing.shown:
        shown = view.speech.number(listing.shown)
        body.append(html.P(view.text("The first {shown} rows; the download has all.", shown=shown), className="muted"))
    links = _tools(view, page, listing)
    return _card(listing.title(view, rows), links, html.Div(body))


def _turns(view: View, page: str, *, has_more: bool) -> list[Component]:
    """Return the links to the rows before and after those that are shown."""
    part = part_of(view)
    wanted = [(view.text("Previous rows"), part - 1)] if part > 1 else []
    wanted += [(view.text("Next rows"), part + 1)] if has_more and part < MOST_PARTS else []
    links = [
        dcc.Link(
            label,
            href=f"/{page}{view.filters.having(**{PART: str(number) if number > 1 else ''}).search()}",
            className="tool",
        )
        for label, number in wanted
    ]
    return [
        html.P(
            [html.Span(view.text("Part {n}", n=view.speech.number(part)), className="muted"), *links], className="turns"
        )
    ]


def _rows(view: View, part: Chart | Listing) -> pl.DataFrame | None:
    """Return a part's rows; None where the set is of another version and lacks a column that they need."""
    try:
        return remembered(view, part.frame)
    except (ColumnNotFoundError, PublishedSetError):
        return None


def kpis(figures: Sequence[tuple[str, str, str]]) -> Component:
    """Return headline figures: label, value, and what it is of."""
    return html.Dl(
        [
            html.Div([html.Dt(label), html.Dd(value), html.Dd(note, className="muted")])
            for label, value, note in figures
        ],
        className="kpis",
    )


def _card(title: str, tools: list[Component], body: Component, *, is_wide: bool = True) -> Component:
    """Return a section with its heading and tools."""
    head = html.Div([html.H2(title), html.Div(tools, className="tools")], className="card-head")
    return html.Section([head, body], className="card" if is_wide else "card half")


def _tools(view: View, page: str, part: Chart | Listing) -> list[Component]:
    """Return the definition, the data's and the picture's buttons."""
    tools = [_definition(view, part.table, part.defines)]
    search = view.filters.search()
    for kind in FORMATS:
        href = f"/data/{quote(page, safe='')}/{quote(part.name, safe='')}.{kind}{search}"
        label = view.text("Data as {kind}", kind=kind.upper())
        tools.append(html.A(kind.upper(), href=href, className="tool", download="", title=label, **aria(label=label)))
    if isinstance(part, Chart):
        tools += [
            html.Button(
                kind.upper(),
                className="tool picture",
                type="button",
                title=view.text("Picture as {kind}", kind=kind.upper()),
                **data(format=kind, name=part.name),
                **aria(label=view.text("Picture as {kind}", kind=kind.upper())),
            )
            for kind in ("png", "svg")
        ]
    return tools


def _definition(view: View, table: str, columns: Sequence[str]) -> Component:
    """Return the ``i`` that opens what the figures mean."""
    told = view.published.definitions(table)
    body: list[Component] = [html.P(view.text(told.get("") or ABOUT.get(table, table)))]
    terms = [part for name in columns if name in told for part in _term(view, name, told[name])]
    if terms:
        body.append(html.Dl(terms))
    label = view.speech.text("Definition")
    # an element of its own that opens by click and by keyboard, without a script
    opener = html.Summary("i", className="tool round", title=label, **aria(label=label))
    return html.Details([opener, html.Div(body, className="definition")], className="defined")


def _term(view: View, name: str, meaning: str) -> tuple[Component, Component]:
    """Return what a column is called on the page and in the download, and what it means."""
    return html.Dt([view.text(heading(name)), " ", html.Code(name)]), html.Dd(view.text(meaning))
