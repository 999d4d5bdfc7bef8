"""Figures: a frame of a published set and a palette in, one Plotly figure out.

What belongs here: which figure answers which question, with the answer as the figure's title. Each
function is pure and gives the same figure for the same rows. Text that came with the data goes
through ``plain``, because Plotly reads tags in its labels. What does not belong here: reading tables
(``data.py``) and the page around a figure (``report.py``).
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go
import polars as pl

from dashboards.format import change, money, month, number, share, words
from dashboards.theme import FONT, TEXT_PX, Theme

REFUND = "refund"
"""The component that the cost of returns starts from: the money paid back."""

ROW_PX = 28
"""Height of one bar of a chart that lies on its side, its gap included."""

RATE_ANSWERS = {
    "order_cohort": "Of the goods sold in {month}, {rate} by value came back{change}",
    "return_date": "Returns requested in {month} were {rate} of its sales by value{change}",
}
"""Each basis of the monthly return rate, and what its chart says of the last complete month."""

DAY_MS = 86_400_000
"""One day on a time axis."""

AMOUNT_PX = 96
"""Width of the column of amounts on the right of the waterfall."""


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the waterfall: from where it runs on, how much of it was delivered, how much estimated."""

    label: str
    start: Decimal
    actual: Decimal
    estimated: Decimal
    is_total: bool = False

    @property
    def amount(self) -> Decimal:
        """The whole bar: a cost is positive, a recovery negative."""
        return self.actual + self.estimated

    @property
    def end(self) -> Decimal:
        """Where the next bar starts."""
        return self.start + self.amount


def plain(text: str) -> str:
    """Return text of the data so that Plotly shows it letter by letter, tags and entities included."""
    return html.escape(text, quote=False)


def cost_steps(components: pl.DataFrame) -> list[Step]:
    """Return the steps from the refund over costs (largest first) and recoveries to the net cost.

    ``components``: one row a component, with ``component``, ``actual_amount`` and ``rate_amount``.
    """
    steps: list[Step] = []
    position = Decimal(0)
    for name, actual, rate in sorted(_amounts(components), key=_waterfall_order):
        steps.append(Step(words(name), position, actual, rate))
        position = steps[-1].end
    return [*steps, Step("Net cost", Decimal(0), position, Decimal(0), is_total=True)]


def _amounts(components: pl.DataFrame) -> Iterable[tuple[str, Decimal, Decimal]]:
    """Return name, delivered and estimated amount of each component; an amount that is not there is 0."""
    zero = Decimal(0)
    for row in components.iter_rows(named=True):
        yield row["component"], row["actual_amount"] or zero, row["rate_amount"] or zero


def _waterfall_order(component: tuple[str, Decimal, Decimal]) -> tuple[int, Decimal, str]:
    """Sort key: the refund first, then costs and then recoveries, the largest of each first."""
    name, actual, estimated = component
    total = actual + estimated
    group = 0 if name == REFUND else 1 if total >= 0 else 2
    return group, -abs(total), name


def cost_answer(steps: Sequence[Step]) -> str:
    """Return what the waterfall says: the net cost, and what was refunded, spent and recovered on the way."""
    parts = [step for step in steps if not step.is_total]
    refunded = sum((step.amount for step in parts if step.label == words(REFUND)), Decimal(0))
    recovered = sum((-step.amount for step in parts if step.amount < 0), Decimal(0))
    other = sum((step.amount for step in parts if step.amount > 0), Decimal(0)) - max(refunded, Decimal(0))
    return (
        f"Returns cost {money(steps[-1].end)}: {money(refunded)} refunded, {money(other)} in other costs, "
        f"{money(recovered)} recovered"
    )


def cost_waterfall(components: pl.DataFrame, theme: Theme) -> go.Figure:
    """Draw how the refund becomes the net cost, one bar a component; estimated amounts are hatched.

    ``components``: one row a component, with ``component``, ``actual_amount`` and ``rate_amount``.
    """
    steps = cost_steps(components)
    figure = blank(theme, cost_answer(steps))
    for trace in _waterfall_traces(steps, theme):
        figure.add_trace(trace)
    for row, step in enumerate(steps):
        figure.add_annotation(_amount_at(row, step, theme))
    figure.add_shape(type="line", x0=0, x1=0, y0=-0.5, y1=len(steps) - 0.5, line={"color": theme.muted, "width": 1})
    figure.update_layout(barmode="overlay", height=ROW_PX * len(steps) + 40, margin={"r": AMOUNT_PX})
    figure.update_xaxes(rangemode="tozero", nticks=4, tickangle=0, tickformat="~s", zeroline=False)
    labels = [plain(step.label) for step in steps]
    figure.update_yaxes(
        tickvals=list(range(len(steps))),
        ticktext=labels,
        range=[len(steps) - 0.5, -0.5],
        showgrid=False,
        ticklabelstandoff=8,
    )
    return figure


def _waterfall_traces(steps: Sequence[Step], theme: Theme) -> Iterable[go.Bar]:
    """Return one trace a meaning, those without a bar left out."""
    costs = [(row, step) for row, step in enumerate(steps) if not step.is_total and step.amount >= 0]
    recoveries = [(row, step) for row, step in enumerate(steps) if step.amount < 0 and not step.is_total]
    for name, part, colour in (("cost", costs, theme.accent), ("recovery", recoveries, theme.relief)):
        solid = [(row, step.label, step.start, step.actual) for row, step in part if step.actual]
        estimated = [
            (row, step.label, step.start + step.actual, step.estimated) for row, step in part if step.estimated
        ]
        if solid:
            yield _lying_bars(words(name), solid, {"color": colour})
        if estimated:
            yield _lying_bars(f"Estimated {name}", estimated, hatched(colour, theme))
    net = [(row, step.label, step.start, step.amount) for row, step in enumerate(steps) if step.is_total]
    yield _lying_bars("Net cost", net, {"color": theme.muted}).update(showlegend=False)


def _lying_bars(name: str, bars: Sequence[tuple[int, str, Decimal, Decimal]], marker: dict[str, object]) -> go.Bar:
    """Return bars that lie on their side: row, label, where each starts, how long it is."""
    return go.Bar(
        name=name,
        orientation="h",
        # Each trace has bars on a few rows only; left to itself, Plotly widens them until they meet.
        width=0.7,
        y=[row for row, _, _, _ in bars],
        base=[float(start) for _, _, start, _ in bars],
        x=[float(length) for _, _, _, length in bars],
        customdata=[[plain(label), money(length)] for _, label, _, length in bars],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        marker=marker,
    )


def _amount_at(row: int, step: Step, theme: Theme) -> dict[str, object]:
    """Return the step's amount as an annotation: right-aligned in a column of its own, beside the bars."""
    return {
        "text": f"<b>{money(step.amount)}</b>" if step.is_total else money(step.amount),
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "xshift": AMOUNT_PX - 4,
        "y": row,
        "showarrow": False,
        "font": {"color": theme.ink},
    }


def monthly_rates(months: pl.DataFrame, basis: str, theme: Theme) -> go.Figure:
    """Draw which share of the goods sold came back, by value, month by month; open months are hatched.

    ``months``: one row a basis and month, with ``basis`` (a key of ``RATE_ANSWERS``), ``month``, ``value_sold``,
    ``value_returned``, ``value_return_rate`` (null where nothing was sold) and ``is_complete``.
    """
    rows = months.filter(pl.col("basis") == basis).sort("month")
    named = rows.rename({"value_return_rate": "rate", "value_returned": "part", "value_sold": "whole"})
    return _monthly_bars(named, theme, _latest_answer(named, RATE_ANSWERS[basis]))


def cost_by_month(costs: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """Return one row a month: the net ``cost`` incurred in it, ``value_sold``, ``is_complete`` and ``rate``.

    ``costs``: the ledger, with ``incurred_on`` and ``amount``. ``months``: report_monthly. ``rate`` is cost over
    sales, null where nothing was sold.
    """
    month_of = pl.col("incurred_on").dt.truncate("1mo").alias("month")
    cost = costs.group_by(month_of).agg(pl.col("amount").sum().alias("cost"))
    sold = months.filter(pl.col("basis") == "return_date").select("month", "value_sold", "is_complete")
    joined = sold.join(cost, on="month", how="left").with_columns(pl.col("cost").fill_null(0)).sort("month")
    rate = pl.col("cost").cast(pl.Float64) / pl.col("value_sold").cast(pl.Float64)
    return joined.with_columns(pl.when(pl.col("value_sold") > 0).then(rate).alias("rate"))


def monthly_cost(months: pl.DataFrame, theme: Theme) -> go.Figure:
    """Draw what returns cost as a share of the sales of the month in which the cost was incurred.

    ``months``: the rows of ``cost_by_month``.
    """
    rows = months.rename({"cost": "part", "value_sold": "whole"})
    return _monthly_bars(rows, theme, _latest_answer(rows, "Returns cost {rate} of sales in {month}{change}"))


def _latest_answer(rows: pl.DataFrame, sentence: str) -> str:
    """Return the sentence for the last complete month with a rate, and how it moved on the one before."""
    known = rows.filter(pl.col("is_complete") & pl.col("rate").is_not_null()).select("month", "rate").rows()
    if not known:
        return "No complete month has sales yet"
    at, rate = known[-1]
    moved = change(rate, known[-2][1]) if len(known) > 1 else ""
    against = f", {moved} on {month(known[-2][0])}" if moved else ""
    return sentence.format(rate=share(rate), month=month(at), change=against)


def _monthly_bars(rows: pl.DataFrame, theme: Theme, title: str) -> go.Figure:
    """Draw ``rate`` by ``month``: complete months solid, the others outlined and hatched."""
    figure = blank(theme, title)
    looks: tuple[tuple[str, bool, dict[str, object]], ...] = (
        ("Complete month", True, {"color": theme.accent}),
        ("Still open", False, hatched(theme.accent, theme)),
    )
    for name, is_complete, marker in looks:
        part = rows.filter((pl.col("is_complete") == is_complete) & pl.col("rate").is_not_null())
        if part.height:
            figure.add_trace(_month_trace(name, part, marker))
    figure.update_layout(barmode="overlay", height=240)
    figure.update_xaxes(
        type="date", tickformat="%b\n%Y", ticklabelmode="period", showgrid=False, tickangle=0, nticks=12
    )
    span = rows.select(pl.col("month").min(), pl.col("month").max().dt.offset_by("1mo").alias("end")).row(0)
    figure.update_xaxes(range=[at.isoformat() for at in span if at is not None] or None)
    figure.update_yaxes(rangemode="tozero", tickformat=".0%", nticks=5, zeroline=True, zerolinecolor=theme.muted)
    return figure


def _month_trace(name: str, part: pl.DataFrame, marker: dict[str, object]) -> go.Bar:
    """Return one bar a month, 20 days wide, with what it is a share of in its hover text."""
    months = part.get_column("month").to_list()
    figures = part.select("part", "whole", "rate").rows()
    return go.Bar(
        name=name,
        x=[at.isoformat() for at in months],
        y=[float(rate) for _, _, rate in figures],
        # One bar alone has no neighbour from which Plotly could tell how wide a month is.
        width=20 * DAY_MS,
        xperiod="M1",
        xperiodalignment="middle",
        customdata=[
            [month(at), share(rate), number(top), number(bottom)]
            for at, (top, bottom, rate) in zip(months, figures, strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<br>%{customdata[2]} of %{customdata[3]}<extra></extra>",
        marker=marker,
    )


def hatched(colour: str, theme: Theme) -> dict[str, object]:
    """Return the look of what is estimated or not complete: an outline, filled with thin lines."""
    pattern = {"shape": "/", "fillmode": "replace", "fgcolor": colour, "bgcolor": theme.paper, "solidity": 0.25}
    return {"color": colour, "line": {"color": colour, "width": 1}, "pattern": {**pattern, "size": 6}}


def blank(theme: Theme, title: str) -> go.Figure:
    """Return an empty figure in the palette: no chrome, nothing that moves, the answer as its title."""
    axis = {"fixedrange": True, "automargin": True, "gridcolor": theme.rule, "tickfont": {"color": theme.muted}}
    return go.Figure(
        layout={
            "template": go.layout.Template(),
            "title": {"text": title},
            "font": {"family": FONT, "size": TEXT_PX, "color": theme.ink},
            "paper_bgcolor": theme.paper,
            "plot_bgcolor": theme.paper,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 32},
            "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "itemclick": False},
            "showlegend": True,
            "dragmode": False,
            "hoverlabel": {"bgcolor": theme.paper, "bordercolor": theme.muted, "font": {"color": theme.ink}},
            "xaxis": axis,
            "yaxis": axis,
        }
    )
