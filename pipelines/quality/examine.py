"""Hold the figures of a table against its suite: the verdicts, their history, their page in the Data Docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipelines.quality.count import describe_breach
from pipelines.quality.data_docs import write_page
from pipelines.quality.judge import Judge, Verdict, verdicts_of
from pipelines.quality.model import Severity, Suite
from pipelines.quality.results import Finding, record_findings
from pipelines.warehouse import Warehouse


def examine(warehouse: Warehouse, suite: Suite, judge: Judge, counted: Mapping[str, int]) -> dict[str, Verdict]:
    """Return the verdict on each check of a suite by its name, and keep it.

    Of a table that nothing was delivered for only what is critical is judged and kept; warnings have nothing to say.
    """
    n_rows = warehouse.count(suite.table)
    is_silent = not n_rows and not any(counted.values())
    judged = replace(suite, checks=suite.of(Severity.CRITICAL)) if is_silent else suite
    result = judge.validate(judged, counted, n_rows)
    write_page(warehouse.home, judged, result)
    verdicts = verdicts_of(result)
    findings = {}
    for check in judged.checks:
        verdict, n_breaches = verdicts[check.name], counted[check.name]
        is_told = check.is_told and not verdict.is_ok
        found = describe_breach(warehouse, suite, check, n_breaches) if is_told else None
        findings[check.name] = Finding(check, n_rows, n_breaches, verdict, found)
    record_findings(warehouse, judged, findings)
    return {check.name: verdicts.get(check.name, Verdict(check.severity, is_ok=True)) for check in suite.checks}
