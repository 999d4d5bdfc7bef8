"""Return rates: how much of what was sold comes back, by month of order and of request, young months completed."""

from __future__ import annotations

from functools import partial

import plotly.graph_objects as go
import polars as pl

from dashboards.charts import HeatMap, heat_map, month_bars
from dashboards.components.cards import Chart
from dashboards.pages.page import Page
from dashboards.pages.whole import whole
from dashboards.view import View

ANSWERS = {
    "order_cohort": "Of what was sold in {month}, {rate} by value came back",
    "return_date": "Returns requested in {month} were {rate} of its sales by value",
}


def months(view: View, basis: str) -> pl.DataFrame:
    """Return the monthly rates on one basis, between the days of the filters."""
    rows = view.published.table("report_monthly").filter(pl.col("basis") == basis).sort("month")
    first, last = view.filters.first, view.filters.last
    wanted = [pl.col("month") >= first.replace(day=1)] if first else []
    wanted += [pl.col("month") <= last] if last else []
    return rows.filter(*wanted) if wanted else rows


def draw_months(view: View, rows: pl.DataFrame, basis: str) -> go.Figure:
    """Draw one basis; the title tells the last complete month."""
    known = rows.filter(pl.col("is_complete") & pl.col("value_return_rate").is_not_null())
    title = view.text("No complete month has sales yet")
    if known.height:
        last = known.row(-1, named=True)
        at, rate = view.speech.month(last["month"]), view.speech.share(last["value_return_rate"])
        title = view.text(ANSWERS[basis], month=at, rate=rate)
    labels = [view.speech.month(at) for at in rows["month"]]
    return month_bars(view, title, labels, rows.select("value_return_rate", "is_complete").rows(), ".0%")


def cohorts(view: View) -> pl.DataFrame:
    """Return the cohort table as it was published."""
    return view.published.table("report_cohorts")


def _named(rows: pl.DataFrame, *names: str) -> str:
    """Return the first of the names that the frame has; its first column where it has none."""
    return next((name for name in names if name in rows.columns), rows.columns[0])


def draw_cohorts(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw what came back of each month's sales by its age; cells completed from the delays seen are marked."""
    cohort, age = _named(rows, "cohort_month", "cohort", "month"), _named(rows, "age_months", "age", "age_weeks")
    rate = _named(rows, "completed_rate", "observed_rate", "value_return_rate", "rate")
    at = rows.select(pl.col(cohort).unique().sort()).to_series().to_list()
    ages = rows.select(pl.col(age).unique().sort()).to_series().to_list()
    cells = {(row[cohort], row[age]): row for row in rows.iter_rows(named=True)}
    z = [[cells[one, old][rate] if (one, old) in cells else None for old in ages] for one in at]
    estimated = [
        (row, column)
        for row, one in enumerate(at)
        for column, old in enumerate(ages)
        if (one, old) in cells and cells[one, old].get("is_estimate")
    ]
    title = view.text("Return rate by month of order and age; marked cells are estimates")
    return heat_map(
        view, title, HeatMap([str(old) for old in ages], [view.speech.month(one) for one in at], z, estimated)
    )


PAGE = Page(
    "/rates",
    "Return rates",
    (
        *(
            Chart(
                basis,
                label,
                "report_monthly",
                partial(months, basis=basis),
                partial(draw_months, basis=basis),
                ("value_return_rate", "is_complete", "value_sold", "value_returned"),
            )
            for basis, label in (("order_cohort", "By month of order"), ("return_date", "By month of request"))
        ),
        Chart(
            "cohorts",
            "Cohorts",
            "report_cohorts",
            cohorts,
            draw_cohorts,
            ("observed_rate", "completed_rate", "maturity", "is_estimate"),
        ),
        whole("report_return_rates", "Return rates by what was sold", shown=30),
        whole("report_completion_error", "How far completed rates were off"),
    ),
    ("dates",),
)
