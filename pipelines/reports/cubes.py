"""Daily sums of RMA lines and of the ledger: small tables from which a page answers any filter at once."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import COST, ReportTable

SHARED = {
    "requested_on": "Day of the request (UTC).",
    "channel": "Where the order was placed; null where it is not delivered.",
    "category": "The category of the goods; null where none was delivered.",
    "currency": "The currency that the money was in before it was brought to the reporting currency.",
}
"""What every page can filter by."""

DAILY_LINES = ReportTable(
    "report_daily_lines",
    "reports/summarise_daily_lines",
    "Sums of RMA lines, whatever became of them, by the day of the request and all that pages filter by: what pages "
    "read in place of the lines. Each dimension by itself holds all lines, so that dimensions are never added up.",
    "one row a dimension, value of it, day, channel, category and currency",
    MappingProxyType(
        {
            "dimension": "`all`, `carrier`, `claim_type`, `condition_grade`, `country`, `reason`, `return_method` or "
            "`status`, as in `report_return_lines`.",
            "value": "Its value; `(not given)` where there is none; `(all)` for the dimension `all`.",
            **SHARED,
            "n_lines": "RMA lines.",
            "requested_amount": "What they ask back, at the price paid; a line of unknown value counts 0.",
            "refunds": "What was paid back.",
            "gross_cost": "Sum of their costs in the ledger.",
            "recoveries": "Sum of their recoveries in the ledger; negative.",
            "cost": COST,
        }
    ),
    ("report.report_return_lines",),
)

DAILY_COMPONENTS = ReportTable(
    "report_daily_components",
    "reports/summarise_daily_components",
    "The ledger's components by the day of the request and all that pages filter by: what the waterfall is drawn from.",
    "one row a component, day of request, channel, category and currency",
    MappingProxyType(
        {
            **SHARED,
            "component": "The component of the ledger.",
            "n_lines": "Rows of the ledger.",
            "amount": "Their sum; reporting currency; a recovery is negative.",
            "actual_amount": "The part that exports gave.",
            "rate_amount": "The part that the cost model estimated.",
        }
    ),
    ("report.report_return_lines", "report.return_costs"),
)

TABLES = (DAILY_LINES, DAILY_COMPONENTS)
