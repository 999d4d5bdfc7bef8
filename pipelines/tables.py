"""Assets that are one statement each: the table ``schema.name`` is the result of ``sql/<folder>/build_<name>.sql``."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

import sql
from pipelines.resources import Pipeline

OWNERS = {"core": "team:data-engineering", "report": "team:finance"}
FOLDERS = {"core": "core", "report": "reports"}


def build_asset(
    schema: str, name: str, deps: Sequence[str], statement: str | None = None, description: str | None = None
) -> dg.AssetsDefinition:
    """Return the asset ``schema/name``; its description is the comment at the head of its statement."""
    file = statement or f"{FOLDERS[schema]}/build_{name}"

    @dg.asset(
        key=[schema, name],
        deps=[dg.AssetKey(dep.split("/")) for dep in deps],
        group_name=schema,
        kinds={"duckdb", "sql"},
        owners=[OWNERS[schema]],
        description=description or head_comment(file),
        pool="warehouse",
        op_tags={"statement": f"sql/{file}.sql"},
    )
    def table(pipeline: Pipeline) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with pipeline.guarded() as warehouse:
            return dg.MaterializeResult(metadata={"dagster/row_count": warehouse.build(f"{schema}.{name}", file)})

    return table


def head_comment(file: str) -> str:
    """Return the comment lines that a statement file begins with, as one text."""
    lines = []
    for line in sql.statement(file).splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)
