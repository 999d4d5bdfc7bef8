"""What starts runs by itself: a sensor on the landing folder, and a daily schedule. Both are off until turned on."""

from pathlib import Path

import dagster as dg

from pipelines.errors import ReturnwatchError
from pipelines.ingest.hashes import FILE, HashStore
from pipelines.ingest.watch import Cursor, Verdict, clock, judge_look, look_at
from pipelines.publish import current_set, last_deliveries
from pipelines.resources import JOB, Pipeline
from pipelines.settings import load_settings

LOOK_SECONDS = 30


@dg.sensor(
    name="landing_folder",
    job_name=JOB,
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Asks for a run when new files have come to rest in the landing folder.",
)
def landing_folder(context: dg.SensorEvaluationContext, pipeline: Pipeline) -> dg.SensorResult | dg.SkipReason:
    """Look at the landing folder; a look that finds no folder says so and changes nothing."""
    try:
        verdict = look(pipeline, Cursor.of(context.cursor))
    except ReturnwatchError as error:
        return dg.SkipReason(str(error))
    if verdict.run_key is None:
        context.update_cursor(verdict.cursor.text())
        return dg.SkipReason(verdict.reason)
    request = dg.RunRequest(run_key=verdict.run_key, tags=dict(verdict.tags))
    return dg.SensorResult(run_requests=[request], cursor=verdict.cursor.text())


def look(pipeline: Pipeline, cursor: Cursor) -> Verdict:
    """Return what one look at the landing folder means."""
    landing = pipeline.landing_path
    store = HashStore(landing, pipeline.home_path / FILE)
    quiet_seconds = load_settings(Path(pipeline.config) if pipeline.config else None).sensor.quiet_seconds
    return judge_look(look_at(landing, clock()), cursor, quiet_seconds, store, _published(pipeline.home_path))


def _published(home: Path) -> dict[str, str]:
    """Return path and hash of what is published; nothing where a set is damaged: the next run mends that."""
    published = current_set(home)
    try:
        return last_deliveries(published) if published else {}
    except ReturnwatchError:
        return {}


@dg.schedule(
    name="daily",
    job_name=JOB,
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="One run a day, whatever lies in the landing folder.",
)
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the run of a day."""
    day = context.scheduled_execution_time.date().isoformat()
    return dg.RunRequest(run_key=day, tags={"returnwatch/scheduled_for": day})


AUTOMATION_SENSORS = [landing_folder]
AUTOMATION_SCHEDULES = [daily]
