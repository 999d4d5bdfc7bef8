"""Cost of returns: from the total over what it is made of and what it is about, down to the single RMA line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import plotly.graph_objects as go
import polars as pl
from dash.development.base_component import Component

from dashboards.charts import amount_beside, canvas, lying_bars, month_bars, short, treemap
from dashboards.components.cards import Chart, Listing, part_of
from dashboards.components.filterbar import choice
from dashboards.components.tables import Column
from dashboards.daily import components as ledger_components
from dashboards.daily import daily
from dashboards.figures import ROW_PX, hatched
from dashboards.filters import DEFAULTS, LISTS
from dashboards.memo import remembered
from dashboards.pages.page import Figures, Page
from dashboards.view import View

BY = {
    "category": "Category",
    "reason": "Reason",
    "sku": "SKU",
    "carrier": "Carrier",
    "channel": "Channel",
    "country": "Country",
    "claim_type": "Claim",
    "return_method": "Return method",
    "condition_grade": "Condition",
}
"""What the cost can be split by: columns of report_return_lines."""

SHOWN = 25
"""Rows on the page."""

SUMS = ("refunds", "gross_cost", "recoveries", "cost")


def by(view: View) -> str:
    """Return what the reader splits by."""
    asked = view.filters.asked("by")
    return asked if asked in BY else DEFAULTS["by"]


def sums(view: View) -> pl.DataFrame:
    """Return one row: how many lines the filters leave, and their sums."""
    return daily(view).select(pl.col("n_lines").sum().alias("n"), *[pl.col(name).sum() for name in SUMS]).collect()


def headline(view: View) -> Figures:
    """Return cost, refunds, recoveries and the cost of one return, of the lines that the filters leave."""
    if not view.has("report_return_lines"):
        return []
    row = remembered(view, sums).row(0, named=True)
    say = view.speech
    each = row["cost"] / row["n"] if row["n"] else None
    return [
        (say.text("Net cost of returns"), say.money(row["cost"]), say.text("{n} RMA lines", n=say.number(row["n"]))),
        (say.text("Refunded"), say.money(row["refunds"]), ""),
        (say.text("Other costs"), say.money(row["gross_cost"] - row["refunds"]), ""),
        (say.text("Recovered"), say.money(-row["recoveries"]), ""),
        (say.text("Per RMA line"), say.money(each, 2), ""),
    ]


def components(view: View) -> pl.DataFrame:
    """Return each component's amount, and how much of it exports gave or the cost model estimated."""
    if not view.filters.is_narrow and view.has("report_costs_by_component"):
        columns = ["component", "amount", "actual_amount", "rate_amount"]
        return waterfall_order(view.published.table("report_costs_by_component", columns))
    return waterfall_order(ledger_components(view))


def waterfall_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the refund first, then costs, then recoveries, the largest of each first."""
    order = pl.when(pl.col("component") == "refund").then(0).when(pl.col("amount") >= 0).then(1).otherwise(2)
    return rows.sort(order, pl.col("amount").abs(), "component", descending=[False, True, False])


def draw_components(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw from the refund over costs and recoveries to the net cost; what is estimated is hatched."""
    say, theme = view.speech, view.theme
    net = rows["amount"].sum()
    bars, amounts, position = list[go.Bar](), list[Decimal](), Decimal(0)
    for row, (name, amount, actual, rate) in enumerate(
        rows.select("component", "amount", "actual_amount", "rate_amount").iter_rows()
    ):
        colour = theme.accent if amount >= 0 else theme.relief
        for base, part, marker in (
            (position, actual, {"color": colour}),
            (position + actual, rate, hatched(colour, theme)),
        ):
            if part:
                hover = f"{short(say.code(name))}: {say.money(part)}<extra></extra>"
                bars.append(_bar(row, (float(base), float(part)), marker, hover))
        amounts.append(amount)
        position += amount
    bars.append(_bar(rows.height, (0.0, float(net)), {"color": theme.muted}, f"{say.money(net)}<extra></extra>"))
    figure = canvas(view, say.text("Returns cost {cost} in all", cost=say.money(net)), ROW_PX * (rows.height + 1) + 56)
    figure.add_traces(bars)
    labels = [short(say.code(name)) for name in rows["component"]] + [say.text("Net cost")]
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=labels,
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
        ticklabelstandoff=8,
    )
    figure.update_xaxes(rangemode="tozero", nticks=3, tickformat="~s", tickangle=0)
    told = [amount_beside(row, say.money(amount)) for row, amount in enumerate([*amounts, net])]
    figure.update_layout(showlegend=False, barmode="overlay", margin={"r": 96}, annotations=told)
    return figure


def _bar(row: int, reach: tuple[float, float], marker: Mapping[str, object], hover: str) -> go.Bar:
    """Return a bar in a row: where it begins and how long it is."""
    base, length = reach
    return go.Bar(orientation="h", base=[base], x=[length], y=[row], width=0.7, marker=marker, hovertemplate=hover)


def split(view: View) -> pl.DataFrame:
    """Return cost and its parts by what the reader chose, the dearest first."""
    name = by(view)
    sums_of = [pl.col("n_lines").sum().alias("lines"), *[pl.col(column).sum() for column in SUMS]]
    grouped = daily(view, name).group_by(pl.col("value").alias(name)).agg(sums_of)
    return grouped.sort("cost", name, descending=[True, False]).collect()


def split_title(view: View, rows: pl.DataFrame) -> str:
    """Return what costs most, and how much of the whole."""
    name, whole = by(view), rows["cost"].sum()
    first = rows.row(0, named=True)
    part = first["cost"] / whole if whole else None
    return view.text(
        "{share} of what returns cost is {what}",
        share=view.speech.share(part, 0),
        what=view.speech.code(first[name]) if name != "sku" else first[name],
    )


def draw_split(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the dearest of what the reader chose as areas."""
    name = by(view)
    top = rows.filter(pl.col("cost") > 0).head(24)
    read = [view.speech.money(cost) for cost in top["cost"]]
    labels = [view.speech.code(label) if name != "sku" else label for label in top[name]]
    return treemap(view, split_title(view, rows), labels, top["cost"].to_list(), read)


def draw_bars(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw cost for one line by what the reader chose: what is dear each time, however rare."""
    name = by(view)
    each = rows.filter(pl.col("lines") > 0).with_columns(
        (pl.col("cost").cast(pl.Float64) / pl.col("lines")).alias("each")
    )
    top = each.sort("each", name, descending=[True, False]).head(12)
    first = top.row(0, named=True)
    label = view.speech.code(first[name]) if name != "sku" else first[name]
    title = view.text("Dearest for one line: {what}, {cost}", what=label, cost=view.speech.money(first["each"], 2))
    read = [view.speech.money(cost, 2) for cost in top["each"]]
    labels = [view.speech.code(text) if name != "sku" else text for text in top[name]]
    return lying_bars(view, title, labels, top["each"].to_list(), read)


def trend(view: View) -> pl.DataFrame:
    """Return what the lines requested in each month cost."""
    month = pl.col("requested_on").dt.truncate("1mo").alias("month")
    sums_of = [pl.col("n_lines").sum().alias("lines"), *[pl.col(name).sum() for name in SUMS]]
    rows = daily(view).group_by(month).agg(sums_of)
    as_of = view.published.moment("as_of")
    is_done = pl.col("month").dt.offset_by("1mo") <= as_of.date() if as_of else pl.lit(value=True)
    return rows.with_columns(is_done.alias("is_complete")).sort("month").collect()


def draw_trend(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw the net cost by the month of the request."""
    known = rows.filter(pl.col("is_complete"))
    last = (known if known.height else rows).row(-1, named=True)
    title = view.text(
        "Returns requested in {month} cost {cost}",
        month=view.speech.month(last["month"]),
        cost=view.speech.money(last["cost"]),
    )
    labels = [view.speech.month(at) for at in rows["month"]]
    return month_bars(view, title, labels, rows.select(pl.col("cost").cast(pl.Float64), "is_complete").rows(), "~s")


ROW_COLUMNS = ("requested_at", "rma_id", "sku", "product_name", "category", "reason", "status", "quantity", *SUMS)
MOST_ROWS = 1_000_000
"""Rows of a download: what a sheet can hold."""


def dearest_rows(view: View) -> pl.DataFrame:
    """Return the part of the RMA lines that the address asks for, the dearest first: as many as it shows and one."""
    before = SHOWN * (part_of(view) - 1)
    return _dearest(view, before + SHOWN + 1).slice(before)


def rows_behind(view: View) -> pl.DataFrame:
    """Return all RMA lines that the filters leave, the dearest first, as many as a sheet can hold."""
    return _dearest(view, MOST_ROWS)


def _dearest(view: View, most: int) -> pl.DataFrame:
    """Return the dearest lines."""
    order = ["cost", "rma_id", "sku"]
    # which amounts are among them is told by one column; only lines that have these are read whole
    least = view.lines().select("cost").top_k(most, by="cost").select(pl.col("cost").min()).collect().item()
    if least is None:
        return view.lines().select(ROW_COLUMNS).head(0).collect()
    rows = view.lines().filter(pl.col("cost") >= least).select(ROW_COLUMNS)
    return rows.sort(order, descending=[True, False, False]).head(most).collect()


def rows_title(view: View, rows: pl.DataFrame) -> str:
    """Return how many rows stand behind the figures."""
    del rows
    n = remembered(view, sums)["n"].item()
    return view.text("The {n} RMA lines behind these figures", n=view.speech.number(n))


def controls(view: View) -> list[Component]:
    """Return the choice of what to split by."""
    return [choice(view, "by", "Split by", BY)]


WATERFALL = Chart(
    "components",
    "What the cost is made of",
    "return_costs",
    components,
    draw_components,
    ("component", "amount", "basis"),
)
COLUMNS = (
    Column("requested_at", "Requested", "day"),
    Column("rma_id", "RMA", "text", "/rma/{}"),
    Column("sku", "SKU"),
    Column("product_name", "Product"),
    Column("category", "Category", "code"),
    Column("reason", "Reason", "code"),
    Column("status", "Status", "code"),
    Column("quantity", "Units", "number"),
    Column("refunds", "Refunded", "money"),
    Column("gross_cost", "Costs", "money"),
    Column("recoveries", "Recovered", "money"),
    Column("cost", "Net cost", "money"),
)
PAGE = Page(
    "/costs",
    "Cost of returns",
    (
        WATERFALL,
        Chart(
            "split",
            "What it is about",
            "report_return_lines",
            split,
            draw_split,
            ("cost", "refunds", "recoveries"),
            is_wide=False,
        ),
        Chart("each", "Cost for one line", "report_return_lines", split, draw_bars, ("cost",), is_wide=False),
        Chart("trend", "Cost by month of request", "report_return_lines", trend, draw_trend, ("cost", "requested_at")),
        Listing(
            "lines",
            "The rows",
            "report_return_lines",
            dearest_rows,
            rows_title,
            COLUMNS,
            ("cost", "gross_cost", "recoveries", "refunds"),
            shown=SHOWN,
            full=rows_behind,
            is_paged=True,
        ),
    ),
    ("dates", *LISTS),
    headline,
    controls,
)
