"""Run the whole graph in this process: what ``returnwatch run`` does.

A run whose files, settings and program are those of the published set has nothing to do, and says so
without opening the warehouse.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.engine import check_engine
from pipelines.errors import ReturnwatchError, WrongArgumentError
from pipelines.ingest.discover import DeliveredFile, discover
from pipelines.lock import LOCK, RunLock
from pipelines.privacy.switch import complete_locked
from pipelines.publish import current_set, last_deliveries, missing_files, read_manifest
from pipelines.request import parse_as_of, request_digest
from pipelines.reviews import digest_of, verdicts
from pipelines.scratch import remove_left
from pipelines.settings import Settings, load_settings
from pipelines.summary import RunSummary, summarise
from pipelines.warehouse import FILE, UNPUBLISHED, mend

if TYPE_CHECKING:
    from features.days import DayRange


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What the command line asks of a run."""

    home: Path
    landing: Path
    config: Path | None = None
    as_of: str = ""
    review_capacity: int = -1
    full_refresh: bool = False
    wait_seconds: float = 0
    """How long to wait for another run that holds the home."""
    engine: str = "local"
    master: str = ""
    """Of Spark; where it is not given, the settings name it."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step of the graph that ended: its name, the rows it wrote (None where it writes none), its seconds."""

    name: str
    rows: int | None
    seconds: float


Tell = Callable[[StepDone], None]


def run(request: RunRequest, tell: Tell = lambda _: None, say: Callable[[str], None] = lambda _: None) -> RunSummary:
    """Run the graph on what is in the landing folder and return what it has to say.

    ``tell`` hears of each step as it ends, ``say`` whom this run waits for. Raises ReturnwatchError for
    everything that a user can mend.
    """
    started = time.monotonic()
    settings = _settings(request)
    if request.as_of:
        parse_as_of(request.as_of)
    check_engine(request.engine, request.master, settings.spark)
    found = discover(request.landing)
    _wait_for_home(request, say)
    complete_locked(request.home)
    current = _unchanged_set(request, settings, found)
    if current is not None:
        return summarise(current, time.monotonic() - started)
    request.home.mkdir(parents=True, exist_ok=True)
    return _execute(request, tell, started)


def backfill(
    request: RunRequest, days: DayRange, tell: Tell = lambda _: None, say: Callable[[str], None] = lambda _: None
) -> RunSummary:
    """Make the features of some days anew, then scores and what depends on them, and publish; as ``run``.

    Core stays as it is, and the moment up to which events count is that of the published set.
    """
    started = time.monotonic()
    load_settings(request.config)
    current = current_set(request.home)
    if current is None or not (request.home / FILE).is_file():
        raise ReturnwatchError(f"{request.home}: nothing is loaded here yet; run `returnwatch run` first")
    _wait_for_home(request, say)
    as_of = str(read_manifest(current_set(request.home) or current)["as_of"])
    return _execute(replace(request, as_of=as_of), tell, started, days)


def parse_days(first: str, last: str) -> DayRange:
    """Return the range of two days; WrongArgumentError where one is no day, or they are the wrong way round."""
    from features.days import DayRange  # noqa: PLC0415 - the features load only for a run

    days = []
    for option, text in (("--from", first), ("--to", last)):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            raise WrongArgumentError(f"{option} {text}: not a day; write it as 2026-11-23") from None
    if days[0] > days[1]:
        raise WrongArgumentError(f"--from {first} is after --to {last}; give the earlier day first")
    return DayRange(*days)


def _execute(request: RunRequest, tell: Tell, started: float, days: DayRange | None = None) -> RunSummary:
    """Execute the graph, or its part for some days, and return what the set that it published says."""
    from pipelines.execution import execute_graph  # noqa: PLC0415 - dagster takes a second to import

    days_changed = execute_graph(request, str(uuid.uuid4()), tell, days)
    published = current_set(request.home)
    if published is None:
        raise ReturnwatchError(f"{request.home}: the run ended without a published set; run `returnwatch doctor`")
    return summarise(published, time.monotonic() - started, days_changed=days_changed)


def _wait_for_home(request: RunRequest, say: Callable[[str], None]) -> None:
    """Wait, as long as was asked for, until no other run holds the home."""
    if request.wait_seconds and request.home.is_dir():
        lock = RunLock(request.home / LOCK)
        lock.acquire(request.wait_seconds, say)
        lock.release()


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
    if (request.home / UNPUBLISHED).exists():
        return None
    if request.full_refresh or current is None or not (request.home / FILE).is_file() or not _is_whole(current):
        return None
    lock = RunLock(request.home / LOCK)
    lock.acquire(request.wait_seconds)
    try:
        remove_left(request.home)
        known = last_deliveries(current)
        is_same = all(known.get(file.path) == file.sha256 for file in found)
        is_asked = read_manifest(current).get("request_digest") == request_digest(
            settings, request.as_of, digest_of(verdicts(request.home, settings))
        )
        if not (is_same and is_asked):
            return None
        mend(request.home, settings.engine.memory_limit)
        return current
    finally:
        lock.release()


def _is_whole(folder: Path) -> bool:
    """Whether a published set can be read: a damaged one is no reason to do nothing."""
    try:
        return not missing_files(folder)
    except ReturnwatchError:
        return False
