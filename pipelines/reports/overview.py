"""What was sold, what came back of it and what that cost: in all and by month."""

from __future__ import annotations

from types import MappingProxyType

from pipelines.reports.declare import RATE_BY_UNITS, RETURNED_LINES, RETURNED_UNITS, ReportTable

OVERVIEW = ReportTable(
    "report_overview",
    "reports/summarise_overview",
    "What was sold, what came back of it, and what that cost.",
    "one row",
    MappingProxyType(
        {
            "period_from": "Day of the first order or RMA; null where there is neither.",
            "period_to": "Day of the last order or RMA; null where there is neither.",
            "as_of": "The moment up to which things are known.",
            "currency": "The reporting currency.",
            "orders": "Orders.",
            "orders_with_return": "Orders that a returned RMA line was matched to.",
            "order_lines": "Lines of orders.",
            "units_sold": "Units of those lines.",
            "goods_sales": "What was paid for those units, without postage.",
            "rmas": "RMAs, whatever became of them.",
            "anonymous_rmas": "RMAs whose shopper is not known.",
            "rma_lines": "Lines of RMAs, whatever became of them.",
            "returned_lines": RETURNED_LINES,
            "returned_units": RETURNED_UNITS,
            "value_returned": "What those lines ask back, at the price paid; a line of unknown value counts 0.",
            "refunds": "What was paid back to shoppers.",
            "gross_cost": "Sum of the ledger's costs.",
            "recoveries": "Sum of the ledger's recoveries; negative.",
            "total_return_cost": "`gross_cost` and `recoveries` together: the net cost of returns.",
            "cost_per_rma": "`total_return_cost` over `rmas`; null where there are none.",
            "cost_share_of_sales": "`total_return_cost` over `goods_sales`; null where nothing was sold.",
            "unit_return_rate": RATE_BY_UNITS.format(part="returned_units"),
            "value_return_rate": "`value_returned` over `goods_sales`; null where nothing was sold.",
            "order_return_rate": "`orders_with_return` over `orders`; null where there are no orders.",
            "matched_lines": "Lines of RMAs with a purchase.",
            "unmatched_lines": "Lines of RMAs without one.",
            "matched_line_share": "`matched_lines` over `rma_lines`; null where there are no RMAs.",
        }
    ),
    (
        "core.order_lines",
        "core.orders",
        "core.rma_lines",
        "core.rma_matches",
        "core.rmas",
        "report.return_costs",
    ),
    ("as_of", "reporting_currency"),
)

MONTHLY = ReportTable(
    "report_monthly",
    "reports/summarise_monthly",
    "How returns move. On the basis `order_cohort` a month holds the orders placed in it and all that ever came back "
    "of them; lines without a purchase cannot be placed there. On the basis `return_date` a month holds the RMAs "
    "requested in it, with or without a purchase, over what was sold in the same month. Lines of orders that were "
    "never delivered have no month. A month with neither orders nor RMAs has no row.",
    "one row a basis and month",
    MappingProxyType(
        {
            "month": "First day of the month (UTC).",
            "basis": "`order_cohort` or `return_date`.",
            "units_sold": "Units of the orders placed in the month.",
            "units_returned": RETURNED_UNITS,
            "value_sold": "What was paid for the units sold.",
            "value_returned": "What was paid for the units that came back (`order_cohort`); what the lines requested "
            "in the month ask back (`return_date`).",
            "orders": "Orders placed in the month.",
            "orders_with_return": "Orders of the month that a returned line was matched to (`order_cohort`); orders of "
            "any month with such a line requested in this one (`return_date`).",
            "unit_return_rate": RATE_BY_UNITS.format(part="units_returned"),
            "value_return_rate": "`value_returned` over `value_sold`; null where nothing was sold.",
            "order_return_rate": "`orders_with_return` over `orders`; null where there are none.",
            "is_complete": "On `return_date`: the month was over at `as_of`. On `order_cohort`: it was over for at "
            "least as long before `as_of` as 95 of 100 matched returns took from order to request (the 95th "
            "percentile of the delays seen so far, one of them, not a value between two); false where no return was "
            "matched. A young shop has seen short delays only, so its months look complete too early.",
        }
    ),
    ("core.order_lines", "core.orders", "core.rma_lines", "core.rma_matches"),
    ("as_of",),
)

TABLES = (OVERVIEW, MONTHLY)
