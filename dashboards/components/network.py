"""Linked accounts as a graph: on a ring, joined by what two of them share.

Where a set tells no pairs, accounts stand on the left and what they share with others on the right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.account_links import KINDS, AccountLink
from dashboards.charts import canvas
from dashboards.components.marks import aria
from dashboards.figures import plain
from dashboards.view import View

SAID = 3
"""Links whose kinds stand beside them in the picture; of more they are told on pointing, and in the list."""
RING_PX = 320
PAIR = 2


def link_graph(view: View, accounts: pl.DataFrame, links: Sequence[AccountLink]) -> Component:
    """Return accounts on a ring; a line between two says what both were seen with, thicker the more kinds."""
    owners = accounts["customer_id"].to_list()
    # two stand side by side, more begin on top
    first = math.pi if len(owners) == PAIR else math.pi / 2
    angles = [first + math.tau * number / len(owners) for number in range(len(owners))]
    places = {name: (math.cos(angle), math.sin(angle)) for name, angle in zip(owners, angles, strict=True)}
    lines = [_link(view, places, link) for link in links]
    flagged = dict(accounts.select("customer_id", "n_flagged").iter_rows())
    names = [plain(f"{view.shopper(name)} · {flagged[name]}") for name in owners]
    sides = ["bottom center" if y < 0 else "top center" for _, y in places.values()]
    nodes = _nodes(view, list(places.values()), names, _Look(view.theme.accent, "circle", sides))
    figure = canvas(view, "", RING_PX)
    figure.add_traces([*lines, _middles(view, places, links), nodes])
    told = [_said(view, places, link) for link in links] if len(links) <= SAID else []
    figure.update_layout(
        showlegend=False, title=None, margin={"l": 8, "r": 8, "t": 8, "b": 8}, annotations=told, hovermode="closest"
    )
    figure.update_xaxes(visible=False, range=[-1.8, 1.8])
    figure.update_yaxes(visible=False, range=[-1.35, 1.35])
    label = view.text("{n} linked accounts; the list below says what they share", n=len(owners))
    graph = dcc.Graph(figure=figure, config={"displayModeBar": False, "responsive": True}, style={"height": RING_PX})
    return html.Div(graph, role="img", **aria(label=label))


def kinds_of(view: View, link: AccountLink) -> str:
    """Return what two accounts share, in words."""
    return ", ".join(view.text(KINDS[kind]) for kind in link.kinds)


def _link(view: View, places: dict[str, tuple[float, float]], link: AccountLink) -> go.Scatter:
    """Return the line between two accounts."""
    (x0, y0), (x1, y1) = places[link.one], places[link.other]
    look = {"color": view.theme.muted, "width": 1 + min(len(link.kinds), 4)}
    return go.Scatter(x=[x0, x1], y=[y0, y1], mode="lines", line=look, hoverinfo="skip")


def _middles(view: View, places: dict[str, tuple[float, float]], links: Sequence[AccountLink]) -> go.Scatter:
    """Return the middle of each line, which tells on pointing what it stands for."""
    ends = [(places[link.one], places[link.other]) for link in links]
    return go.Scatter(
        x=[(one[0] + other[0]) / 2 for one, other in ends],
        y=[(one[1] + other[1]) / 2 for one, other in ends],
        hovertext=[kinds_of(view, link) for link in links],
        mode="markers",
        marker={"color": view.theme.muted, "size": 7},
        hoverinfo="text",
    )


def _said(view: View, places: dict[str, tuple[float, float]], link: AccountLink) -> dict[str, object]:
    """Return what stands in the middle of a line."""
    (x0, y0), (x1, y1) = places[link.one], places[link.other]
    where = {"x": (x0 + x1) / 2, "y": (y0 + y1) / 2, "showarrow": False}
    return {**where, "text": kinds_of(view, link), "bgcolor": view.theme.paper, "font": {"size": 12}}


def account_graph(view: View, accounts: pl.DataFrame, shared: Sequence[tuple[str, str, int]]) -> Component:
    """Return the graph; an edge says with how many other accounts a kind of identifier is shared."""
    owners = accounts["customer_id"].to_list()
    kinds = list(dict.fromkeys(kind for _, kind, _ in shared))
    rows = max(len(owners), len(kinds), 1)
    places = {("account", name): (0.0, _at(number, len(owners), rows)) for number, name in enumerate(owners)}
    places |= {("kind", name): (1.0, _at(number, len(kinds), rows)) for number, name in enumerate(kinds)}
    figure = canvas(view, "", 44 * rows + 40)
    for owner, kind, n in shared:
        (x0, y0), (x1, y1) = places["account", owner], places["kind", kind]
        figure.add_trace(
            go.Scatter(
                x=[x0, x1],
                y=[y0, y1],
                mode="lines",
                line={"color": view.theme.muted, "width": 1 + min(n, 4)},
                hoverinfo="skip",
            )
        )
    flagged = dict(accounts.select("customer_id", "n_flagged").iter_rows())
    names = [plain(f"{view.shopper(name)} · {flagged[name]}") for name in owners]
    left, right = _Look(view.theme.accent, "circle", "middle left"), _Look(view.theme.warning, "square", "middle right")
    figure.add_trace(_nodes(view, [places["account", name] for name in owners], names, left))
    told = [view.text(name) for name in kinds]
    figure.add_trace(_nodes(view, [places["kind", name] for name in kinds], told, right))
    figure.update_layout(showlegend=False, title=None, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    figure.update_xaxes(visible=False, range=[-0.9, 1.7])
    figure.update_yaxes(visible=False, range=[rows - 0.4, -0.6])
    label = view.text("{n} linked accounts; the list below says what they share", n=len(owners))
    graph = dcc.Graph(
        figure=figure, config={"displayModeBar": False, "responsive": True}, style={"height": 44 * rows + 40}
    )
    return html.Div(graph, role="img", **aria(label=label))


def _at(number: int, count: int, rows: int) -> float:
    """Return the height of a node, so that each side is spread over the whole."""
    return (number + 0.5) * rows / max(count, 1) - 0.5


@dataclass(frozen=True, slots=True)
class _Look:
    """How one side of the graph is drawn."""

    colour: str
    symbol: str
    side: str | list[str]


def _nodes(view: View, places: Sequence[tuple[float, float]], names: Sequence[str], look: _Look) -> go.Scatter:
    """Return nodes with their names beside them."""
    return go.Scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        text=list(names),
        mode="markers+text",
        textposition=look.side,
        textfont={"color": view.theme.ink},
        marker={"color": look.colour, "size": 12, "symbol": look.symbol},
        hoverinfo="text",
    )
