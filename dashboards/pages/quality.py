"""Data quality: what was delivered, what of it was refused and why, and what is missing altogether."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards.charts import lying_bars
from dashboards.components.cards import Chart, Listing
from dashboards.components.tables import Column
from dashboards.frames import count, last
from dashboards.pages.page import Figures, Page
from dashboards.pages.whole import whole
from dashboards.view import View

COUNTS = ("rows_read", "rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined")


def headline(view: View) -> Figures:
    """Return files, rows and what of them was refused."""
    if not view.has("ingest_ledger"):
        return []
    rows = view.published.table("ingest_ledger", ["status", *COUNTS])
    say = view.speech
    read, refused = count(rows, "rows_read"), count(rows, "rows_quarantined")
    return [
        (
            say.text("Files"),
            say.number(rows.height),
            say.text("{n} refused", n=say.number((rows["status"] == "refused").sum())),
        ),
        (say.text("Rows read"), say.number(read), say.text("{n} loaded", n=say.number(count(rows, "rows_loaded")))),
        (say.text("In quarantine"), say.number(refused), say.share(refused / read if read else None, 2)),
    ]


def deliveries(view: View) -> pl.DataFrame:
    """Return every delivered file, the last first."""
    columns = ["path", "status", *COUNTS, "error", "loaded_at"]
    return view.published.table("ingest_ledger", columns).sort("loaded_at", "path", descending=[True, False])


def deliveries_title(view: View, rows: pl.DataFrame) -> str:
    """Return when the last file came."""
    return view.text(
        "{n} files, the last read on {moment}",
        n=view.speech.number(rows.height),
        moment=view.speech.moment(last(rows, "loaded_at")),
    )


def coverage(view: View) -> pl.DataFrame:
    """Return the filled share of each column of the tables that came, the emptiest first."""
    rows = view.published.table("report_coverage").filter(pl.col("n_rows") > 0)
    filled = (pl.col("n_filled") / pl.col("n_rows")).alias("filled_share")
    return rows.with_columns(filled).sort("filled_share", "source", "table", "column")


def draw_coverage(view: View, rows: pl.DataFrame) -> go.Figure:
    """Draw how many columns of each table came filled."""
    tables = (
        rows.group_by("source", "table")
        .agg((pl.col("n_filled") > 0).sum().alias("there"), pl.len().alias("all"))
        .sort("source", "table")
    )
    empty = rows.filter(pl.col("n_filled") == 0).height
    title = view.text(
        "{n} of {all} columns came without a value", n=view.speech.number(empty), all=view.speech.number(rows.height)
    )
    names = [f"{source}: {table}" for source, table in tables.select("source", "table").iter_rows()]
    shares = [there / n for there, n in tables.select("there", "all").iter_rows()]
    figure = lying_bars(
        view, title, names, shares, [f"{there} / {n}" for there, n in tables.select("there", "all").iter_rows()]
    )
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    return figure


def quarantine(view: View) -> pl.DataFrame:
    """Return the refused rows with what is wrong and the row as it may be kept, personal cells masked."""
    return view.published.table("quarantine").sort("path", "row_number")


def quarantine_title(view: View, rows: pl.DataFrame) -> str:
    """Return how many rows were refused."""
    return view.text(
        "{n} rows were refused; mend them in the delivered file and deliver it again", n=view.speech.number(rows.height)
    )


def checks(view: View) -> pl.DataFrame:
    """Return the checks of the last delivery, those that did not hold first."""
    rows = view.published.table("report_data_quality")
    latest = rows.filter(pl.col("delivery_id") == pl.col("delivery_id").max())
    return latest.sort("is_ok", "severity", "table", "check_name").drop("delivery_id", "loaded_at")


def checks_title(view: View, rows: pl.DataFrame) -> str:
    """Return how many checks held."""
    return view.text(
        "{n} of {all} checks held", n=view.speech.number(count(rows, "is_ok")), all=view.speech.number(rows.height)
    )


def books(view: View) -> pl.DataFrame:
    """Return what was compared, what differs first."""
    return view.published.table("report_checks").sort("is_ok", "check_name")


def books_title(view: View, rows: pl.DataFrame) -> str:
    """Return how many comparisons agree."""
    return view.text(
        "{n} of {all} comparisons agree to the last decimal",
        n=view.speech.number(count(rows, "is_ok")),
        all=view.speech.number(rows.height),
    )


# amounts and counts stand in one column here
BOOKS = (
    Column("check_name", "What is compared", "code"),
    Column("expected", "Where it comes from", "number"),
    Column("actual", "In the report", "number"),
    Column("difference", "Difference", "number"),
    Column("is_ok", "Agrees", "flag"),
)
QUARANTINE = (
    Column("path", "File"),
    Column("row_number", "Row", "number"),
    Column("table", "Table"),
    Column("error_code", "Error", "code"),
    Column("error", "What is wrong", "finding"),
    Column("raw", "The row, masked"),
)
KINDS = {"error": "finding", "found": "finding", "check_name": "check"}
"""Columns whose sentences and names are known again in the reader's language."""
PAGE = Page(
    "/quality",
    "Data quality",
    (
        Listing("deliveries", "Deliveries", "ingest_ledger", deliveries, deliveries_title, shown=12, kinds=KINDS),
        Chart("coverage", "Coverage", "report_coverage", coverage, draw_coverage),
        Listing("quarantine", "Quarantine", "quarantine", quarantine, quarantine_title, QUARANTINE, shown=50),
        Listing(
            "checks",
            "Checks",
            "report_data_quality",
            checks,
            checks_title,
            defines=("n_breaches", "threshold", "is_ok"),
            kinds=KINDS,
        ),
        whole("report_schema_drift", "Columns that came and went"),
        whole("report_unknown_codes", "Codes without a meaning"),
        Listing(
            "books",
            "Ledger against reports",
            "report_checks",
            books,
            books_title,
            BOOKS,
            ("expected", "actual"),
            shown=30,
        ),
    ),
    headline=headline,
)
