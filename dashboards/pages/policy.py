"""Policy lab: what each clause of the return conditions would have saved and cost, replayed over what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards.charts import lying_bars
from dashboards.components.cards import Chart, Listing, kpis
from dashboards.components.filterbar import choice
from dashboards.components.sliders import TABLE, chosen, read_setting, settings_of, sliders
from dashboards.components.tables import Column
from dashboards.pages.page import Figures, Page
from dashboards.view import View


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
    labels = [_scenario(view, row) for row in top.iter_rows(named=True)]
    values = top[column].fill_null(0).to_list()
    title = view.text("Saves most: {what}, {amount}", what=labels[0], amount=view.speech.money(values[0]))
    return lying_bars(
        view, title, labels, [float(value) for value in values], [view.speech.money(value) for value in values]
    )


def title(view: View, rows: pl.DataFrame) -> str:
    """Return how many settings were replayed."""
    return view.text("{n} settings replayed; behaviour is assumed not to change", n=view.speech.number(rows.height))


def tried(view: View) -> pl.DataFrame:
    """Return the replays of the settings at which the sliders stand."""
    rows, at = view.published.table(TABLE), chosen(view)
    wanted = [(pl.col("clause") == clause) & (pl.col("setting") == setting) for clause, setting in at.items()]
    return rows.filter(pl.any_horizontal(wanted)) if wanted else rows.head(0)


def lab(view: View) -> list[Component]:
    """Return the sliders, and what the settings at which they stand would have saved and cost."""
    if not settings_of(view):
        return [html.P(view.text("Replay your own conditions with `returnwatch policy replay`."), className="muted")]
    rows = tried(view)
    heading = html.H2(view.text("Try other conditions"))
    parts: list[Component] = [heading, sliders(view)]
    if rows.is_empty():
        told = view.text("Move a slider to see what that setting would have saved, had it held all the time.")
        return [html.Section([*parts, html.P(told, className="muted")], className="card")]
    parts += [html.Div([html.H3(_scenario(view, row)), kpis(effects(view, row))]) for row in rows.iter_rows(named=True)]
    if rows.height > 1:
        changes = " ".join(f"--change {clause}={setting}" for clause, setting in chosen(view).items())
        told = view.text("Each change is told alone: together they do not simply add up. Replay them together with")
        parts.append(html.P([told, " ", html.Code(f"returnwatch policy replay {changes}")], className="muted"))
    return [html.Section(parts, className="card")]


def _scenario(view: View, row: Mapping[str, object]) -> str:
    """Return a clause and its setting in words."""
    clause, setting = str(row["clause"]), str(row["setting"])
    return f"{view.speech.code(clause)}: {read_setting(view.speech, clause, setting)}"


def effects(view: View, row: Mapping[str, Any]) -> Figures:
    """Return what one setting would have saved, and whom it would have met."""
    say = view.speech
    readers: dict[str, tuple[str, Callable[[Any], str], str]] = {
        "saved": ("Saved", say.money, say.share(row.get("saved_share"))),
        "n_rmas_refused": ("RMAs refused", say.number, ""),
        "honest_shoppers_affected": ("Honest shoppers affected", say.number, ""),
        "queue_change": ("Change of the queue", say.number, ""),
        "sales_at_risk": ("Sales at risk", say.money, say.text("assumed")),
    }
    return [(say.text(label), read(row[name]), note) for name, (label, read, note) in readers.items() if name in row]


def controls(view: View) -> list[Component]:
    """Return the choice of the clause that the chart shows."""
    clauses = settings_of(view)
    if not clauses:
        return []
    options = {"": "All", **{name: view.speech.code(name) for name in clauses}}
    return [choice(view, "clause", "Clause", options)]


COLUMNS = (
    Column("clause", "Clause", "code"),
    Column("setting", "Setting", "setting"),
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
    lead=lab,
)
