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


OLDEST_WEEKS = 26
"""Ages that the heat map shows; later ones hardly change."""


def cohorts(view: View) -> pl.DataFrame:
    """Return what came back of each month's orders by their age, and to what each is estimated to grow."""
    return view.published.table("report_cohorts").filter(pl.col("age_weeks") <= OLDEST_WEEKS)


def draw_cohorts(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the rates by month and age; ages that not all orders have reached, and the completed rate, are marked."""
    at = rows["cohort"].unique().sort().to_list()
    ages = rows["age_weeks"].unique().sort().to_list()
    cells = {
        (one, age): (rate, whole)
        for one, age, rate, whole in rows.select("cohort", "age_weeks", "unit_return_rate", "is_whole").iter_rows()
    }
    last = rows.filter("is_whole").sort("age_weeks").unique("cohort", keep="last")
    completed = dict(last.select("cohort", "completed_rate").iter_rows())
    z = [[*(cells.get((one, age), (None, True))[0] for age in ages), completed.get(one)] for one in at]
    estimated = [
        (row, column)
        for row, one in enumerate(at)
        for column, age in enumerate(ages)
        if not cells.get((one, age), (None, True))[1]
    ]
    estimated += [(row, len(ages)) for row, one in enumerate(at) if completed.get(one) is not None]
    known = [rate for rate in completed.values() if rate is not None]
    title = view.text(
        "The last month of orders is estimated to come back at {rate}",
        rate=view.speech.share(completed.get(max(completed)) if known else None),
    )
    names = [*(str(age) for age in ages), view.text("Completed")]
    return heat_map(view, title, HeatMap(names, [view.speech.month(one) for one in at], z, estimated))


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
            ("cohort", "age_weeks", "unit_return_rate", "completed_rate", "maturity", "is_whole"),
        ),
        whole(
            "report_return_rates",
            "Return rates by what was sold",
            "basis",
            "measure",
            "dimension",
            "value",
            "month",
            "sold",
            "returned",
            "return_rate",
            "completed_rate",
            "completed_low",
            "completed_high",
            "is_estimate",
            "is_small",
            shown=30,
            # by measure an amount, units, lines or orders
            kinds={"sold": "number", "returned": "number"},
        ),
        whole("report_completion_error", "How far completed rates were off"),
    ),
    ("dates",),
)
