"""All report tables in the order in which they are built: the one place where a subject's module is named.

A new subject declares ``TABLES`` in a module of its own and stands here after those that it reads.
"""

from __future__ import annotations

from pipelines.reports import (
    balance,
    breakdowns,
    cubes,
    exceptions,
    feedback,
    flow,
    ledger,
    links,
    overview,
    parties,
    policy,
    products,
    rates,
    shoppers,
    steps,
    trust,
)
from pipelines.reports.declare import ReportTable

REPORT_TABLES: tuple[ReportTable, ...] = (
    *ledger.TABLES,
    *overview.TABLES,
    *breakdowns.TABLES,
    *cubes.TABLES,
    *products.TABLES,
    *shoppers.TABLES,
    *feedback.TABLES,
    *steps.TABLES,
    *flow.TABLES,
    *exceptions.TABLES,
    *parties.TABLES,
    *links.TABLES,
    *policy.TABLES,
    *rates.TABLES,
    *trust.TABLES,
    *balance.TABLES,
)
"""All tables, each after those that it reads."""
