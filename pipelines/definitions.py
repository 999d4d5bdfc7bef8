"""The Dagster graph: every asset and check, one job that runs them all in one process."""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipelines.defs.core.assets import CORE_ASSETS
from pipelines.defs.features.assets import FEATURE_ASSETS
from pipelines.defs.ingest.assets import raw
from pipelines.defs.ingest.automation import AUTOMATION_SCHEDULES, AUTOMATION_SENSORS
from pipelines.defs.quality.checks import QUALITY_CHECKS
from pipelines.defs.reports.assets import REPORT_ASSETS
from pipelines.defs.scoring.assets import SCORING_ASSETS
from pipelines.resources import BACKFILL_JOB, JOB, Pipeline

__all__ = ["BACKFILL_JOB", "JOB", "defs"]

WAIT_SECONDS = 3600
"""How long a run that Dagster started waits for one that was started by hand."""
IO_RETRIES = 3


def jobs() -> list[UnresolvedAssetJobDefinition]:
    """Return the main job, of every asset, and the one that makes the features of some days anew."""
    features = dg.AssetSelection.assets(["feat", "rma_features"])
    return [
        dg.define_asset_job(JOB, selection=dg.AssetSelection.all(), description="Everything, from exports to the set."),
        dg.define_asset_job(
            BACKFILL_JOB,
            selection=features.downstream(),
            description="The features of some days, all that depends on them, and a published set.",
        ),
    ]


@dg.definitions
def defs() -> dg.Definitions:
    """Return the whole graph. The executor runs in process: one DuckDB file has one writer."""
    return dg.Definitions(
        assets=[raw, *CORE_ASSETS, *FEATURE_ASSETS, *SCORING_ASSETS, *REPORT_ASSETS],
        asset_checks=QUALITY_CHECKS,
        jobs=jobs(),
        sensors=AUTOMATION_SENSORS,
        schedules=AUTOMATION_SCHEDULES,
        resources={"pipeline": Pipeline(wait_seconds=WAIT_SECONDS, io_retries=IO_RETRIES)},
        executor=dg.in_process_executor,
    )
