"""Policy lab: what each clause of the return conditions would have saved and cost, replayed over what happened."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards.charts import lying_bars
from dashboards.components.cards import Chart, Listing
from dashboards.components.filterbar import choice
from dashboards.components.tables import Column
from dashboards.pages.page import Page
from dashboards.view import View

TABLE = "report_policy"


def replays(view: View) -> pl.DataFrame:
    """Return the replayed settings, of the clause that the reader chose."""
    rows = view.published.table(TABLE)
    asked = view.filters.other.get("clause", "")
    return rows.filter(pl.col("clause") == asked) if asked and "clause" in rows.columns else rows


def saved_column(rows: pl.DataFrame) -> str | None:
    """Return the column that tells what a setting saves; None where no column of money does."""
    money = [name for name, dtype in rows.schema.items() if dtype.is_decimal()]
    return next(
        (name for name in ("saved_less_admitted", "saved") if name in money),
        money[0] if money else None,
    )


def draw_replays(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw what each setting saves, the most first."""
    column = saved_column(rows)
    if column is None:
        return lying_bars(view, view.text("What each setting saves"), [], [], [])
    top = rows.sort(column, descending=True, nulls_last=True).head(16)
    labels = [
        " ".join(view.speech.code(str(part)) for part in row if part is not None)
        for row in top.select([name for name in ("clause", "setting") if name in top.columns]).iter_rows()
    ]
    values = top[column].fill_null(0).to_list()
    title = view.text("Saves most: {what}, {amount}", what=labels[0], amount=view.speech.money(values[0]))
    return lying_bars(
        view, title, labels, [float(value) for value in values], [view.speech.money(value) for value in values]
    )


def title(view: View, rows: pl.DataFrame) -> str:
    """Return how many settings were replayed."""
    return view.text("{n} settings replayed; behaviour is assumed not to change", n=view.speech.number(rows.height))


def controls(view: View) -> list[Component]:
    """Return the choice of the clause."""
    if not view.has(TABLE) or "clause" not in view.published.columns(TABLE):
        return [html.P(view.text("Replay your own conditions with `returnwatch policy replay`."), className="muted")]
    clauses = view.published.table(TABLE, ["clause"])["clause"].unique().sort().to_list()
    return [
        choice(view, "clause", "Clause", {"": "All", **{str(name): view.speech.code(str(name)) for name in clauses}})
    ]


COLUMNS = (
    Column("clause", "Clause", "code"),
    Column("setting", "Setting"),
    Column("saved", "Saved", "money"),
    Column("saved_share", "Share of cost", "share"),
    Column("n_rmas_refused", "RMAs refused", "number"),
    Column("honest_shoppers_affected", "Honest shoppers affected", "number"),
    Column("queue_change", "Change of the queue", "number"),
    Column("sales_at_risk", "Sales at risk", "money"),
)
PAGE = Page(
    "/policy",
    "Policy lab",
    (
        Chart("saved", "What each setting saves", TABLE, replays, draw_replays),
        Listing(
            "replays",
            "The replays",
            TABLE,
            replays,
            title,
            COLUMNS,
            ("saved", "n_rmas_refused", "honest_shoppers_affected", "queue_change", "sales_at_risk"),
            shown=60,
        ),
    ),
    controls=controls,
)
