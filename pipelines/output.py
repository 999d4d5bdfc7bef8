"""What is published: which tables, the page beside them, and what identifies the run that made them."""

from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from dashboards.report import write_report
from pipelines.clock import now
from pipelines.coverage import store_coverage
from pipelines.publish import Retention, SetFacts, activate, write_set
from pipelines.quality.data_docs import prepare_site, swap_site
from pipelines.reports.books import BOOK_TABLES, build_book_tables
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import SCHEMA
from pipelines.reports.definitions import write_definitions
from pipelines.resources import Pipeline
from pipelines.reviews import held_digest
from pipelines.settings import Settings
from pipelines.warehouse import UNPUBLISHED, Warehouse
from sql import own_sources

PACKAGES = ("dashboards", "features", "models", "pipelines", "sql")
REPORT_PAGE = "report.html"

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
    write_definitions(partial)
    write_report(partial, partial / REPORT_PAGE)
    prepare_site(warehouse)
    kept = pipeline.settings.publish
    retention = Retention(kept.keep, timedelta(minutes=kept.grace_minutes))
    place = activate(partial, retention, before=warehouse.commit)
    # what was published stands, and the site says itself of which delivery it is
    with contextlib.suppress(OSError):
        swap_site(pipeline.home_path)
    (pipeline.home_path / UNPUBLISHED).unlink(missing_ok=True)
    return place


def request_digest(settings: Settings, as_of: str, verdicts: str = "") -> str:
    """Return what identifies a run's request: its settings, its moment, people's verdicts and the program itself.

    Two runs with the same digest on the same files publish the same tables. How pages are served changes none.
    """
    counted = settings.model_dump(mode="json", exclude={"serve", "reviews", "oidc"})
    asked = {"settings": counted, "as_of": as_of, "verdicts": verdicts, "program": program_digest()}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@cache
def program_digest() -> str:
    """Return a hash of the program's own files and the user's own sources.

    So what changed never takes old tables for new ones.
    """
    digest = hashlib.sha256()
    for package in PACKAGES:
        for name, content in _contents(files(package), package):
            digest.update(name.encode() + b"\0" + content + b"\0")
    own = own_sources()
    for name, content in _contents(own, "own") if own else ():
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def _contents(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    """Return the name and the bytes of every source file below a folder, sorted."""
    found = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found += _contents(entry, f"{name}/{entry.name}")
        elif entry.is_file():
            found.append((f"{name}/{entry.name}", entry.read_bytes()))
    return found


def _model_version(warehouse: Warehouse) -> str | None:
    """Return the version of the detector that scored; None where there was nothing to score."""
    version: str | None = warehouse.frame("score.detector", ["model_version"]).item()
    return version


def _reporting_currency(warehouse: Warehouse) -> str | None:
    """Return the reporting currency that the run settled on."""
    ((currency,),) = warehouse.connection.execute("select getvariable('reporting_currency')").fetchall()
    return None if currency is None else str(currency)
