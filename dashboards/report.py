"""The cost-of-returns report: a published set in, one HTML page out that opens without a network.

What belongs here: which tables each part of the page reads, and the page put together. How a figure
is drawn is in ``figures.py``, how a number reads in ``format.py``, what stands where in
``templates/``. The same set always gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs
from plotly.utils import PlotlyJSONEncoder

from dashboards import format as fmt
from dashboards.chapters import show_all
from dashboards.contents import CHAPTERS, PARTS
from dashboards.data import PublishedSet, PublishedSetError
from dashboards.figures import RATE_ANSWERS, cost_by_month, cost_waterfall, monthly_cost, monthly_rates
from dashboards.theme import DARK, LIGHT, Theme, style_sheet

QUEUE_ROWS = 20
"""RMAs of the queue on the page; the whole queue is the table flagged_queue."""

TOP_ROWS = 10
"""Rows of each table of costs by something."""

RANKINGS = {"sku": ("SKU", "SKUs"), "category": ("category", "categories"), "reason": ("reason", "reasons")}
"""What costs are ranked by, with the noun for one and for many."""

NOT_GIVEN = "(not given)"
"""What stands in report_by_category and report_by_reason for lines whose export does not say."""

Row = dict[str, object]

THEMES = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure of the page: its element's id, its title (the answer), its key and its JSON a palette."""

    name: str
    title: str
    key: Sequence[Row]
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows by cost, the costliest first, and what they say.

    ``rows`` holds at most ``TOP_ROWS`` of the ``n_all``, each with ``bar``: its length, 0 to 1 of the longest.
    """

    answer: str
    rows: Sequence[Row]
    n_all: int


@dataclass(frozen=True, slots=True)
class Queue:
    """The head of the review queue. ``at_stake`` is what the flagged RMAs were or would be refunded."""

    rows: Sequence[Row]
    n_flagged: int
    n_scored: int
    at_stake: Decimal


def render_report(set_dir: Path) -> str:
    """Return the whole page for the set in that folder. PublishedSetError where it cannot be read."""
    published = PublishedSet.open(set_dir)
    overview = _overview(published)
    charts = {chart.name: chart for chart in _charts(published)}
    currency = str(overview["currency"] or "the reporting currency")
    scripts = {"plotly": get_plotlyjs(), "page": _asset("report.js")}
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            published=published,
            overview=overview,
            charts=charts,
            rankings={name: _ranking(published, name) for name in RANKINGS},
            components=_rows(published, "report_costs_by_component", "amount"),
            months=_months(published),
            queue=_queue(published),
            ledger=_ledger(published),
            refused=_refused(published),
            refused_rows=_quarantined(published),
            gaps=_gaps(published, overview),
            parts=PARTS,
            chapters=show_all(published, CHAPTERS, currency),
            currency=currency,
            matching=_rows(published, "report_matching", "lines"),
            other_lines=_rows(published, "report_other_lines", "lines"),
            style=Markup(style_sheet(_asset("report.css"))),  # noqa: S704 - the project's own file
            scripts={name: Markup(text) for name, text in scripts.items()},  # noqa: S704 - as above, and Plotly's
            script_hashes=[_csp_hash(text) for text in scripts.values()],
            figures=_script_json({chart.name: chart.figures for chart in charts.values()}),
        )
    )


def write_report(set_dir: Path, out: Path) -> None:
    """Write the page to a file in one step: readers see the old page or the new one, never half of one.

    FileNotFoundError where the folder of ``out`` is missing, PublishedSetError as for ``render_report``.
    """
    if not out.parent.is_dir():
        raise FileNotFoundError(f"The folder {out.parent} does not exist: create it or name another file.")
    page = render_report(set_dir)
    handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(page)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _environment() -> Environment:
    """Return the templates' environment: everything escaped, a name that is not there is an error."""
    environment = Environment(
        loader=PackageLoader("dashboards"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: tuple[Callable[..., str], ...] = (
        fmt.number,
        fmt.money,
        fmt.share,
        fmt.day,
        fmt.month,
        fmt.moment,
        fmt.words,
        fmt.sentence,
        fmt.plural,
    )
    environment.filters.update({function.__name__: function for function in filters})
    return environment


def _asset(name: str) -> str:
    """Return the text of a file beside the templates that is no template itself."""
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _csp_hash(script: str) -> str:
    """Return the source expression that lets exactly this script run (Content Security Policy, level 2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _script_json(value: object) -> Markup:
    """Return JSON that may stand inside a script element: it holds none of the characters that could end it."""
    text = json.dumps(value, cls=PlotlyJSONEncoder, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped on the lines above


def _overview(published: PublishedSet) -> Row:
    """Return the one row of report_overview. PublishedSetError where it does not have exactly one."""
    overview = published.table("report_overview")
    if overview.height != 1:
        raise PublishedSetError(
            f"Table report_overview of the published set {published.path} has {overview.height} rows instead of one: "
            "run `returnwatch run` to publish a new set."
        )
    return overview.row(0, named=True)


def _rows(published: PublishedSet, name: str, largest: str) -> list[Row] | None:
    """Return the rows of a report table, those with the most of ``largest`` first; None where it is absent."""
    frame = published.optional(name)
    if frame is None:
        return None
    others = [column for column in frame.columns if column != largest]
    return frame.sort(largest, *others, descending=[True, *[False] * len(others)], nulls_last=True).to_dicts()


def _charts(published: PublishedSet) -> list[Chart]:
    """Return the charts for which this set has figures."""
    draws: dict[str, Callable[[Theme], go.Figure]] = {}
    components = published.optional("report_costs_by_component")
    if components is not None and components.height:
        draws["costs"] = partial(cost_waterfall, components)
    months = published.optional("report_monthly")
    if months is not None:
        cost = _monthly_cost(published, months)
        if cost.filter((pl.col("value_sold") > 0) & (pl.col("cost") != 0)).height:
            draws["monthly_cost"] = partial(monthly_cost, cost)
        known = months.filter(pl.col("value_return_rate").is_not_null()).get_column("basis").unique()
        draws |= {basis: partial(monthly_rates, months, basis) for basis in RATE_ANSWERS if basis in known}
    return [_chart(name, draw) for name, draw in draws.items()]


def _chart(name: str, draw: Callable[[Theme], go.Figure]) -> Chart:
    """Return a chart in every palette; its title and key go from the figure to the page, where they can wrap."""
    drawn = {key: draw(theme) for key, theme in THEMES.items()}
    title = str(drawn["light"].layout.title.text)
    for figure in drawn.values():
        figure.layout.title = None
        figure.layout.showlegend = False
    return Chart(name, title, _key(drawn["light"]), {key: figure.to_plotly_json() for key, figure in drawn.items()})


def _key(figure: go.Figure) -> list[Row]:
    """Return what the looks of a light figure mean: name, whether hatched, and the palette's name of the colour."""
    colours = {colour: name for name, colour in asdict(LIGHT).items()}
    return [
        {"name": trace.name, "colour": colours[trace.marker.color], "is_hatched": bool(trace.marker.pattern.shape)}
        for trace in figure.data
        if trace.showlegend is not False
    ]


def _months(published: PublishedSet) -> dict[str, list[Row]] | None:
    """Return the rows of each monthly chart, the latest month first; None where report_monthly is absent."""
    months = published.optional("report_monthly")
    if months is None:
        return None
    latest_first = months.sort("month", descending=True)
    rows = {basis: latest_first.filter(pl.col("basis") == basis).to_dicts() for basis in RATE_ANSWERS}
    return rows | {"monthly_cost": _monthly_cost(published, months).reverse().to_dicts()}


def _monthly_cost(published: PublishedSet, months: pl.DataFrame) -> pl.DataFrame:
    """Return ``cost_by_month`` of this set."""
    return cost_by_month(published.table("return_costs", ["incurred_on", "amount"]), months)


def _ranking(published: PublishedSet, by: str) -> Ranking | None:
    """Return the costliest rows of ``report_by_<by>``; None where the table is absent."""
    frame = published.optional(f"report_by_{by}")
    if frame is None:
        return None
    top = frame.filter(pl.col("cost") > 0).sort("cost_rank").head(TOP_ROWS).to_dicts()
    longest = max((row["cost"] for row in top), default=Decimal(1))
    rows = [{**row, "bar": float(row["cost"] / longest)} for row in top]
    whole = _decimal(frame.get_column("cost").sum())
    return Ranking(_ranking_answer(by, rows, frame.height, whole), rows, frame.height)


def _ranking_answer(by: str, top: Sequence[Row], n_all: int, whole: Decimal) -> str:
    """Return who costs most and how much of the whole, or, for SKUs, how much the head of a long list makes up."""
    one, many = RANKINGS[by]
    if not top or whole <= 0:
        return f"No {one} has cost anything yet"
    if by == "sku" and n_all > TOP_ROWS:
        part = sum((_decimal(row["cost"]) for row in top), Decimal(0)) / whole
        return f"{len(top)} of {fmt.plural(n_all, one, many)} make up {fmt.share(part)} of what returns cost"
    part = _decimal(top[0]["cost"]) / whole
    if top[0][by] == NOT_GIVEN:
        return f"{fmt.share(part)} of what returns cost came without a {one}"
    return f"Costliest {one}: {top[0][by]}, {fmt.share(part)} of what returns cost"


def _decimal(value: object) -> Decimal:
    """Return an amount of a table; 0 where it is null."""
    return Decimal(str(value or 0))


def _queue(published: PublishedSet) -> Queue:
    """Return the head of flagged_queue, with what is unusual as sentences and the RMAs of the same case counted."""
    # Before a refund is paid, what an RMA asks back is at stake; sets of other makers may know refunds alone.
    amount = "amount_at_stake" if "amount_at_stake" in published.columns("flagged_queue") else "refund_amount"
    columns = ["queue_rank", "rma_id", "risk_score", amount, "reasons", "outcome", "case_id"]
    queue = published.table("flagged_queue", columns).sort("queue_rank").rename({amount: "at_stake"})
    ranked = queue.with_columns(
        pl.len().over("case_id").alias("case_rmas"), pl.col("queue_rank").min().over("case_id").alias("case_first")
    )
    rows = [{**row, "unusual": _sentences(row["reasons"])} for row in ranked.head(QUEUE_ROWS).iter_rows(named=True)]
    at_stake = _decimal(queue.get_column("at_stake").sum())
    return Queue(rows, queue.height, published.rows.get("rma_scores", 0), at_stake)


def _sentences(reasons: Sequence[Mapping[str, object]] | None) -> list[str]:
    """Return the reasons' texts as sentences, in their own order: the weightiest first."""
    return [fmt.sentence(str(reason["text"])) for reason in reasons or () if reason["text"]]


def _ledger(published: PublishedSet) -> list[Row]:
    """Return one row a source and table delivered: its files, refused ones, and what became of its rows."""
    counts = [f"rows_{what}" for what in ("read", "loaded", "updated", "duplicate", "quarantined")]
    ledger = published.table("ingest_ledger", ["source", "table", "status", *counts])
    grouped = ledger.group_by("source", "table").agg(
        pl.len().alias("files"), (pl.col("status") == "refused").sum().alias("files_refused"), pl.col(counts).sum()
    )
    return grouped.sort("source", "table").to_dicts()


def _refused(published: PublishedSet) -> list[Row]:
    """Return the files that were refused whole, with the reason."""
    files = published.table("ingest_ledger", ["path", "status", "error"])
    return files.filter(pl.col("status") == "refused").sort("path").to_dicts()


def _quarantined(published: PublishedSet) -> list[Row]:
    """Return how many rows were refused, by table and error; never their contents."""
    rows = published.table("quarantine", ["table", "error_code"])
    counted = rows.group_by("table", "error_code").agg(pl.len().alias("rows"))
    return counted.sort("rows", "table", "error_code", descending=[True, False, False]).to_dicts()


def _gaps(published: PublishedSet, overview: Row) -> list[str]:
    """Return what the delivered data does not hold, one sentence each."""
    gaps = _empty_columns(published)
    if anonymous := int(str(overview["anonymous_rmas"])):
        gaps.append(f"{fmt.plural(anonymous, 'RMA names', 'RMAs name')} no shopper.")
    if unmatched := int(str(overview["unmatched_lines"])):
        gaps.append(f"{fmt.plural(unmatched, 'RMA line does', 'RMA lines do')} not match any purchase.")
    for by in ("category", "reason"):
        frame = published.optional(f"report_by_{by}")
        if frame is not None and (lines := int(frame.filter(pl.col(by) == NOT_GIVEN)["returned_lines"].sum())):
            gaps.append(f"{fmt.plural(lines, 'returned line')} came without a {by}.")
    return gaps


def _empty_columns(published: PublishedSet) -> list[str]:
    """Return a sentence for each table of a delivering source that did not come or came with empty columns."""
    coverage = published.optional("report_coverage")
    if coverage is None:
        return []
    came = coverage.filter(pl.col("n_rows").sum().over("source") > 0).filter(pl.col("n_filled") == 0)
    empty = came.group_by("source", "table", maintain_order=True).agg(pl.col("n_rows").max(), pl.col("column"))
    return [
        f"{source}: {table} came without {', '.join(columns)}." if rows else f"{source}: {table} did not come."
        for source, table, rows, columns in empty.sort("source", "table").iter_rows()
    ]
