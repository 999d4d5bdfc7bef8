"""Readers of the published set while a new one takes its place every second, and outdated ones are removed."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.publish import Retention, SetFacts, activate, write_set
from pipelines.warehouse import Warehouse
from tests.program import ROOT

SECONDS = int(os.environ.get("FAULT_SOAK_SECONDS", "300"))
TABLES = {
    "rma_scores": "score.rma_scores", "flagged_queue": "score.flagged_queue", "rma_features": "feat.rma_features",
    "return_costs": "report.return_costs", "report_costs_by_component": "report.report_costs_by_component",
    "ingest_ledger": "raw.soak_ledger", "quarantine": "raw.soak_quarantine",
}  # fmt: skip
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Soak:
    """What readers met while sets were published."""

    published: int
    kept: int
    reads: int
    sets: list[int]
    problems: list[str]


def fill(warehouse: Warehouse, number: int) -> None:
    """Make the tables of set ``number``: every sum of it differs from that of every other set."""
    rmas = pl.DataFrame({"rma_id": [f"R{n}" for n in range(number)], "is_flagged": [n % 3 == 0 for n in range(number)]})
    costs = pl.DataFrame({"component": ["refund"] * number, "amount": [Decimal(number)] * number})
    counts = {"rows_loaded": [number], "rows_updated": [2], "rows_duplicate": [3], "rows_quarantined": [number]}
    warehouse.store("score.rma_scores", rmas)
    warehouse.store("score.flagged_queue", rmas.filter("is_flagged"))
    warehouse.store("feat.rma_features", rmas)
    warehouse.store("report.return_costs", costs)
    warehouse.store("report.report_costs_by_component", costs.group_by("component").agg(pl.col("amount").sum()))
    warehouse.store("raw.soak_ledger", pl.DataFrame({"path": ["a"], "rows_read": [2 * number + 5], **counts}))
    warehouse.store("raw.soak_quarantine", pl.DataFrame({"row_number": range(number)}))


def publish(warehouse: Warehouse, number: int, retention: Retention) -> Path:
    """Publish set ``number``."""
    fill(warehouse, number)
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    facts = SetFacts(now, now, None, f"run-{number}", "digest", "EUR")
    return activate(write_set(warehouse, warehouse.home / "published", TABLES, facts), retention)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Yield an empty warehouse."""
    with Warehouse(tmp_path, "500MB") as opened:
        yield opened


def soak(warehouse: Warehouse, seconds: float, n_readers: int, pause: float, retention: Retention) -> Soak:
    """Publish a set every second while readers in processes of their own read; return what they met."""
    publish(warehouse, 1, retention)
    command = [sys.executable, "-m", "tests.faults.reader", str(warehouse.home), str(seconds), str(pause)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    readers = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(n_readers)
    ]
    number = 1
    while any(reader.poll() is None for reader in readers):
        started = time.monotonic()
        number += 1
        publish(warehouse, number, retention)
        time.sleep(max(0.0, started + 1 - time.monotonic()))
    answers = [json.loads(reader.communicate()[0]) for reader in readers]
    kept = sum(place.is_dir() and not place.is_symlink() for place in (warehouse.home / "published").iterdir())
    problems = [problem for answer in answers for problem in answer["problems"]]
    sets = [answer["sets"] for answer in answers]
    found = Soak(number, kept, sum(answer["reads"] for answer in answers), sets, problems)
    log.info("%d readers, %.0f s: %s", n_readers, seconds, found)
    return found


@pytest.mark.parametrize(("seconds", "n_readers"), [(5, 2), pytest.param(SECONDS, 8, marks=pytest.mark.slow)])
def test_readers_meet_whole_sets_alone_while_new_ones_are_published(
    warehouse: Warehouse, seconds: int, n_readers: int
) -> None:
    found = soak(warehouse, seconds, n_readers, 2, Retention(2, timedelta(seconds=20)))
    assert found.problems == []
    assert found.published > seconds // 3
    assert min(found.sets) > 1
    assert found.kept < 40


def test_without_time_to_finish_a_slow_reader_loses_its_set(warehouse: Warehouse) -> None:
    found = soak(warehouse, 4, 1, 3, Retention(1, timedelta(0)))
    assert found.problems
