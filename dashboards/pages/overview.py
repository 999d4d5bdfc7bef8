"""Overview: what was sold, what came back, what it cost, what waits for a look."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards.charts import month_bars
from dashboards.components.cards import Chart, Listing
from dashboards.components.tables import Column
from dashboards.pages.costs import WATERFALL
from dashboards.pages.page import Figures, Page
from dashboards.view import View

FIGURES = (
    "total_return_cost",
    "cost_share_of_sales",
    "goods_sales",
    "orders",
    "value_return_rate",
    "unit_return_rate",
    "rmas",
    "cost_per_rma",
)


def headline(view: View) -> Figures:
    """Return the figures that a manager asks for first."""
    if not view.has("report_overview"):
        return []
    rows = view.published.table("report_overview", FIGURES)
    if rows.is_empty():
        return []
    row, say = rows.row(0, named=True), view.speech
    return [
        (
            say.text("Net cost of returns"),
            say.money(row["total_return_cost"]),
            say.text("{share} of sales", share=say.share(row["cost_share_of_sales"])),
        ),
        (say.text("Sales"), say.money(row["goods_sales"]), say.text("{n} orders", n=say.number(row["orders"]))),
        (
            say.text("Return rate by value"),
            say.share(row["value_return_rate"]),
            say.text("{rate} of units", rate=say.share(row["unit_return_rate"])),
        ),
        (say.text("RMAs"), say.number(row["rmas"]), say.text("{cost} each", cost=say.money(row["cost_per_rma"], 2))),
        (say.text("To look at"), say.number(view.published.rows.get("flagged_queue")), say.text("flagged RMAs")),
    ]


def monthly(view: View) -> pl.DataFrame:
    """Return the return rate of each month by the day of the request."""
    rows = view.published.table("report_monthly").filter(pl.col("basis") == "return_date").sort("month")
    return rows.select("month", "value_sold", "value_returned", "value_return_rate", "is_complete")


def draw_monthly(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the monthly return rate; its title tells the last complete month."""
    known = rows.filter(pl.col("is_complete") & pl.col("value_return_rate").is_not_null())
    title = view.text("No complete month has sales yet")
    if known.height:
        last = known.row(-1, named=True)
        before = known.row(-2, named=True)["value_return_rate"] if known.height > 1 else None
        moved = view.speech.change(last["value_return_rate"], before)
        title = view.text(
            "{rate} of sales by value came back in {month}",
            rate=view.speech.share(last["value_return_rate"]),
            month=view.speech.month(last["month"]),
        ) + (f", {moved}" if moved else "")
    labels = [view.speech.month(at) for at in rows["month"]]
    return month_bars(view, title, labels, rows.select("value_return_rate", "is_complete").rows(), ".0%")


def head_of_queue(view: View) -> pl.DataFrame:
    """Return the RMAs that should be looked at first; ``first`` is the strongest reason as published."""
    rows = view.published.table(
        "flagged_queue", ["queue_rank", "case_id", "rma_id", "risk_score", "amount_at_stake", "stage", "reasons"]
    )
    first = pl.col("reasons").list.first()
    told = first.struct.field("text").alias("unusual")
    return rows.sort("queue_rank").with_columns(told, first.alias("first")).drop("reasons")


def queue_title(view: View, rows: pl.DataFrame) -> str:
    """Return how much waits."""
    return view.text(
        "{n} RMAs need a look, {amount} at stake",
        n=view.speech.number(rows.height),
        amount=view.speech.money(rows["amount_at_stake"].sum()),
    )


MONTHLY = Chart(
    "monthly",
    "Return rate by month",
    "report_monthly",
    monthly,
    draw_monthly,
    ("value_return_rate", "value_sold", "value_returned", "is_complete"),
)

QUEUE_HEAD = Listing(
    "queue",
    "Review queue",
    "flagged_queue",
    head_of_queue,
    queue_title,
    (
        Column("queue_rank", "#", "number"),
        Column("case_id", "Case", "text", "/case/{}"),
        Column("risk_score", "Risk", "number"),
        Column("amount_at_stake", "At stake", "money"),
        Column("stage", "Stage", "code"),
        Column("first", "What is unusual", "reason"),
    ),
    shown=8,
)

PAGE = Page("/", "Overview", (MONTHLY, WATERFALL, QUEUE_HEAD), headline=headline)
