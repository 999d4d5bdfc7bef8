"""What returns cost by SKU, category and reason."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import (
    COST,
    COST_PER_LINE,
    COST_RANK,
    RATE_BY_UNITS,
    REFUNDS,
    RETURNED_LINES,
    RETURNED_UNITS,
    ReportTable,
)

BY_SKU = ReportTable(
    "report_by_sku",
    "reports/rank_by_sku",
    "Which goods cost most to take back.",
    "one row a SKU that was sold or returned, the dearest first",
    MappingProxyType(
        {
            "sku": "The SKU.",
            "product_name": "Its name; null where none was delivered.",
            "category": "Its category; null where none was delivered.",
            "cost": COST,
            "refunds": REFUNDS,
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "units_sold": "Units sold.",
            "unit_return_rate": RATE_BY_UNITS.format(part="returned_units"),
            "cost_per_line": COST_PER_LINE,
            "cost_rank": COST_RANK,
        }
    ),
    ("core.order_lines", "core.products", "report.report_return_lines"),
)

BY_CATEGORY = ReportTable(
    "report_by_category",
    "reports/rank_by_category",
    "Which categories cost most to take back.",
    "one row a category that was sold or returned, the dearest first",
    MappingProxyType(
        {
            "category": "The category of the line, else of its product; `(not given)` where there is none.",
            "cost": COST,
            "refunds": REFUNDS,
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "units_sold": "Units sold.",
            "unit_return_rate": RATE_BY_UNITS.format(part="returned_units"),
            "cost_per_line": COST_PER_LINE,
            "cost_rank": COST_RANK,
        }
    ),
    ("core.order_lines", "report.report_return_lines"),
)

BY_REASON = ReportTable(
    "report_by_reason",
    "reports/rank_by_reason",
    "Which reasons for a return cost most.",
    "one row a reason, the dearest first",
    MappingProxyType(
        {
            "reason": "The reason as it was delivered; `(not given)` where there is none.",
            "cost": COST,
            "refunds": REFUNDS,
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "unit_return_rate": "`returned_units` over all units sold: what the reason adds to the return rate; null "
            "where nothing was sold.",
            "cost_per_line": COST_PER_LINE,
            "cost_rank": COST_RANK,
        }
    ),
    ("core.order_lines", "report.report_return_lines"),
)

TABLES = (BY_SKU, BY_CATEGORY, BY_REASON)
