"""All report tables in the order in which they are built: the one place where a subject's module is named.

A new subject declares ``TABLES`` in a module of its own and stands here after those that it reads.
"""

from __future__ import annotations

from pipelines.reports import breakdowns, ledger, overview, rates, trust
from pipelines.reports.declare import ReportTable

REPORT_TABLES: tuple[ReportTable, ...] = (
    *ledger.TABLES,
    *overview.TABLES,
    *breakdowns.TABLES,
    *rates.TABLES,
    *trust.TABLES,
)
"""All tables, each after those that it reads."""
