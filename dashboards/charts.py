"""Figures of the pages: rows and a view in, one Plotly figure out, whose title is the answer.

What belongs here: the few kinds of chart that pages draw (bars, lines, heat map, funnel limits,
treemap), in the reader's language. What does not: which rows (``pages/``), and the printed report's
figures (``figures.py``), whose empty canvas these share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from dashboards.figures import ROW_PX, blank, hatched, plain
from dashboards.view import View

LABEL_CHARS = 34
"""Longer labels are cut."""
LINE_CHARS = 24
"""Longer labels beside bars stand in two lines, so that a bar has room at 390 px."""
LINE_PX = 8
"""What a row is higher by where labels stand in two lines."""


def canvas(view: View, title: str, height: int = 280) -> go.Figure:
    """Return an empty figure with the answer as its title."""
    figure = blank(view.theme, title)
    figure.update_layout(height=height, separators=view.speech.separators, margin={"l": 8, "r": 12, "t": 8, "b": 36})
    return figure


def short(text: str, most: int = LABEL_CHARS) -> str:
    """Return a label of the data, cut where it is longer than ``most`` letters, letter by letter."""
    return plain(text if len(text) <= most else f"{text[: most - 1]}…")


def in_lines(text: str) -> str:
    """Return a label of the data in two lines, parted at a blank, where one would be long; each is cut there."""
    if len(text) <= LINE_CHARS:
        return plain(text)
    blanks = [place for place in range(1, LINE_CHARS + 1) if text[place] == " "]
    parted = blanks[-1] if blanks else LINE_CHARS
    return "<br>".join(short(line, LINE_CHARS) for line in (text[:parted], text[parted:].lstrip()))


def lying_bars(
    view: View, title: str, labels: Sequence[str], values: Sequence[float], read: Sequence[str]
) -> go.Figure:
    """Draw one bar a label, the first on top, from zero; ``read`` is each value as it reads."""
    beside = [in_lines(label) for label in labels]
    row_px = ROW_PX + LINE_PX * any("<br>" in label for label in beside)
    figure = canvas(view, title, row_px * len(labels) + 48)
    colours = [view.theme.accent if value >= 0 else view.theme.relief for value in values]
    hover = [f"{plain(label)}: {told}" for label, told in zip(labels, read, strict=True)]
    figure.add_trace(
        go.Bar(
            orientation="h",
            y=list(range(len(labels))),
            x=list(values),
            hovertext=hover,
            hoverinfo="text",
            marker={"color": colours},
            width=0.7,
        )
    )
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=beside,
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
        ticklabelstandoff=8,
    )
    figure.update_xaxes(rangemode="tozero", nticks=3, tickformat="~s", tickangle=0)
    # beside the bars, where a short one at 390 px cannot cut them
    amounts = [amount_beside(row, told) for row, told in enumerate(read)]
    figure.update_layout(showlegend=False, annotations=amounts, margin={"r": 12 + 8 * max(map(len, read), default=0)})
    return figure


def amount_beside(row: int, text: str) -> dict[str, object]:
    """Return an amount behind the bars of a row, as an annotation."""
    return {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": row, "text": text, "showarrow": False}


def month_bars(
    view: View, title: str, months: Sequence[str], figures: Sequence[tuple[float | None, bool]], tick: str
) -> go.Figure:
    """Draw one bar a month from zero; ``figures``: its value and whether it is complete; open ones are hatched."""
    figure = canvas(view, title)
    looks = (
        ("Complete", True, {"color": view.theme.accent}),
        ("Still open", False, hatched(view.theme.accent, view.theme)),
    )
    for name, wanted, marker in looks:
        chosen = [(at, value) for at, (value, is_done) in zip(months, figures, strict=True) if is_done == wanted]
        if chosen:
            xs, ys = zip(*chosen, strict=True)
            figure.add_trace(go.Bar(name=view.text(name), x=list(xs), y=list(ys), marker=marker))
    figure.update_layout(barmode="overlay", bargap=0.3)
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=list(months))
    _name_months(figure, months)
    figure.update_yaxes(rangemode="tozero", tickformat=tick, nticks=5, zerolinecolor=view.theme.muted)
    return figure


def lines(
    view: View, title: str, series: Sequence[tuple[str, Sequence[object], Sequence[float | None]]], tick: str
) -> go.Figure:
    """Draw one line a series (name, x, y), told apart by dash as well as by colour."""
    figure = canvas(view, title)
    colours = (view.theme.accent, view.theme.warning, view.theme.relief, view.theme.muted)
    dashes = ("solid", "dash", "dot", "dashdot")
    for number, (name, x, y) in enumerate(series):
        look = {"color": colours[number % 4], "dash": dashes[number % 4], "width": 2}
        figure.add_trace(
            go.Scatter(name=name, x=list(x), y=list(y), mode="lines+markers", line=look, marker={"size": 4})
        )
    figure.update_yaxes(rangemode="tozero", tickformat=tick, nticks=5)
    _name_months(figure, [str(at) for at in series[0][1]] if series else [])
    return figure


def _name_months(figure: go.Figure, months: Sequence[str]) -> None:
    """Name at most six of the months below the axis, the year in a line of its own: there is room at 390 px."""
    named = list(months)[:: max(1, -(-len(months) // 6))]
    told = [name.replace(" ", "<br>") for name in named]
    figure.update_xaxes(tickmode="array", tickvals=named, ticktext=told, tickangle=0, ticklabelstandoff=4)
    figure.update_layout(margin={"b": 48})


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A grid of rates: names of columns and rows, the cells, and which of them (row, column) are estimates."""

    x: Sequence[str]
    y: Sequence[str]
    z: Sequence[Sequence[float | None]]
    estimated: Sequence[tuple[int, int]] = ()


def heat_map(view: View, title: str, grid: HeatMap) -> go.Figure:
    """Draw a grid of rates, darker is more; estimated cells are marked."""
    x, y, estimated = grid.x, grid.y, grid.estimated
    figure = canvas(view, title, max(240, 22 * len(y) + 80))
    figure.add_trace(
        go.Heatmap(
            x=list(x),
            y=list(y),
            z=[list(row) for row in grid.z],
            colorscale=[[0, view.theme.wash], [1, view.theme.accent]],
            hovertemplate="%{y}, %{x}: %{z:.1%}<extra></extra>",
            xgap=1,
            ygap=1,
            colorbar={"tickformat": ".0%", "thickness": 8},
        )
    )
    if estimated:
        figure.add_trace(
            go.Scatter(
                x=[x[column] for _, column in estimated],
                y=[y[row] for row, _ in estimated],
                mode="markers",
                marker={"symbol": "line-ne-open", "size": 9, "color": view.theme.ink},
                hoverinfo="skip",
                name=view.text("Estimated"),
            )
        )
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    # of many columns a few are named, and the last, which may be of another kind and needs room at 390 px
    every = max(1, len(x) // 4)
    named = [*x[: max(1, len(x) - every - 1) : every], x[-1]]
    figure.update_xaxes(type="category", showgrid=False, tickmode="array", tickvals=named, tickangle=0)
    return figure


def treemap(view: View, title: str, labels: Sequence[str], values: Sequence[Decimal], read: Sequence[str]) -> go.Figure:
    """Draw areas of one level, the largest first."""
    figure = canvas(view, title, 320)
    figure.add_trace(
        go.Treemap(
            labels=[short(label) for label in labels],
            parents=[""] * len(labels),
            values=[float(value) for value in values],
            text=list(read),
            textinfo="label+text",
            hovertemplate="%{label}: %{text}<extra></extra>",
            marker={"colors": [view.theme.wash] * len(labels), "line": {"color": view.theme.muted, "width": 1}},
            textfont={"color": view.theme.ink},
            tiling={"pad": 2},
            pathbar={"visible": False},
        )
    )
    return figure


@dataclass(frozen=True, slots=True)
class Point:
    """One thing in a chart of limits: what it is, how much it is based on, its rate, whether it stands out."""

    label: str
    base: float
    rate: float
    stands_out: bool


def funnel_limits(
    view: View, title: str, points: Sequence[Point], limits: Sequence[tuple[str, Sequence[float], Sequence[float]]]
) -> go.Figure:
    """Draw rates against how much they are based on, with the control limits (name, bases, rates)."""
    figure = canvas(view, title, 340)
    for stands_out, name, colour, symbol in (
        (False, "Within what chance gives", view.theme.muted, "circle-open"),
        (True, "Stands out", view.theme.warning, "diamond"),
    ):
        chosen = [point for point in points if point.stands_out == stands_out]
        figure.add_trace(
            go.Scatter(
                name=view.text(name),
                mode="markers",
                x=[point.base for point in chosen],
                y=[point.rate for point in chosen],
                customdata=[plain(point.label) for point in chosen],
                marker={"color": colour, "symbol": symbol, "size": 7},
                hovertemplate="%{customdata}<br>%{y:.1%} · %{x:,}<extra></extra>",
            )
        )
    for (name, x, y), dash in zip(limits, ("dash", "solid", "dot"), strict=False):
        look = {"color": view.theme.accent, "width": 1, "dash": dash}
        figure.add_trace(go.Scatter(name=name, x=list(x), y=list(y), mode="lines", line=look, hoverinfo="skip"))
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    # a few goods sell thousands of times what most do
    figure.update_xaxes(type="log", tickformat="~s", dtick=1)
    return figure
