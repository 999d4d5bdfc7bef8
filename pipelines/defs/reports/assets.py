"""Report: the cost ledger, what is summed up from it, and the published set."""

import dagster as dg

from pipelines.freshness import DAILY
from pipelines.lineage import tables_read
from pipelines.output import publish
from pipelines.partitions import is_whole
from pipelines.reports.catalogue import REPORT_TABLES
from pipelines.reports.declare import SCHEMA
from pipelines.resources import Pipeline
from pipelines.tables import build_asset

COVERAGE = "report_coverage"

REPORT_ASSETS = [
    *(
        build_asset(
            SCHEMA,
            table.name,
            sorted({*(name.replace(".", "/") for name in table.reads), *tables_read(table.statement)}),
            statement=table.statement,
            description=table.description,
        )
        for table in REPORT_TABLES
    ),
]


@dg.asset(
    key=["published", "current"],
    deps=[
        *(dg.AssetKey([SCHEMA, table.name]) for table in REPORT_TABLES),
        *(dg.AssetKey(["core", name]) for name in ("support_contacts", "chargebacks", "review_labels", "customers")),
        *(dg.AssetKey(["score", name]) for name in ("rma_scores", "flagged_queue")),
        *(dg.AssetKey(["raw", name]) for name in ("ingest_ledger", "quarantine")),
    ],
    group_name="published",
    kinds={"parquet"},
    owners=["team:data-engineering"],
    description="One complete, immutable set of Parquet files; HOME/published/current points to it.",
    freshness_policy=DAILY,
    pool="warehouse",
)
def published_set(context: dg.AssetExecutionContext, pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Write the set, commit the warehouse, make the set current."""
    with pipeline.guarded() as warehouse:
        place = publish(pipeline, warehouse, context.run.run_id, is_whole=is_whole(context))
        return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(str(place))})


REPORT_ASSETS.append(published_set)
