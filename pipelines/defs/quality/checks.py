"""Quality: what core must hold before anything is computed from it, and what reports must hold before publishing.

One step a table (one for all of raw, which one step fills), each as soon as its table is there. A single step
for the whole of core could not block: tables of core are made from each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from pipelines.quality.count import count_breaches, describe_breach
from pipelines.quality.data_docs import prepare_site, swap_site
from pipelines.quality.delivered import prepare_warnings
from pipelines.quality.examine import examine
from pipelines.quality.judge import Judge, Verdict, judge
from pipelines.quality.model import Severity, Suite
from pipelines.quality.suites import core_suites, raw_suites, report_suites
from pipelines.resources import Pipeline
from pipelines.warehouse import Warehouse

MEANINGS = {
    Severity.CRITICAL: "What the pipeline promises of this table; a breach stops the run.",
    Severity.WARNING: "What exports may get wrong in this table; a breach stops nothing.",
}
GRAVITY = {Severity.CRITICAL: dg.AssetCheckSeverity.ERROR, Severity.WARNING: dg.AssetCheckSeverity.WARN}


def suite_checks(name: str, suites: Sequence[Suite]) -> dg.AssetChecksDefinition:
    """Return the step that checks the tables of some suites: for each, its critical checks and its warnings."""

    @dg.multi_asset_check(name=f"checks__{name}", specs=[*_specs(suites)], pool="warehouse")
    def checks(pipeline: Pipeline) -> Iterator[dg.AssetCheckResult]:
        with pipeline.guarded() as warehouse:
            prepare_warnings(warehouse)
            results = [result for suite in suites for result in check_table(warehouse, suite, judge())]
        if any(not result.passed and result.severity is dg.AssetCheckSeverity.ERROR for result in results):
            prepare_site(warehouse)
            swap_site(pipeline.home_path)
            pipeline.fail()
        yield from results

    return checks


def check_table(warehouse: Warehouse, suite: Suite, judge: Judge) -> Iterator[dg.AssetCheckResult]:
    """Yield a result for each severity that a suite has: ``failed`` says the first breach, the counts say all."""
    counted = count_breaches(warehouse, suite)
    verdicts = examine(warehouse, suite, judge, counted)
    for severity in _severities(suite):
        judged = {name: verdict for name, verdict in verdicts.items() if verdict.severity is severity}
        yield dg.AssetCheckResult(
            asset_key=_asset_key(suite.table),
            check_name=severity.value,
            passed=all(verdict.is_ok for verdict in judged.values()),
            severity=GRAVITY[severity],
            metadata={**_failed(warehouse, suite, judged, counted), **{name: counted[name] for name in judged}},
        )


def _failed(
    warehouse: Warehouse, suite: Suite, judged: Mapping[str, Verdict], counted: Mapping[str, int]
) -> dict[str, str]:
    """Return the sentence of the first check that failed, and how many more did; nothing where none failed."""
    broken = [check for check in suite.checks if check.name in judged and not judged[check.name].is_ok]
    if not broken:
        return {}
    first = describe_breach(warehouse, suite, broken[0], counted[broken[0].name])
    others = ", ".join(check.name for check in broken[1:])
    return {"failed": f"{first}; also failed: {others}" if others else first}


def _specs(suites: Sequence[Suite]) -> Iterator[dg.AssetCheckSpec]:
    """Yield what Dagster has to know of each result: critical ones block what is made from the table."""
    for suite in suites:
        for severity in _severities(suite):
            yield dg.AssetCheckSpec(
                severity.value,
                asset=_asset_key(suite.table),
                description=MEANINGS[severity],
                additional_deps=[_asset_key(table) for table in suite.reads],
                blocking=severity is Severity.CRITICAL,
            )


def _severities(suite: Suite) -> list[Severity]:
    """Return the severities that a suite has checks of."""
    return [severity for severity in Severity if suite.of(severity)]


def _asset_key(table: str) -> dg.AssetKey:
    """Return the key of the asset that is a table."""
    return dg.AssetKey(table.split("."))


QUALITY_CHECKS: list[dg.AssetChecksDefinition] = [
    suite_checks("raw", raw_suites()),
    *(suite_checks(suite.table.split(".")[1], [suite]) for suite in (*core_suites(), *report_suites())),
]
