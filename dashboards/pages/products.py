"""Products: which goods come back more than chance explains, and for what."""

from __future__ import annotations

import math

import plotly.graph_objects as go
import polars as pl
from dash.development.base_component import Component

from dashboards.charts import Point, funnel_limits, lying_bars
from dashboards.components.cards import Chart, Listing
from dashboards.components.filterbar import choice
from dashboards.components.tables import Column
from dashboards.filters import DEFAULTS
from dashboards.frames import total
from dashboards.pages.page import Page
from dashboards.pages.whole import whole
from dashboards.view import View

SIGNALS = {
    "any_reason": "Any reason",
    "defect": "Defect",
    "not_as_described": "Not as described",
    "too_small": "Too small",
    "too_large": "Too large",
    "damaged": "Damaged",
    "wrong_item": "Wrong item",
}
Z = 3.0
"""How many standard errors wide the limits are."""


def signal(view: View) -> str:
    """Return the signal that the reader looks at."""
    asked = view.filters.asked("signal")
    return asked if asked in SIGNALS else DEFAULTS["signal"]


POINTS = (
    "subject",
    "product_name",
    "category",
    "sold_lines",
    "n_lines",
    "raw_rate",
    "expected_rate",
    "limit_low",
    "limit_high",
    "is_signal",
    "excess_cost",
)
"""What is drawn and told of a SKU."""


def points(view: View) -> pl.DataFrame:
    """Return what was sold and came back of each SKU, largest first: with published limits where there are any."""
    if view.has("report_product_signals"):
        rows = view.published.table("report_product_signals")
        rows = rows.filter((pl.col("level") == "sku") & (pl.col("signal") == signal(view)))
        return rows.select([name for name in POINTS if name in rows.columns]).sort(
            "sold_lines", "subject", descending=[True, False]
        )
    rows = view.published.table(
        "report_by_sku", ["sku", "product_name", "category", "units_sold", "returned_units", "cost"]
    )
    sold = rows.filter(pl.col("units_sold") > 0)
    rate = pl.col("returned_units") / pl.col("units_sold")
    whole_rate = total(sold, "returned_units") / max(1.0, total(sold, "units_sold"))
    limit = whole_rate + Z * (whole_rate * (1 - min(whole_rate, 1)) / pl.col("units_sold")).sqrt()
    named = sold.select(
        pl.col("sku").alias("subject"),
        "product_name",
        "category",
        pl.col("units_sold").alias("sold_lines"),
        pl.col("returned_units").alias("n_lines"),
        rate.alias("raw_rate"),
        pl.lit(whole_rate).alias("expected_rate"),
        limit.clip(0, 1).alias("limit_high"),
        ((rate > limit) & (pl.col("returned_units") >= Z)).alias("is_signal"),
        "cost",
    )
    return named.sort("sold_lines", "subject", descending=[True, False])


def draw_points(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw rates against lines sold with the limits that chance gives; the title tells how many stand out."""
    out = rows.filter("is_signal").height
    title = view.text(
        "{n} of {all} SKUs come back more often than chance explains",
        n=view.speech.number(out),
        all=view.speech.number(rows.height),
    )
    shown = pl.concat([rows.filter("is_signal").head(400), rows.filter(~pl.col("is_signal")).head(1600)])
    names = [f"{sku} {name or ''}" for sku, name in shown.select("subject", "product_name").iter_rows()]
    figures = shown.select("sold_lines", "raw_rate", "is_signal").iter_rows()
    drawn = [Point(name, base, rate, stands_out) for name, (base, rate, stands_out) in zip(names, figures, strict=True)]
    return funnel_limits(view, title, drawn, limit_lines(view, rows))


STEPS = 24
"""Steps of the limits' lines, each of like width on the axis of lines sold."""
LINES = {"limit_high": "Upper limit", "expected_rate": "Expected", "limit_low": "Lower limit"}


def limit_lines(view: View, rows: pl.DataFrame) -> list[tuple[str, list[float], list[float]]]:
    """Return the limits and what is expected as lines: each SKU has its own, and a line is the mean of like large ones.

    Where a SKU's category comes back more often than others, its own limit lies above the line.
    """
    width = math.log(max(2.0, float(str(rows["sold_lines"].max() or 2)))) / STEPS
    step = (pl.col("sold_lines").clip(1).log() / width).floor().alias("step")
    there = [name for name in LINES if name in rows.columns]
    means = rows.group_by(step).agg(pl.col("sold_lines").mean(), *[pl.col(name).mean() for name in there]).sort("step")
    bases = means["sold_lines"].to_list()
    return [(view.text(LINES[name]), bases, means[name].to_list()) for name in there]


def worst(view: View) -> pl.DataFrame:
    """Return the SKUs that stand out, most often returned beyond what is expected first."""
    rows = points(view).filter("is_signal")
    beyond = pl.col("n_lines") - pl.col("expected_rate") * pl.col("sold_lines")
    return rows.with_columns(beyond.round(1).alias("excess")).sort("excess", "subject", descending=[True, False])


def worst_title(view: View, rows: pl.DataFrame) -> str:
    """Return which SKU stands out most."""
    first = rows.row(0, named=True)
    return view.text("Most beyond the expected: {what}", what=first["product_name"] or first["subject"])


def dearest(view: View) -> pl.DataFrame:
    """Return the SKUs that cost most to take back."""
    return view.published.table("report_by_sku").filter(pl.col("cost") > 0).sort("cost_rank")


def draw_dearest(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the ten dearest SKUs."""
    top = rows.head(10)
    part = total(top, "cost") / total(rows, "cost")
    title = view.text(
        "{n} of {all} SKUs make up {share} of what returns cost",
        n=view.speech.number(top.height),
        all=view.speech.number(rows.height),
        share=view.speech.share(part, 0),
    )
    labels = [f"{name} {sku}" if name else sku for sku, name in top.select("sku", "product_name").iter_rows()]
    return lying_bars(
        view, title, labels, [float(cost) for cost in top["cost"]], [view.speech.money(cost) for cost in top["cost"]]
    )


def controls(view: View) -> list[Component]:
    """Return the choice of the signal, where signals are published."""
    return [choice(view, "signal", "Signal", SIGNALS)] if view.has("report_product_signals") else []


COLUMNS = (
    Column("subject", "SKU"),
    Column("product_name", "Product"),
    Column("category", "Category"),
    Column("sold_lines", "Sold", "number"),
    Column("n_lines", "Came back", "number"),
    Column("raw_rate", "Rate", "share"),
    Column("expected_rate", "Expected", "share"),
    Column("excess", "More than expected", "number"),
    Column("excess_cost", "Cost of it", "money"),
    Column("cost", "Net cost", "money"),
)
PAGE = Page(
    "/products",
    "Products",
    (
        Chart(
            "limits",
            "Return rate against chance",
            "report_by_sku",
            points,
            draw_points,
            ("unit_return_rate", "units_sold", "returned_units"),
        ),
        Listing(
            "worst", "What stands out", "report_by_sku", worst, worst_title, COLUMNS, ("unit_return_rate",), shown=15
        ),
        Chart("dearest", "Dearest SKUs", "report_by_sku", dearest, draw_dearest, ("cost", "cost_rank")),
        whole(
            "report_sizing",
            "Too small against too large",
            "level",
            "product_name",
            "style_id",
            "size",
            "category",
            "sold_lines",
            "n_small",
            "n_large",
            "net_small_rate",
            "balance",
            "advice",
            "cost",
        ),
        whole("report_reason_checks", "Reason stated against reason found"),
        whole("report_avoidable", "Returns that could have been avoided"),
        whole(
            "report_feedback_terms",
            "What customers write",
            "level",
            "subject",
            "term",
            "n_comments",
            "subject_comments",
            "share",
            "other_share",
            "example_comment",
            shown=20,
        ),
    ),
    controls=controls,
)
