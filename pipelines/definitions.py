"""The Dagster graph: every asset and check, one job that runs them all in one process."""

from __future__ import annotations

import dagster as dg

from pipelines.defs.core.assets import CORE_ASSETS
from pipelines.defs.features.assets import FEATURE_ASSETS
from pipelines.defs.ingest.assets import raw
from pipelines.defs.quality.checks import QUALITY_CHECKS
from pipelines.defs.reports.assets import REPORT_ASSETS
from pipelines.defs.scoring.assets import SCORING_ASSETS
from pipelines.resources import Pipeline

JOB = "returnwatch"


@dg.definitions
def defs() -> dg.Definitions:
    """Return the whole graph. The executor runs in process: one DuckDB file has one writer."""
    return dg.Definitions(
        assets=[raw, *CORE_ASSETS, *FEATURE_ASSETS, *SCORING_ASSETS, *REPORT_ASSETS],
        asset_checks=QUALITY_CHECKS,
        jobs=[dg.define_asset_job(JOB, selection=dg.AssetSelection.all())],
        resources={"pipeline": Pipeline()},
        executor=dg.in_process_executor,
    )
