"""Operations: how far RMAs came, how long they take and wait, and what does not add up."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards.charts import lines, lying_bars
from dashboards.components.cards import Chart
from dashboards.daily import daily
from dashboards.filters import LISTS
from dashboards.pages.page import Page
from dashboards.pages.whole import whole
from dashboards.view import View


def funnel(view: View) -> pl.DataFrame:
    """Return how many lines reached each step."""
    rows = view.published.table("report_funnel")
    return rows.filter((pl.col("claim_type") == "(all)") & (pl.col("basis") == "step")).sort("step_number")


def draw_funnel(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the steps; the title tells which share was refunded."""
    last = rows.row(-1, named=True)
    title = view.text(
        "{share} of the requested lines came to: {step}",
        share=view.speech.share(last["share_of_requested"], 0),
        step=view.speech.code(last["step"]),
    )
    labels = [view.speech.code(step) for step in rows["step"]]
    return lying_bars(
        view, title, labels, [float(n) for n in rows["n_lines"]], [view.speech.number(n) for n in rows["n_lines"]]
    )


def statuses(view: View) -> pl.DataFrame:
    """Return how many lines have which status, of those that the filters leave."""
    counted = daily(view, "status").group_by(pl.col("value").alias("status"))
    sums = counted.agg(pl.col("n_lines", "requested_amount").sum())
    return sums.sort("n_lines", "status", descending=[True, False]).collect()


def draw_statuses(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the statuses; the title tells the most common one."""
    first = rows.row(0, named=True)
    part = first["n_lines"] / rows["n_lines"].sum()
    title = view.text(
        "{share} of the lines are: {what}", share=view.speech.share(part, 0), what=view.speech.code(first["status"])
    )
    labels = [view.speech.code(status) for status in rows["status"]]
    return lying_bars(
        view, title, labels, [float(n) for n in rows["n_lines"]], [view.speech.number(n) for n in rows["n_lines"]]
    )


SPANS = {"days_to_receipt": ("requested_at", "received_at"), "days_to_refund": ("received_at", "refunded_at")}


def waiting(view: View) -> pl.DataFrame:
    """Return the median days from request to receipt and from receipt to refund, by month of the request."""
    month = pl.col("requested_at").dt.truncate("1mo").dt.date().alias("month")
    sums = daily(view).group_by(pl.col("requested_on").dt.truncate("1mo").alias("month"))
    rows = sums.agg(pl.col("n_lines").sum()).collect()
    for name, (start, end) in SPANS.items():
        hours = (pl.col(end) - pl.col(start)).dt.total_hours().alias("hours")
        # lines of the same length are counted together: far fewer are sorted than there are lines
        counted = view.lines().select(month, hours).drop_nulls().group_by("month", "hours").agg(pl.len().alias("n"))
        rows = rows.join(_medians(counted, name), on="month", how="left")
    return rows.sort("month")


def _medians(counted: pl.LazyFrame, name: str) -> pl.DataFrame:
    """Return the median of each month in days, under that name, of hours and how many lines took them."""
    so_far, n = pl.col("n").cum_sum().over("month"), pl.col("n").sum().over("month")
    places = ((n + 1) // 2, n // 2 + 1)
    middle = [((so_far >= place) & (so_far - pl.col("n") < place)) for place in places]
    told = counted.sort("month", "hours").select(
        "month", *[pl.when(is_it).then("hours").alias(f"hours_{number}") for number, is_it in enumerate(middle)]
    )
    days = (pl.col("hours_0").max() + pl.col("hours_1").max()) / 48
    return told.group_by("month").agg(days.alias(name)).collect()


def draw_waiting(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw both medians by month."""
    names = {"days_to_receipt": "Request to receipt", "days_to_refund": "Receipt to refund"}
    months = [view.speech.month(at) for at in rows["month"]]
    last = rows.row(-1, named=True)
    title = view.text(
        "Half of the returns arrive within {days} days of the request",
        days=view.speech.number(last["days_to_receipt"], 1),
    )
    return lines(
        view, title, [(view.text(label), months, rows[name].to_list()) for name, label in names.items()], ",.1f"
    )


PAGE = Page(
    "/operations",
    "Operations",
    (
        Chart(
            "funnel",
            "How far RMAs come",
            "report_funnel",
            funnel,
            draw_funnel,
            ("n_lines", "share_of_requested", "n_open"),
        ),
        Chart(
            "statuses", "Where lines stand", "report_return_lines", statuses, draw_statuses, ("status",), is_wide=False
        ),
        Chart(
            "waiting",
            "How long it takes",
            "report_return_lines",
            waiting,
            draw_waiting,
            ("requested_at", "received_at"),
            is_wide=False,
        ),
        whole(
            "report_ageing",
            "What waits",
            "step",
            "age_bucket",
            "n_lines",
            "amount_at_stake",
            "oldest_days",
            "oldest_rma_id",
        ),
        whole(
            "report_stage_times",
            "Days from step to step",
            "stage",
            "dimension",
            "value",
            "n_done",
            "n_waiting",
            "p50_days",
            "p90_days",
            "p50_days_estimate",
        ),
        whole(
            "report_refund_timing",
            "When money is given back",
            "dimension",
            "value",
            "n_refunds",
            "amount",
            "before_receipt_share",
            "never_arrived_share",
            "p50_days_from_request",
        ),
        whole(
            "report_exceptions",
            "What does not add up",
            "exception",
            "n_lines",
            "n_base",
            "share",
            "amount",
            "definition",
            shown=30,
            kinds={"definition": "sentence"},
        ),
        whole(
            "report_dispositions",
            "What becomes of the goods",
            "condition_grade",
            "disposition",
            "n_lines",
            "refunds",
            "recovered",
            "recovery_share",
            "p50_days_to_restock",
        ),
        whole(
            "report_carriers",
            "Carriers",
            "carrier",
            "n_parcels",
            "label_cost_per_parcel",
            "lost_per_1000",
            "not_received_per_1000",
            "sla_share",
            "p50_days_in_transit",
        ),
        whole(
            "report_stores",
            "Stores",
            "store_id",
            "n_lines",
            "refunds",
            "cost",
            "cash_share_shrunken",
            "n_without_purchase",
        ),
        whole(
            "report_agents",
            "Agents",
            "agent_id",
            "n_lines",
            "refunds",
            "exception_rate",
            "exception_rate_expected",
            "limit_high",
            "is_above_limit",
            kinds={"limit_high": "share"},
        ),
    ),
    ("dates", *LISTS),
)
