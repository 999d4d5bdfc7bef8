"""Where a figure lies among those of all other RMAs."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.charts import canvas
from dashboards.components.marks import aria
from dashboards.view import View
from dashboards.wording import measure

BINS = 24


def histogram(others: pl.Series, value: float) -> tuple[list[float], list[int]]:
    """Return the left edges and counts of equal bins that hold 99 of 100 of the others, and the figure itself."""
    low, high = float(str(others.quantile(0.005))), float(str(others.quantile(0.995)))
    low, high = min(low, value), max(high, value)
    width = (high - low) / BINS or 1.0
    inside = others.filter(others.is_between(low, high))
    numbers = ((inside - low) / width).floor().clip(0, BINS - 1).cast(pl.Int64).value_counts()
    counts = dict(numbers.iter_rows())
    return [low + width * number for number in range(BINS)], [counts.get(number, 0) for number in range(BINS)]


def peer_plot(view: View, others: pl.Series, value: float, typical: float, unit: str) -> Component:
    """Return how many RMAs have which figure, with this one's and the typical one marked."""
    if others.is_empty():
        return html.P(view.text("The figures of the others were not published."), className="muted")
    edges, counts = histogram(others, value)
    figure = canvas(view, "", 140)
    width = edges[1] - edges[0]
    figure.add_trace(
        go.Bar(x=edges, y=counts, width=width, offset=0, marker={"color": view.theme.rule}, hoverinfo="skip")
    )
    marks = ((typical, view.text("typical"), view.theme.muted), (value, view.text("this RMA"), view.theme.warning))
    lines = [
        {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": colour, "width": 2}}
        for at, _, colour in marks
    ]
    place = {"y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    names = [{"x": at, "text": text, "font": {"color": colour}, **place} for at, text, colour in marks]
    figure.update_layout(
        showlegend=False, title=None, margin={"t": 20, "b": 36}, bargap=0, shapes=lines, annotations=names
    )
    figure.update_xaxes(title={"text": view.text(unit), "font": {"size": 12}}, nticks=6, showgrid=False)
    figure.update_yaxes(type="log", showticklabels=False, showgrid=False)
    label = view.text(
        "{value}; typical is {typical}",
        value=measure(view.speech, value, unit),
        typical=measure(view.speech, typical, unit),
    )
    graph = dcc.Graph(figure=figure, config={"displayModeBar": False, "responsive": True}, style={"height": 140})
    return html.Div(graph, role="img", **aria(label=label))
