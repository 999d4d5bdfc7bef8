"""Hold the figures of a table against its suite: the verdicts, their history, their page in the Data Docs."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.quality.count import describe_breach
from pipelines.quality.data_docs import write_page
from pipelines.quality.judge import Judge, Verdict, verdicts_of
from pipelines.quality.model import Suite
from pipelines.quality.results import Finding, record_findings
from pipelines.warehouse import Warehouse


def examine(warehouse: Warehouse, suite: Suite, judge: Judge, counted: Mapping[str, int]) -> dict[str, Verdict]:
    """Return the verdict on each check of a suite by its name, and keep it."""
    n_rows = warehouse.count(suite.table)
    values = {check.name: check.value(counted[check.name], n_rows) for check in suite.checks}
    result = judge.validate(suite, values)
    write_page(warehouse.home, suite, result)
    verdicts = verdicts_of(result)
    findings = {}
    for check in suite.checks:
        verdict, n_breaches = verdicts[check.name], counted[check.name]
        is_told = check.is_told and not verdict.is_ok
        found = describe_breach(warehouse, suite, check, n_breaches) if is_told else None
        findings[check.name] = Finding(check, n_rows, n_breaches, verdict, found)
    record_findings(warehouse, suite, findings)
    return verdicts
