"""What is published: which tables, the page beside them, and what identifies the run that made them."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

from pipelines.clock import now
from pipelines.coverage import store_coverage
from pipelines.links import share_unchanged
from pipelines.publish import REPORT_PAGE, Retention, SetFacts, activate, current_set, write_set
from pipelines.quality.data_docs import prepare_site, swap_site
from pipelines.reports.books import BOOK_TABLES, build_book_tables
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import SCHEMA
from pipelines.request import request_digest
from pipelines.resources import Pipeline
from pipelines.reviews import held_digest
from pipelines.scratch import remove
from pipelines.warehouse import UNPUBLISHED, Warehouse

PUBLISHED_TABLES = {
    "rma_scores": "score.rma_scores",
    "flagged_queue": "score.flagged_queue",
    "rma_features": "feat.rma_features",
    "ingest_ledger": "raw.ingest_ledger",
    "quarantine": "raw.quarantine",
    "report_coverage": "report.report_coverage",
    **{table.name: f"{SCHEMA}.{table.name}" for table in (*BOOK_TABLES, *REPORT_TABLES) if table.is_published},
}
"""Published tables and the warehouse tables that they are copies of."""


def publish(pipeline: Pipeline, warehouse: Warehouse, run_id: str, *, is_whole: bool = True) -> Path:
    """Publish what the warehouse holds now, commit it, and return where the set lies.

    A run that made only part of the tables (not ``is_whole``) leaves no digest: no later run may take its set
    for what it would make itself.
    """
    from dashboards.report import write_report  # noqa: PLC0415 - plotly and scikit-learn load for what uses them
    from pipelines.reports.definitions import write_definitions  # noqa: PLC0415 - as above

    store_coverage(warehouse)
    build_book_tables(warehouse)
    facts = SetFacts(
        pipeline.effective_as_of,
        now(),
        _model_version(warehouse),
        run_id,
        request_digest(pipeline.settings, pipeline.as_of, held_digest(warehouse)) if is_whole else "",
        _reporting_currency(warehouse),
    )
    partial = write_set(warehouse, pipeline.home_path / "published", PUBLISHED_TABLES, facts)
    current = current_set(pipeline.home_path)
    if current is not None:
        share_unchanged(partial, current)
    write_definitions(partial)
    write_report(partial, partial / REPORT_PAGE)
    prepare_site(warehouse)
    kept = pipeline.settings.publish
    retention = Retention(kept.keep, timedelta(minutes=kept.grace_minutes))
    place = activate(partial, retention, before=warehouse.commit)
    # what was published stands, and the site says itself of which delivery it is
    with contextlib.suppress(OSError):
        swap_site(pipeline.home_path)
    remove(pipeline.home_path / UNPUBLISHED)  # one that stays has the next run publish once more, and that is all
    return place


def _model_version(warehouse: Warehouse) -> str | None:
    """Return the version of the detector that scored; None where there was nothing to score."""
    version: str | None = warehouse.frame("score.detector", ["model_version"]).item()
    return version


def _reporting_currency(warehouse: Warehouse) -> str | None:
    """Return the reporting currency that the run settled on."""
    ((currency,),) = warehouse.connection.execute("select getvariable('reporting_currency')").fetchall()
    return None if currency is None else str(currency)
