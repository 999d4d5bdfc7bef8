"""Raw: the delivered rows, typed, with the ledger of files and the quarantine of rows."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from pipelines.clock import now
from pipelines.freshness import DAILY
from pipelines.ingest.run import ingest
from pipelines.ingest.sources import raw_tables
from pipelines.resources import Pipeline

LEDGER = "ingest_ledger"
OWNERS = ["team:data-engineering"]
DESCRIPTIONS = {
    "ingest_ledger": "One row a delivered file: what was read and what became of each row.",
    "quarantine": "One row a refused row, with its personal cells masked.",
}


def _spec(name: str) -> dg.AssetSpec:
    """Return the spec of one raw table."""
    description = DESCRIPTIONS.get(
        name, f"Delivered rows of {name}, the last one of each key, with where each came from."
    )
    return dg.AssetSpec(
        ["raw", name],
        description=description,
        group_name="raw",
        kinds={"duckdb"},
        owners=OWNERS,
        skippable=False,
        freshness_policy=DAILY if name == LEDGER else None,
    )


@dg.multi_asset(specs=[_spec(name) for name in ("ingest_ledger", "quarantine", *raw_tables())], pool="warehouse")
def raw(context: dg.AssetExecutionContext, pipeline: Pipeline) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Read what is new in the landing folder and merge it."""
    with pipeline.guarded() as warehouse:
        context.instance.add_run_tags(context.run.run_id, delivery_tags(ingest(pipeline, warehouse, now())))
        for name in ("ingest_ledger", "quarantine", *raw_tables()):
            rows = warehouse.count(f"raw.{name}")
            yield dg.MaterializeResult(["raw", name], metadata={"dagster/row_count": rows})


def delivery_tags(ledger_rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Return the tags of a run that loaded these rows of the ledger: how many files, and their delivery ids."""
    ids = sorted(int(str(row["delivery_id"])) for row in ledger_rows)
    return {"returnwatch/deliveries": f"{ids[0]}-{ids[-1]}" if ids else "none", "returnwatch/delivered": str(len(ids))}
