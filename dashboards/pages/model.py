"""Model health: whether the model still sees the shop that it was fitted to, and how its flags fare."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards.charts import canvas
from dashboards.components.cards import Chart, Listing
from dashboards.components.tables import Column
from dashboards.frames import least
from dashboards.pages.page import Figures, Page
from dashboards.view import View

TABLE = "report_model_health"
BINS = 20


def headline(view: View) -> Figures:
    """Return the model's version and how much it flags and alerts."""
    say = view.speech
    flagged, scored = (view.published.rows.get(name, 0) for name in ("flagged_queue", "rma_scores"))
    alerts = view.published.table(TABLE, ["is_alert"])["is_alert"].sum() if view.has(TABLE) else None
    return [
        (say.text("Model"), view.published.text("model_version") or "", ""),
        (say.text("RMAs scored"), say.number(scored), ""),
        (
            say.text("Flagged"),
            say.share(flagged / scored if scored else None),
            say.text("{n} RMAs", n=say.number(flagged)),
        ),
        (say.text("Alerts"), say.number(alerts), say.text("checks beyond their threshold")),
    ]


def scores(view: View) -> pl.DataFrame:
    """Return how many RMAs have which score, flagged and not."""
    width = 100 / BINS
    place = (pl.col("risk_score") / width).floor().clip(0, BINS - 1) * width
    scanned = (
        view.published.scan("rma_scores")
        .group_by(place.alias("score_from"))
        .agg(pl.len().alias("n_rmas"), pl.col("is_flagged").sum().alias("n_flagged"))
    )
    return scanned.sort("score_from").collect()


def draw_scores(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the distribution of scores with the flagged ones marked."""
    flagged = rows.filter(pl.col("n_flagged") > 0)
    title = view.text("No RMA is flagged")
    if flagged.height:
        lowest = view.speech.number(least(flagged, "score_from"))
        title = view.text("Flagged RMAs score from {score} up", score=lowest)
    figure = canvas(view, title, 240)
    x = [float(score) + 50 / BINS for score in rows["score_from"]]
    rest = [total - part for total, part in rows.select("n_rmas", "n_flagged").iter_rows()]
    figure.add_trace(go.Bar(name=view.text("Not flagged"), x=x, y=rest, marker={"color": view.theme.muted}))
    figure.add_trace(
        go.Bar(name=view.text("Flagged"), x=x, y=rows["n_flagged"].to_list(), marker={"color": view.theme.warning})
    )
    figure.update_layout(barmode="group", bargap=0.1)
    figure.update_yaxes(rangemode="tozero", nticks=4)
    return figure


def checks(view: View) -> pl.DataFrame:
    """Return the checks, alerts first."""
    return view.published.table(TABLE).sort(
        "is_alert", "check", "subject", descending=[True, False, False], nulls_last=True
    )


def checks_title(view: View, rows: pl.DataFrame) -> str:
    """Return how many checks want somebody to look."""
    return view.text(
        "{n} of {all} checks are beyond their threshold",
        n=view.speech.number(rows["is_alert"].sum()),
        all=view.speech.number(rows.height),
    )


COLUMNS = (
    Column("check", "Check", "code"),
    Column("subject", "About", "code"),
    Column("stage", "Stage", "code"),
    Column("since", "Since", "day"),
    Column("n_recent", "RMAs", "number"),
    Column("value", "Figure", "number"),
    Column("low", "Low", "number"),
    Column("high", "High", "number"),
    Column("threshold", "Threshold", "number"),
    Column("is_alert", "Alert", "flag"),
)
PAGE = Page(
    "/model",
    "Model health",
    (
        Chart("scores", "Scores", "rma_scores", scores, draw_scores),
        Listing("checks", "Checks", TABLE, checks, checks_title, COLUMNS, ("check", "value", "threshold", "is_alert")),
    ),
    headline=headline,
)
