"""Run the whole graph in this process: what ``returnwatch run`` does.

A run whose files, settings and program are those of the published set has nothing to do, and says so
without opening the warehouse.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import DeliveredFile, discover
from pipelines.output import request_digest
from pipelines.publish import current_set, missing_files, read_manifest, read_table
from pipelines.resources import parse_as_of
from pipelines.scratch import remove_left
from pipelines.settings import Settings, load_settings
from pipelines.summary import RunSummary, summarise
from pipelines.warehouse import FILE, RunLock


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What the command line asks of a run."""

    home: Path
    landing: Path
    config: Path | None = None
    as_of: str = ""
    review_capacity: int = -1
    full_refresh: bool = False


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step of the graph that ended: its name, the rows it wrote (None where it writes none), its seconds."""

    name: str
    rows: int | None
    seconds: float


def run(request: RunRequest, tell: Callable[[StepDone], None] = lambda _: None) -> RunSummary:
    """Run the graph on what is in the landing folder and return what it has to say.

    ``tell`` hears of each step as it ends. Raises ReturnwatchError for everything that a user can mend.
    """
    started = time.monotonic()
    settings = _settings(request)
    if request.as_of:
        parse_as_of(request.as_of)
    found = discover(request.landing)
    current = _unchanged_set(request, settings, found)
    if current is not None:
        return summarise(current, time.monotonic() - started, is_unchanged=True)
    request.home.mkdir(parents=True, exist_ok=True)
    from pipelines.execution import execute_graph  # noqa: PLC0415 - dagster takes a second to import

    execute_graph(request, str(uuid.uuid4()), tell)
    published = current_set(request.home)
    if published is None:
        raise ReturnwatchError(f"{request.home}: the run ended without a published set; run `returnwatch doctor`")
    return summarise(published, time.monotonic() - started, is_unchanged=False)


def _settings(request: RunRequest) -> Settings:
    """Return the settings with what the command line changes."""
    settings = load_settings(request.config)
    if request.review_capacity < 0:
        return settings
    review = settings.review.model_copy(update={"capacity": request.review_capacity})
    return settings.model_copy(update={"review": review})


def _unchanged_set(request: RunRequest, settings: Settings, found: list[DeliveredFile]) -> Path | None:
    """Return the published set where a run would only make it again; None where there is something to do."""
    current = current_set(request.home)
    if request.full_refresh or current is None or not (request.home / FILE).is_file() or not _is_whole(current):
        return None
    lock = RunLock(request.home / "run.lock")
    lock.acquire()
    try:
        remove_left(request.home)
        ledger = read_table(current, "ingest_ledger", ["path", "sha256", "delivery_id"])
        known = set(ledger.sort("delivery_id").unique("path", keep="last").select("path", "sha256").iter_rows())
        is_same = all((file.path, file.sha256) in known for file in found)
        is_asked = read_manifest(current).get("request_digest") == request_digest(settings, request.as_of)
        return current if is_same and is_asked else None
    finally:
        lock.release()


def _is_whole(folder: Path) -> bool:
    """Whether a published set can be read: a damaged one is no reason to do nothing."""
    try:
        return not missing_files(folder)
    except ReturnwatchError:
        return False
