"""Execute the Dagster graph in this process, quietly, and turn its failures into one line each."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import dagster as dg

from features.days import DayRange
from pipelines.definitions import BACKFILL_JOB, JOB, defs
from pipelines.errors import ReturnwatchError, StoppedError
from pipelines.failures import machine_failure
from pipelines.instance import passing_instance
from pipelines.partitions import DAYS_CHANGED, range_tags
from pipelines.resources import Pipeline
from pipelines.runner import RunRequest, StepDone
from pipelines.summary import DaysChanged

if TYPE_CHECKING:
    from dagster._core.events.log import EventLogEntry
    from dagster_shared.error import SerializableErrorInfo

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
EXPECTED = frozenset({
    "ReturnwatchError", "WrongArgumentError", "PublishedSetError", "ArtifactError", "StoreError", "EngineError",
})  # fmt: skip
"""Failures whose message is already the one line that a user needs."""
INTERRUPTIONS = frozenset({"DagsterExecutionInterruptedError", "StoppedError", "InterruptException"})
"""Failures that a signal was, by Dagster's, our and DuckDB's names; DuckDB may also give it no name of its own."""
OS_FAILURES = frozenset({"PermissionError", "FileExistsError", "NotADirectoryError", "FileNotFoundError"})
"""Failures of paths and permissions: the system's message names the path."""


def execute_graph(
    request: RunRequest, run_id: str, tell: Callable[[StepDone], None], days: DayRange | None = None
) -> DaysChanged:
    """Materialise every asset and run every check; ReturnwatchError where one of them fails.

    With ``days``, make the features of those days anew and what depends on them, from core as it is. Returns the
    days that changed, for each table of RMAs.
    """
    pipeline = Pipeline(
        home=str(request.home),
        landing=str(request.landing),
        config=str(request.config or ""),
        as_of=request.as_of,
        review_capacity=request.review_capacity,
        full_refresh=request.full_refresh,
        engine=request.engine,
        master=request.master,
        wait_seconds=request.wait_seconds,
    )
    progress = Progress(tell)
    with passing_instance() as instance:
        instance.add_event_listener(run_id, progress.hear)
        result = (
            defs()
            .resolve_job_def(BACKFILL_JOB if days else JOB)
            .execute_in_process(
                run_config=QUIET,
                instance=instance,
                run_id=run_id,
                resources={"pipeline": pipeline},
                raise_on_error=False,
                tags=range_tags(days) if days else None,
            )
        )
    if not result.success:
        if was_interrupted(result):
            raise StoppedError
        raise ReturnwatchError(first_failure(result))
    return progress.days_changed


class Progress:
    """Hears the events of a run and tells of each step that ended, with its rows and its time."""

    def __init__(self, tell: Callable[[StepDone], None]) -> None:
        self._tell = tell
        self._rows: dict[str, dict[str, int]] = {}
        self._last = time.monotonic()
        self.days_changed: DaysChanged = {}

    def hear(self, entry: EventLogEntry) -> None:
        """Take one event of the run."""
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        if event.is_step_materialization:
            self._count(event.step_key, event.materialization)
        elif event.is_asset_observation:
            self._note_days(event.step_key, event.asset_observation_data.asset_observation)
        elif event.is_step_success:
            moment = time.monotonic()
            rows = sum(self._rows[event.step_key].values()) if event.step_key in self._rows else None
            self._tell(StepDone(_step_name(event.step_key), rows, moment - self._last))
            self._last = moment

    def _count(self, step_key: str, made: dg.AssetMaterialization) -> None:
        """Remember the rows that a step's table holds."""
        rows = made.metadata.get("dagster/row_count")
        if rows is not None:
            self._rows.setdefault(step_key, {})[made.asset_key.to_user_string()] = int(str(rows.value))

    def _note_days(self, step_key: str, seen: dg.AssetObservation) -> None:
        """Remember the days that a step changed, and its rows."""
        table = seen.asset_key.to_user_string()
        self.days_changed[table.rpartition("/")[2]] = dict(cast("dict[str, Any]", seen.metadata[DAYS_CHANGED].value))
        self._rows.setdefault(step_key, {})[table] = int(str(seen.metadata["rows"].value))


def was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether a signal (SIGINT, SIGTERM) ended the run: Dagster makes a failure of the step out of it."""
    for event in result.all_events:
        error = event.step_failure_data.error if event.is_step_failure else None
        while error is not None:
            name = (error.cls_name or "").rsplit(".", 1)[-1]
            if name in INTERRUPTIONS or "Query interrupted" in error.message:
                return True
            error = error.cause
    return False


def first_failure(result: dg.ExecuteInProcessResult) -> str:
    """Return one line for the first thing that failed in a run: a blocking check, or a step."""
    for evaluation in result.get_asset_check_evaluations():
        if evaluation.blocking and not evaluation.passed and evaluation.severity is dg.AssetCheckSeverity.ERROR:
            failed = evaluation.metadata.get("failed")
            what = str(failed.value) if failed else evaluation.check_name
            return f"check of {evaluation.asset_key.to_user_string()}: {what}; nothing was published"
    for event in result.all_events:
        if event.is_step_failure:
            return _one_line(_step_name(event.step_key or ""), event.step_failure_data.error)
    return "the run failed before its first step; run `returnwatch doctor`"


def _one_line(step: str, error: SerializableErrorInfo | None) -> str:
    """Return one line for a step's failure: the expected message, or what kind of failure it was and where."""
    inner = error
    while inner is not None:
        name = (inner.cls_name or "").rsplit(".", 1)[-1]
        message = inner.message.split(": ", 1)[-1].strip().splitlines()[0] if inner.message.strip() else name
        if name in EXPECTED:
            return message
        if (line := machine_failure(inner.message)) is not None:
            return line
        if name in OS_FAILURES:
            return f"{message}; check the path and its permissions"
        if name == "OutOfMemoryException":
            return f"{step}: out of memory; raise [engine] memory_limit in returnwatch.toml"
        if inner.cause is None:
            return f"{step}: unexpected failure ({name}: {message[:200]}); nothing was changed; please report it"
        inner = inner.cause
    return f"{step}: failed without a reason; nothing was changed"


def _step_name(step_key: str) -> str:
    """Return a step's name as people know it: ``core/orders``."""
    return step_key.replace("__", "/", 1)
