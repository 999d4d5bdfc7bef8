"""Shoppers: how much of the cost falls on how few, and what kinds of shoppers there are."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards.charts import canvas
from dashboards.components.cards import Chart
from dashboards.filters import LISTS
from dashboards.pages.page import Page
from dashboards.pages.whole import whole
from dashboards.view import View

STEPS = 100
"""Points of the curve."""


def _costs(view: View) -> pl.LazyFrame:
    """Return what each shopper with returns costs: as published where nothing is filtered, else summed up anew.

    A curve is drawn of it: sums of floats are exact enough, and take half the time.
    """
    cost = pl.col("cost").cast(pl.Float64)
    if not view.filters.is_narrow and view.has("report_shoppers"):
        return view.published.scan("report_shoppers").select(cost)
    lines = view.lines().filter(pl.col("customer_id").is_not_null())
    return lines.group_by("customer_id").agg(cost.sum())


def concentration(view: View) -> pl.DataFrame:
    """Return the curve: which share of the cost falls on which share of the shoppers with returns, dearest first."""
    ranked = _costs(view).filter(pl.col("cost") > 0).select("cost").sort("cost", descending=True).collect()["cost"]
    total = float(ranked.sum() or 0)
    if total <= 0:
        return pl.DataFrame(schema={"shopper_share": pl.Float64, "cost_share": pl.Float64})
    running = ranked.cum_sum() / total
    places = [round(step / STEPS * len(ranked)) for step in range(STEPS + 1)]
    return pl.DataFrame(
        {
            "shopper_share": [place / len(ranked) for place in places],
            "cost_share": [float(running[place - 1]) if place else 0.0 for place in places],
        }
    )


def draw_concentration(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the curve beside the line of equal shares; the title tells the dearest tenth's share."""
    top = rows.filter(pl.col("shopper_share") >= 1 / 10)["cost_share"][0]
    title = view.text(
        "A tenth of the shoppers with returns make up {share} of the cost", share=view.speech.share(top, 0)
    )
    figure = canvas(view, title, 340)
    x, y = rows["shopper_share"].to_list(), rows["cost_share"].to_list()
    figure.add_trace(
        go.Scatter(x=x, y=y, name=view.text("Cost"), mode="lines", line={"color": view.theme.accent, "width": 2})
    )
    even = {"color": view.theme.muted, "width": 1, "dash": "dot"}
    figure.add_trace(go.Scatter(x=[0, 1], y=[0, 1], name=view.text("If all cost the same"), mode="lines", line=even))
    figure.update_xaxes(tickformat=".0%", range=[0, 1], dtick=0.2)
    figure.update_layout(margin={"r": 28})
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
    return figure


PAGE = Page(
    "/shoppers",
    "Shoppers",
    (
        Chart(
            "concentration",
            "Concentration",
            "report_return_lines",
            concentration,
            draw_concentration,
            ("customer_id", "cost"),
        ),
        whole("report_concentration", "Shares of the few"),
        whole("report_segments", "Segments"),
        whole("report_shoppers", "Shoppers", first="cost"),
        whole("report_retention", "Who orders again", kinds={"days_to_end": "sentence"}),
    ),
    ("dates", *LISTS),
)
